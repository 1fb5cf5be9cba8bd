// The list of tickets: filters, rows that stay in place while their content changes, and the keyboard.

import { get } from "./api.js";
import { due, pressing } from "./clocks.js";
import { el, find, options, toast } from "./dom.js";
import { label, t, translate } from "./i18n.js";
import { isContact } from "./me.js";
import { called, learn } from "./names.js";
import { person } from "./people.js";
import { amount, highlighted, search, snippets } from "./search.js";
import { ago } from "./time.js";

const COLUMNS = ["number", "subject", "requester", "status", "priority", "category", "assignee", "due", "channel", "created"];
const VIEWS = {
  active: { status_category: ["new", "open", "waiting"], snoozed: "false" },
  snoozed: { snoozed: "true" },
  resolved: { status_category: ["resolved"] },
  closed: { status_category: ["closed"] },
  all: {},
};
const OWN_COLUMNS = ["number", "subject", "status", "category", "created"];
const OWN_VIEWS = {
  active: { status_category: ["new", "open", "waiting"] },
  resolved: VIEWS.resolved,
  closed: VIEWS.closed,
  all: VIEWS.all,
};
const PAGE = 50;
const MOST = 200;

const asked = { view: "active", priority: "", channel: "", assignee: "", sort: "-created_at" };
const sought = { q: "", sort: "best", viewBefore: asked.view };
const shown = new Map();
let next = null;
let latest = 0;
let first = true;

const columns = () => (isContact() ? OWN_COLUMNS : COLUMNS);
const views = () => (isContact() ? OWN_VIEWS : VIEWS);

function query() {
  const { view, ...rest } = asked;
  return { ...rest, ...views()[view] };
}

export async function refresh() {
  const turn = ++latest;
  try {
    const page = await ask();
    if (turn !== latest) return;
    show(page.items);
    next = page.next;
    settle();
    tell(sought.q && amount(page.total, page.items.length));
  } catch (problem) {
    if (problem.status === 401 || turn !== latest) return;
    if (sought.q) tell(problem.message);
    else toast(t("action.failed", { why: problem.message }), "bad");
  }
}

// What was found stays as it was when it was asked for.
export async function follow() {
  if (!sought.q) await refresh();
}

async function ask(cursor = null) {
  const page = await found(cursor);
  await learn(page.items);
  return page;
}

function found(cursor) {
  if (sought.q) return search({ ...query(), q: sought.q, sort: sought.sort }, cursor);
  const limit = cursor ? PAGE : Math.min(MOST, Math.max(PAGE, shown.size));
  return get("/v1/tickets", { ...query(), limit, cursor });
}

function tell(text) {
  find("found").textContent = text;
  find("found").hidden = !text;
}

async function more() {
  const page = await ask(next);
  for (const ticket of page.items) if (!shown.has(ticket.number)) find("rows").append(row(ticket));
  next = page.next;
  settle();
}

function settle() {
  find("more").hidden = !next;
  const filtered = sought.q || asked.priority || asked.channel || asked.assignee || asked.view !== "active";
  find("empty").textContent = t(filtered ? "list.nothing" : "list.empty");
  find("empty").hidden = shown.size > 0;
  first = false;
}

function show(tickets) {
  const focused = document.activeElement?.closest?.("tr")?.dataset.number;
  const known = new Map(shown);
  shown.clear();
  find("rows").replaceChildren(...tickets.map((ticket) => kept(known.get(ticket.number), ticket) ?? row(ticket, known)));
  if (focused) shown.get(focused)?.node.querySelector("a").focus({ preventScroll: true });
}

function kept(before, ticket) {
  const text = JSON.stringify(ticket);
  if (before?.text !== text) return null;
  shown.set(ticket.number, before);
  return before.node;
}

function row(ticket, known = null) {
  const news = known && !first ? (known.has(ticket.number) ? "changed" : "fresh") : "";
  const node = el(
    "tr",
    { class: `${news} p-${ticket.priority}`, data: { number: ticket.number }, onclick: opens(ticket.number) },
    columns().map((name) => el("td", { class: name }, CELLS[name](ticket))),
  );
  if (ticket.number === openNumber()) node.setAttribute("aria-current", "true");
  shown.set(ticket.number, { node, text: JSON.stringify(ticket) });
  return node;
}

const CELLS = {
  number: (ticket) => highlighted(ticket, "number", ticket.number),
  subject: (ticket) =>
    el(
      "a",
      { href: `#/${ticket.number}` },
      highlighted(ticket, "subject", ticket.subject || t("nosubject")),
      el("small", {}, person(ticket.requester)),
      snippets(ticket),
    ),
  requester: (ticket) => el("span", { title: ticket.requester?.email ?? "" }, person(ticket.requester)),
  status: (ticket) => pill(ticket),
  priority: (ticket) => el("span", { class: `priority ${ticket.priority}` }, label("priority", ticket.priority)),
  category: (ticket) => called("category", ticket.workspace, ticket.category),
  assignee: (ticket) => called("assignee", ticket.workspace, ticket.assignee),
  due: (ticket) => due(pressing(ticket.clocks)),
  channel: (ticket) => label("channel", ticket.channel),
  created: (ticket) => ago(ticket.created_at),
};

export const pill = (ticket) =>
  el("span", { class: `pill ${ticket.status_category}` }, label("status", ticket.status));

const opens = (number) => (event) => {
  if (!event.target.closest("a")) location.hash = `#/${number}`;
};

const openNumber = () => location.hash.replace(/^#\/?/, "");

export function mark() {
  for (const [number, { node }] of shown) {
    if (number === openNumber()) node.setAttribute("aria-current", "true");
    else node.removeAttribute("aria-current");
  }
}

export function start() {
  find("more").addEventListener("click", more);
  find("filters").addEventListener("change", ({ target }) => choose(target.name, target.value));
  find("filters").addEventListener("submit", (event) => event.preventDefault());
  find("search").addEventListener("submit", (event) => event.preventDefault());
  let typing;
  find("search").addEventListener("input", ({ target }) => {
    clearTimeout(typing);
    typing = setTimeout(() => seek(target.value.trim()), 200);
  });
  document.addEventListener("keydown", keyboard);
}

function choose(name, value) {
  (name === "sort" && sought.q ? sought : asked)[name] = value;
  begin();
}

// Whoever searches looks for a ticket in any state, until they choose otherwise.
function seek(text) {
  const begins = text && !sought.q;
  const ends = !text && sought.q;
  sought.q = text;
  if (begins) [sought.viewBefore, asked.view] = [asked.view, "all"];
  if (ends) asked.view = sought.viewBefore;
  if (begins || ends) relabel();
  begin();
}

function begin() {
  shown.clear();
  first = true;
  refresh();
}

// Everything in the chosen language; called again when it changes.
export function relabel() {
  find("columns").replaceChildren(...columns().map((name) => el("th", { class: name, scope: "col" }, t(`column.${name}`))));
  const choices = Object.keys(views()).map((name) =>
    el("label", {}, el("input", { type: "radio", name: "view", value: name, checked: name === asked.view }), el("span", {}, t(`view.${name}`))),
  );
  const usual = ["-created_at", "-updated_at", ...(isContact() ? [] : ["-priority"]), "number"];
  const orders = sought.q ? ["best", "newest"] : usual;
  const any = (kind, names) => [["", t(`filter.any.${kind}`)], ...names.map((name) => [name, label(kind, name)])];
  find("filters").replaceChildren(
    el("fieldset", { class: "views" }, el("legend", { class: "unseen" }, t("filter.view")), choices),
    ...(isContact() ? [] : narrowing(any)),
    choice("sort", orders.map((name) => [name, t(`sort.${name}`)])),
  );
  shown.clear();
  first = true;
  translate(find("list"));
}

const narrowing = (any) => [
  choice("priority", any("priority", ["urgent", "high", "normal", "low"])),
  choice("channel", any("channel", ["email", "form", "call", "webhook", "api"])),
  choice("assignee", [...any("assignee", []), ["-", t("filter.nobody")]]),
];

const choice = (name, pairs) =>
  options(
    el("select", { name, "aria-label": t(`filter.${name}`) }),
    pairs,
    (name === "sort" && sought.q ? sought : asked)[name],
  );

function keyboard(event) {
  const typing = event.target.closest("input, textarea, select");
  if (event.key === "Escape" && (!typing || event.target.closest("#ticket"))) location.hash = "#/";
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "/") {
    event.preventDefault();
    find("search").elements.q.focus();
  }
  const step = { j: 1, k: -1, ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && !event.target.closest("#ticket")) move(step, event);
}

function move(step, event) {
  const links = [...find("rows").querySelectorAll("a")];
  const at = links.indexOf(document.activeElement);
  const to = links[at < 0 ? (step > 0 ? 0 : links.length - 1) : at + step];
  if (to) {
    event.preventDefault();
    to.focus();
  }
}
