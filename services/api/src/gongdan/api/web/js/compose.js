// What can be done: a contact answers; an agent replies, notes, sets status, priority, assignment. Every action is a command whose outcome is shown.

import { command, get } from "./api.js";
import { el, options, toast } from "./dom.js";
import { label, t } from "./i18n.js";
import { isContact } from "./me.js";
import { called } from "./names.js";
import { person } from "./people.js";
import { absolute, now as serverNow, span } from "./time.js";

const MOVES = {
  new: ["open", "pending", "resolved"],
  open: ["pending", "resolved"],
  pending: ["open", "resolved"],
  resolved: ["open", "closed"],
  closed: [],
};
const HOURS = [1, 4, 24, 72, 168];
const PRIORITIES = ["low", "normal", "high", "urgent"];

// `node` is kept while its ticket is open, so that nothing half-written is lost when the ticket changes.
export function composer(ticket, changed) {
  let mode = "Reply";
  const text = el("textarea", { rows: "2", maxlength: "50000", required: true, "aria-label": t("compose.text") });
  const send = el("button", { type: "submit", class: "primary" });
  const status = action("status", (to) => ({ command: "Transition", to }));
  const priority = action("priority", (value) => ({ command: "SetPriority", priority: value }));
  const snooze = action("snooze", (hours) => ({ command: "Snooze", until: hours === "now" ? null : later(hours) }));
  const assign = action("assign", (assignee) => ({ command: "Assign", assignee }));

  function action(name, made) {
    const select = el("select", { name, onchange: () => give(made(select.value)) });
    return { select, node: el("label", {}, el("span", {}, t(`action.${name}`)), select) };
  }

  async function give(body) {
    try {
      tell(body.command, await command(ticket.number, body));
      return true;
    } catch (problem) {
      toast(t("action.failed", { why: problem.message }), "bad");
      return false;
    } finally {
      last = "";
      changed();
    }
  }

  async function submit(event) {
    event.preventDefault();
    if (!text.value.trim() || send.disabled) return;
    send.disabled = true;
    send.textContent = t("compose.sending");
    if (await give({ command: mode, text: text.value })) text.value = "";
    send.disabled = false;
    choose(mode);
    text.focus();
  }

  function choose(wanted) {
    mode = wanted;
    const name = mode === "Reply" ? "reply" : "note";
    node.classList.toggle("noting", name === "note");
    send.textContent = t(`compose.send${name}`);
    text.placeholder = isContact() ? t("compose.ownhint") : t(`compose.${name}hint`, { who: person(ticket.requester) });
  }

  const kinds = [["Reply", "reply"], ["AddNote", "note"]].map(([value, name]) =>
    el(
      "label",
      {},
      el("input", { type: "radio", name: "mode", value, checked: value === mode, onchange: () => choose(value) }),
      el("span", {}, t(`compose.${name}`)),
    ),
  );
  const keys = (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) node.requestSubmit();
  };
  text.addEventListener("keydown", keys);
  const node = el(
    "form",
    { class: "compose", onsubmit: submit },
    isContact() ? null : el("div", { class: "actions" }, status.node, priority.node, assign.node, snooze.node),
    isContact() ? null : el("fieldset", { class: "views" }, el("legend", { class: "unseen" }, t("compose.mode")), kinds),
    text,
    el("div", { class: "send" }, el("kbd", { class: "soft" }, "Ctrl + Enter"), send),
  );
  choose(mode);

  // A menu that somebody has open must not be rebuilt under their hands.
  let last = "";

  function update(now) {
    ticket = now;
    if (isContact()) return;
    const facts = JSON.stringify([now.status, now.priority, now.assignee, now.snoozed_until]);
    if (facts === last) return;
    last = facts;
    const states = [now.status, ...(MOVES[now.status] ?? Object.keys(MOVES))];
    options(status.select, states.map((name) => [name, label("status", name)]), now.status);
    const back = now.snoozed_until ? [["", absolute(now.snoozed_until)], ["now", t("snooze.now")]] : [["", t("none")]];
    options(snooze.select, [...back, ...HOURS.map((hours) => [String(hours), span(hours * 3600)])], "");
    options(priority.select, PRIORITIES.map((name) => [name, label("priority", name)]), now.priority);
    agents().then((names) => {
      const all = [...new Set([now.assignee ?? "", ...names])];
      options(assign.select, all.map((name) => [name, called("assignee", now.workspace, name)]), now.assignee ?? "");
    });
  }

  return { node, update };
}

const later = (hours) => new Date(serverNow() + hours * 3_600_000).toISOString();

let known = null;
const agents = () =>
  (known ??= get("/v1/definitions/Agent").then(
    ({ items }) => items.map((item) => item.name),
    () => ((known = null), []),
  ));

function tell(name, outcome) {
  const what = t(`what.${name}`);
  if (outcome.status === "pending") toast(t("action.pending", { what }));
  else if (outcome.status === "applied") toast(t("action.done", { what }));
  else toast(t("action.rejected", { why: outcome.detail || outcome.reason }), "bad");
}
