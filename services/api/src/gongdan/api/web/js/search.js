// Searching: a page of what was found, and how a text is shown in which something was found.

import { get } from "./api.js";
import { el } from "./dom.js";
import { label, t } from "./i18n.js";

const MOST = 50;

// A page as the list shows it: tickets, each with its snippets.
export async function search(query, cursor = null) {
  const page = await get("/v1/search", { ...query, limit: MOST, cursor });
  return { ...page, items: page.items.map(({ ticket, snippets }) => ({ ...ticket, snippets })) };
}

export function amount(total, shown) {
  if (!total) return t("found.some", { count: shown });
  return t(`found.${total.kind}`, { count: total.count });
}

// Where it was found, but for what the list shows in a column of its own.
export const snippets = (ticket) =>
  (ticket.snippets ?? [])
    .filter(({ field }) => !["number", "subject"].includes(field))
    .map(({ field, pieces }) => el("span", { class: "snippet" }, el("i", {}, place(field)), " ", marked(pieces)));

export function highlighted(ticket, field, text) {
  const found = ticket.snippets?.find((snippet) => snippet.field === field);
  return found ? marked(found.pieces) : text;
}

const marked = (pieces) => pieces.map(({ text, hit }) => (hit ? el("mark", {}, text) : text));

const place = (field) => (field.startsWith("fields.") ? field.slice("fields.".length) : label("found", field));
