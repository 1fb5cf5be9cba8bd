// The live stream. One tab of a browser listens and tells the others, since browsers allow few connections.
// What is told is only that something changed; whoever shows it asks for it.

const NAME = "gongdan-live";
const AGAIN_MS = 5000;

export function watch({ changed, connected }) {
  const channel = "BroadcastChannel" in window ? new BroadcastChannel(NAME) : null;
  const hear = (news) => {
    if ("connected" in news) connected(news.connected);
    if ("change" in news) changed(news.change);
  };
  let told = null;
  const say = (news) => {
    if ("connected" in news) told = news.connected;
    hear(news);
    channel?.postMessage(news);
  };
  // A tab that comes later asks whoever listens whether there is a stream.
  const answer = () => told !== null && channel.postMessage({ connected: told });
  channel?.addEventListener("message", ({ data }) => ("asked" in data ? answer() : hear(data)));
  channel?.postMessage({ asked: true });
  const lead = () => new Promise(() => listen(say));
  // Locks exist only where the page came over HTTPS or from this machine; elsewhere each tab listens itself.
  if (navigator.locks && channel) navigator.locks.request(NAME, lead);
  else lead();
}

function listen(say) {
  const stream = new EventSource("/v1/events");
  const everything = { type: "reset" };
  stream.addEventListener("open", () => {
    say({ connected: true });
    say({ change: everything });
  });
  stream.addEventListener("error", () => {
    say({ connected: false });
    // A browser gives up on a stream that was refused; we do not.
    if (stream.readyState === EventSource.CLOSED) setTimeout(() => listen(say), AGAIN_MS);
  });
  stream.addEventListener("change", ({ data }) => say({ change: JSON.parse(data) }));
  stream.addEventListener("reset", () => say({ change: everything }));
}

// Calls `act` soon after the first of many calls, and never more often than the pace allows.
export function paced(act, soon = 250, pace = 1000) {
  let timer = null;
  let last = 0;
  return () => {
    if (timer) return;
    const wait = Math.max(soon, last + pace - performance.now());
    timer = setTimeout(() => {
      timer = null;
      last = performance.now();
      act();
    }, wait);
  };
}
