// What people call the teams, categories and agents that tickets name. Asked for at most once a minute.

import { get } from "./api.js";
import { inLanguage, t } from "./i18n.js";

const FRESH = 60_000;
const known = new Map();
const asked = new Map();

// Have the names of these tickets' workspaces. Without them everything is called as the definitions call it.
export async function learn(tickets) {
  const due = (workspace) => !(Date.now() - asked.get(workspace) < FRESH);
  await Promise.all([...new Set(tickets.map((ticket) => ticket.workspace))].filter(due).map(ask));
}

async function ask(workspace) {
  asked.set(workspace, Date.now());
  const found = await get("/v1/names", { workspace }).catch(() => null);
  if (found) known.set(workspace, found);
  else asked.delete(workspace);
}

// `kind` is what names it: assignee, category or team.
export function called(kind, workspace, name) {
  if (!name) return t("none");
  const titles = known.get(workspace)?.[kind] ?? {};
  return Object.hasOwn(titles, name) ? inLanguage(titles[name]) : name;
}
