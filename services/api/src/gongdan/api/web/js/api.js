// Asking api and telling intake. Every refusal becomes a Problem with a sentence for people.

import { heardFromServer } from "./time.js";

export class Problem extends Error {
  constructor(status, body) {
    const first = body.errors?.[0];
    super(first ? `${first.detail}${first.cure ? ` (${first.cure})` : ""}` : (body.detail ?? body.title ?? `HTTP ${status}`));
    this.status = status;
  }
}

let signedOut = () => {};
export const whenSignedOut = (act) => (signedOut = act);

async function ask(method, path, body, headers = {}) {
  const answer = await fetch(path, {
    method,
    headers: { Accept: "application/json", ...(body ? { "Content-Type": "application/json" } : {}), ...headers },
    body: body ? JSON.stringify(body) : undefined,
  });
  heardFromServer(answer.headers.get("date"));
  if (answer.ok) return answer.status === 204 ? null : answer.json();
  const problem = new Problem(answer.status, await answer.json().catch(() => ({})));
  if (problem.status === 401 && path !== "/auth/session") signedOut();
  throw problem;
}

export const get = (path, query = {}) => {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).filter((one) => one !== "" && one != null).map((one) => [name, one]),
  );
  return ask("GET", pairs.length ? `${path}?${new URLSearchParams(pairs)}` : path);
};

// Without a mail address the secret is the administrator's token.
export const signIn = (email, secret, code) =>
  ask("POST", "/auth/session", email ? { email, password: secret, ...(code ? { code } : {}) } : { token: secret });
export const signOut = () => ask("DELETE", "/auth/session");

// Sends a command and waits until it is decided. Resolves to what /v1/messages says of it.
export async function command(number, body) {
  const headers = { "X-Gongdan-CSRF": "1", "Idempotency-Key": randomKey() };
  const path = `/intake/v1/tickets/${encodeURIComponent(number)}/commands`;
  const { message_id: id } = await ask("POST", path, body, headers);
  try {
    return await get(`/v1/messages/${id}`, { wait: 10 });
  } catch (problem) {
    if (problem.status !== 404) throw problem;
    return { status: "pending" };
  }
}

function randomKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
