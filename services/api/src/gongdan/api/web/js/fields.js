// What was filled in on forms, as people read it: under the titles of its fields, a table as a table.

import { get } from "./api.js";
import { el } from "./dom.js";
import { inLanguage, t } from "./i18n.js";

const known = new Map();

// Titles by workspace, asked for once. Without them fields are called by their names.
export async function titlesOf(workspace) {
  if (!known.has(workspace)) {
    const found = await get("/v1/fields", { workspace }).catch(() => null);
    if (!found) return new Map();
    known.set(workspace, new Map(found.map((field) => [field.name, field])));
  }
  return known.get(workspace);
}

// Pairs of a title and a value, the tables last: they need room.
export function filledIn(ticket, titles) {
  const pairs = Object.entries(ticket.fields).map(([name, value]) => {
    const field = titles.get(name);
    return { title: field ? inLanguage(field.title) : name, wide: isTable(value), value: shown(value, field) };
  });
  return pairs.sort((one, other) => one.wide - other.wide);
}

const isMap = (value) => value !== null && typeof value === "object" && !Array.isArray(value);
const isTable = (value) => Array.isArray(value) && value.length > 0 && value.every(isMap);

function shown(value, field) {
  if (isTable(value)) return table(value, field?.columns ?? []);
  if (Array.isArray(value)) return value.map(plain).join(", ");
  return plain(value);
}

function plain(value) {
  if (value === null || value === "") return t("none");
  if (typeof value === "boolean") return t(value ? "yes" : "no");
  if (isMap(value)) return Object.values(value).map(plain).join(" ");
  return String(value);
}

// Columns as the form has them, then what rows of an earlier form have besides.
function table(rows, columns) {
  const titles = new Map(columns.map((column) => [column.name, inLanguage(column.title)]));
  for (const name of rows.flatMap(Object.keys)) if (!titles.has(name)) titles.set(name, name);
  return el(
    "table",
    { class: "filled" },
    el("thead", {}, el("tr", {}, [...titles.values()].map((title) => el("th", { scope: "col" }, title)))),
    el("tbody", {}, rows.map((row) => el("tr", {}, [...titles.keys()].map((name) => el("td", {}, plain(row[name] ?? null)))))),
  );
}
