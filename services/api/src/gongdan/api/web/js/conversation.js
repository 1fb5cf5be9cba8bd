// What was said: the customer on one side, agents on the other, internal notes apart.

import { get } from "./api.js";
import { el } from "./dom.js";
import { label, t } from "./i18n.js";
import { mailpage } from "./mailpage.js";
import { person } from "./people.js";
import { ago } from "./time.js";
import { warnings } from "./warnings.js";

const PAGE = 50;

export async function conversation(ticket) {
  const query = { type: "MessageAdded", order: "desc", limit: PAGE };
  const path = `/v1/tickets/${ticket.number}/timeline`;
  const page = await get(path, query);
  const sent = new Map(ticket.deliveries.filter((one) => one.message_id).map((one) => [one.message_id, one]));
  const list = el("ol", { class: "messages" }, page.items.toReversed().map((event) => message(event, sent)));
  const earlier = (cursor) => {
    const more = async () => {
      const before = await get(path, { ...query, cursor });
      button.replaceWith(...(before.next ? [earlier(before.next)] : []));
      list.prepend(...before.items.toReversed().map((event) => message(event, sent)));
    };
    const button = el("button", { type: "button", class: "more", onclick: more }, t("message.earlier"));
    return button;
  };
  return el("div", {}, page.next ? earlier(page.next) : null, list);
}

function message(event, sent) {
  const { data } = event;
  const side = data.visibility === "internal" ? "note" : data.direction;
  const delivery = sent.get(data.message_id);
  return el(
    "li",
    { class: `message ${side}` },
    el(
      "header",
      {},
      el("b", {}, person(data.author)),
      side === "note" ? el("span", { class: "tag" }, t("message.note")) : el("span", {}, label("channel", data.channel)),
      ago(event.occurred_at),
      delivery ? el("span", { class: `delivery ${delivery.state}`, title: delivery.detail ?? delivery.recipient }, label("delivery", delivery.state)) : null,
    ),
    warnings(data.warnings ?? []),
    body(data),
    files(data.attachments ?? []),
  );
}

// Text first: a page is shown only to those who ask for it, and stays shown while the ticket is drawn anew.
const asPage = new Set();

function body(data) {
  if (!data.html) return texts(data);
  const draw = () => {
    const isPage = asPage.has(data.message_id);
    const toggle = () => {
      isPage ? asPage.delete(data.message_id) : asPage.add(data.message_id);
      draw();
    };
    const button = el("button", { type: "button", class: "link", onclick: toggle }, t(isPage ? "message.astext" : "message.aspage"));
    node.replaceChildren(isPage ? mailpage(data) : texts(data), button);
    node.classList.toggle("paged", isPage);
  };
  const node = el("div", { class: "body" });
  draw();
  return node;
}

function texts({ text, reply_text: news }) {
  const short = (news || text || "").trim();
  const whole = (text || "").trim();
  if (!short) return el("p", { class: "soft" }, t("message.empty"));
  const node = el("p", { class: "text" }, short);
  if (whole === short || !whole) return node;
  const toggle = () => {
    const isShort = node.textContent === short;
    node.textContent = isShort ? whole : short;
    button.textContent = t(isShort ? "message.less" : "message.whole");
  };
  const button = el("button", { type: "button", class: "link", onclick: toggle }, t("message.whole"));
  return el("div", {}, node, button);
}

function files(attachments) {
  if (!attachments.length) return null;
  return el(
    "ul",
    { class: "files" },
    attachments.map((file) => {
      const href = `/v1/attachments/${file.sha256}?${new URLSearchParams({ name: file.name })}`;
      return el("li", {}, el("a", { href, download: file.name }, `↓ ${file.name}`), el("small", {}, size(file.size)));
    }),
  );
}

const size = (bytes) => (bytes < 1024 ? `${bytes} B` : bytes < 1048576 ? `${Math.round(bytes / 1024)} kB` : `${(bytes / 1048576).toFixed(1)} MB`);
