// Why the ticket is as it is: causes, decisions and consequences of each change.

import { get } from "./api.js";
import { el } from "./dom.js";
import { label, t } from "./i18n.js";
import { actor } from "./people.js";
import { ago } from "./time.js";
import { sentence } from "./timeline.js";

export async function why(ticket) {
  const told = await get(`/v1/tickets/${ticket.number}/why`);
  return el(
    "div",
    {},
    el("p", { class: "soft" }, t("why.lead"), told.truncated ? ` ${t("why.truncated")}` : ""),
    el("ol", { class: "why" }, told.changes.toReversed().map((one) => change(one, ticket.workspace))),
  );
}

function change(one, workspace) {
  return el(
    "li",
    { class: one.source },
    el("b", {}, one.version ? `v${one.version} ` : "", sentence(one.type, one.data, workspace)),
    el("p", { class: "soft" }, ago(one.occurred_at), ` · ${t("why.by", { who: actor(one.actor) })}`),
    el(
      "dl",
      {},
      part("why.because", one.chain.length && el("ol", { class: "chain" }, one.chain.map(link))),
      part("why.rule", one.rule && el("code", {}, one.rule)),
      part("why.decided", one.decided_by.length && definitions(one.decided_by)),
      part("why.asked", one.trace.length && trace(one.trace)),
      part("why.followed", one.effects.length && el("ul", {}, one.effects.map((effect) => followed(effect, workspace)))),
    ),
  );
}

const part = (name, content) => (content ? el("div", {}, el("dt", {}, t(name)), el("dd", {}, content)) : null);
const definitions = (all) =>
  el("span", {}, all.map((one) => el("code", {}, `${one.kind} ${one.name} v${one.version}`)));

function link(one) {
  if (one.kind === "event") return el("li", {}, sentence(one.type, {}).replace(/[:：].*$/, ""));
  const what = one.type === "message" ? t("link.message") : label("command", one.type);
  const from = one.channel ? label("channel", one.channel) : "";
  return el("li", { title: one.id }, [from, what, actor(one.actor ?? "")].filter(Boolean).join(" · "));
}

// Rules that matched are shown at once, the others on request.
function trace(rules) {
  const line = (rule) =>
    el(
      "li",
      { class: rule.matched ? "yes" : "no" },
      el("code", {}, `${rule.rule} v${rule.version}`),
      ` ${t(rule.matched ? "why.matched" : "why.passed")} `,
      (rule.effects ?? []).map((text) => el("span", { class: "tag" }, text)),
      rule.error ? el("span", { class: "error" }, rule.error) : null,
    );
  const passed = rules.filter((rule) => !rule.matched);
  return el(
    "div",
    {},
    el("ul", {}, rules.filter((rule) => rule.matched).map(line)),
    passed.length ? el("details", {}, el("summary", {}, `${passed.length} × ${t("why.passed")}`), el("ul", {}, passed.map(line))) : null,
  );
}

const followed = (one, workspace) =>
  el("li", { class: one.source }, sentence(one.type, one.data, workspace), " ", el("small", {}, ago(one.at)));
