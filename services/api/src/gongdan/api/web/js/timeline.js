// What happened, event by event, newest first.

import { get } from "./api.js";
import { el } from "./dom.js";
import { label, t } from "./i18n.js";
import { called } from "./names.js";
import { actor } from "./people.js";
import { absolute, ago } from "./time.js";

const PAGE = 100;

// An event as a sentence. Values that have names for people are shown by them.
export function sentence(type, data, workspace) {
  return t(`event.${type}`, {
    ...data,
    metric: label("metric", data.metric),
    purpose: label("purpose", data.purpose),
    category: called("category", workspace, data.category),
    assignee: called("assignee", workspace, data.assignee),
    team: called("team", workspace, data.team),
    priority: label("priority", data.priority),
    until: data.until ? absolute(data.until) : "",
    old: label(type === "StatusChanged" ? "status" : "priority", data.old),
    new: label(type === "StatusChanged" ? "status" : "priority", data.new),
  });
}

export async function timeline(ticket) {
  const path = `/v1/tickets/${ticket.number}/timeline`;
  const list = el("ol", { class: "timeline" });
  const button = el("button", { type: "button", class: "more" }, t("timeline.earlier"));
  const load = async (cursor) => {
    const page = await get(path, { order: "desc", limit: PAGE, cursor });
    list.append(...page.items.map((event) => entry(event, ticket.workspace)));
    button.hidden = !page.next;
    button.onclick = () => load(page.next);
  };
  await load();
  return el("div", {}, list, button);
}

function entry(event, workspace) {
  return el(
    "li",
    { class: `${event.source} ${event.type}` },
    el("b", {}, sentence(event.type, event.data, workspace)),
    el(
      "p",
      { class: "soft" },
      ago(event.occurred_at),
      ` · ${actor(event.actor)}`,
      event.version ? ` · v${event.version}` : null,
      event.mode === "live" ? null : el("span", { class: "tag" }, event.mode),
    ),
  );
}
