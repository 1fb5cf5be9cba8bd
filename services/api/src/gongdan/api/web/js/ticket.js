// One ticket: what it is, what was said, what happened, why, and what can be done about it.

import { get } from "./api.js";
import { gauge } from "./clocks.js";
import { composer } from "./compose.js";
import { conversation } from "./conversation.js";
import { el, find } from "./dom.js";
import { filledIn, titlesOf } from "./fields.js";
import { label, t } from "./i18n.js";
import { pill } from "./list.js";
import { isContact } from "./me.js";
import { called, learn } from "./names.js";
import { person } from "./people.js";
import { absolute, ago } from "./time.js";
import { timeline } from "./timeline.js";
import { why } from "./why.js";

const TABS = { conversation, timeline, why };
const tabNames = () => Object.keys(TABS).filter((name) => !isContact() || name !== "why");
let open = null;
let tab = "conversation";

export const openNumber = () => open?.number ?? null;

export async function show(number) {
  if (open?.number !== number) {
    open = { number, composer: null, titles: new Map() };
    tab = "conversation";
    find("ticket").replaceChildren();
  }
  find("ticket").hidden = false;
  find("desk").classList.add("split");
  await refresh();
}

export function hide() {
  open = null;
  find("ticket").hidden = true;
  find("desk").classList.remove("split");
}

export async function refresh() {
  const asked = open;
  if (!asked) return;
  try {
    const ticket = await get(`/v1/tickets/${encodeURIComponent(asked.number)}`);
    if (open === asked) await draw(ticket);
  } catch (problem) {
    if (open === asked && problem.status === 404) find("ticket").replaceChildren(missing(asked.number));
  }
}

export function relabel() {
  if (open) {
    open.composer = null;
    find("ticket").replaceChildren();
    refresh();
  }
}

async function draw(ticket) {
  const asked = open;
  [asked.titles] = await Promise.all([titlesOf(ticket.workspace), learn([ticket])]);
  if (open !== asked) return;
  open.composer ??= composer(ticket, refresh);
  open.composer.update(ticket);
  if (find("pane")) redraw(ticket);
  else drawAnew(ticket);
  await fill(find("pane"), ticket);
}

function drawAnew(ticket) {
  const pane = el("div", { class: "pane", id: "pane", role: "tabpanel", tabindex: "0" });
  const roomy = innerHeight >= 700 && innerWidth >= 820;
  find("ticket").replaceChildren(head(ticket), facts(ticket, roomy), tabs(ticket), pane, open.composer.node);
  find("ticket").focus({ preventScroll: true });
}

// What somebody writes in stays where it is: taking it out and back would take the cursor away.
function redraw(ticket) {
  const [oldHead, oldFacts, oldTabs] = find("ticket").children;
  const focused = document.activeElement?.dataset?.tab;
  oldHead.replaceWith(head(ticket));
  oldFacts.replaceWith(facts(ticket, oldFacts.open));
  oldTabs.replaceWith(tabs(ticket));
  if (focused) find("ticket").querySelector(`[data-tab="${focused}"]`)?.focus();
}

async function fill(pane, ticket) {
  const asked = tab;
  const content = await TABS[asked](ticket);
  if (asked !== tab || open?.number !== ticket.number) return;
  const atEnd = pane.scrollHeight - pane.scrollTop - pane.clientHeight < 80;
  const isFirst = pane.dataset.tab !== asked;
  pane.replaceChildren(content);
  pane.dataset.tab = asked;
  if (asked === "conversation" && (isFirst || atEnd)) pane.scrollTop = pane.scrollHeight;
  else if (isFirst) pane.scrollTop = 0;
}

function head(ticket) {
  return el(
    "header",
    {},
    el("a", { class: "ghost close", href: "#/", title: t("ticket.close"), "aria-label": t("ticket.close") }, "×"),
    el("p", { class: "line" }, el("span", { class: "number" }, ticket.number), pill(ticket), priority(ticket), tags(ticket)),
    el("h2", {}, ticket.subject || t("nosubject")),
    el("p", { class: "soft" }, `${person(ticket.requester)}${mail(ticket)} · ${channel(ticket)}`, ago(ticket.created_at)),
  );
}

const channel = (ticket) => (ticket.channel ? `${label("channel", ticket.channel)} · ` : "");
const priority = (ticket) =>
  ticket.priority && el("span", { class: `priority ${ticket.priority}` }, label("priority", ticket.priority));
const tags = (ticket) => ticket.tags.map((tag) => el("span", { class: "tag" }, tag));
const mail = ({ requester }) => (requester?.name && requester.email ? ` <${requester.email}>` : "");

function facts(ticket, isOpen) {
  const working = [
    ["column.assignee", called("assignee", ticket.workspace, ticket.assignee)],
    ["ticket.team", called("team", ticket.workspace, ticket.team)],
  ];
  const pairs = [
    ...(isContact() ? [] : working),
    ["column.category", called("category", ticket.workspace, ticket.category)],
    ["ticket.updated", ago(ticket.updated_at)],
    ...(ticket.follow_up_of ? [["ticket.follows", el("a", { href: `#/${ticket.follow_up_of}` }, ticket.follow_up_of)]] : []),
    ...(ticket.form ? [["ticket.form", ticket.form]] : []),
    ...(ticket.tier ? [["ticket.tier", ticket.tier]] : []),
    ...(ticket.snoozed_until ? [["ticket.snoozed", absolute(ticket.snoozed_until)]] : []),
    ...Object.entries(ticket.delivery_counts).length ? [["ticket.deliveries", deliveries(ticket)]] : [],
  ];
  const filled = filledIn(ticket, open.titles);
  return el(
    "details",
    { class: "facts", open: isOpen },
    el("summary", {}, t("ticket.facts")),
    el(
      "dl",
      {},
      pairs.map(([name, value]) => el("div", {}, el("dt", {}, t(name)), el("dd", {}, value))),
      filled.map(({ title, wide, value }) => el("div", { class: wide ? "wide" : null }, el("dt", {}, title), el("dd", {}, value))),
    ),
    ticket.clocks.length ? el("ul", { class: "gauges", "aria-label": t("ticket.clocks") }, ticket.clocks.map(gauge)) : null,
  );
}

const deliveries = (ticket) =>
  Object.entries(ticket.delivery_counts)
    .map(([state, count]) => `${count} ${label("delivery", state)}`)
    .join(", ");

function tabs(ticket) {
  const choose = ({ currentTarget }) => {
    tab = currentTarget.dataset.tab;
    draw(ticket);
  };
  const turn = (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const names = tabNames();
    const to = find("ticket").querySelector(`[data-tab="${names.at((names.indexOf(tab) + step) % names.length)}"]`);
    to.focus();
    to.click();
  };
  return el(
    "div",
    { class: "tabs", role: "tablist", "aria-label": t("ticket.views"), onkeydown: turn },
    tabNames().map((name) =>
      el(
        "button",
        { type: "button", role: "tab", data: { tab: name }, "aria-controls": "pane", "aria-selected": String(name === tab), tabindex: name === tab ? "0" : "-1", onclick: choose },
        t(`tab.${name}`),
      ),
    ),
  );
}

const missing = (number) =>
  el("div", { class: "nothing" }, el("p", {}, t("ticket.missing", { number })), el("a", { href: "#/" }, t("ticket.close")));
