// SLA clocks: which one matters now, and how close it is.

import { el } from "./dom.js";
import { label, t } from "./i18n.js";
import { absolute, now, span } from "./time.js";

const SOON = 0.2;

// The clock that needs attention first: a running one by its deadline, else a breached, paused or met one.
export function pressing(clocks) {
  const live = clocks.filter((clock) => clock.due_at && (clock.state === "running" || clock.state === "breached"));
  if (live.length) return live.reduce((a, b) => (Date.parse(a.due_at) <= Date.parse(b.due_at) ? a : b));
  return clocks.find((clock) => clock.state === "paused") ?? clocks.find((clock) => clock.state === "met");
}

export function due(clock) {
  if (!clock) return el("span", { class: "soft" }, t("none"));
  if (clock.state === "paused") return el("span", { class: "due paused" }, t("due.paused"));
  if (clock.state === "met") return el("span", { class: "due met" }, clock.late ? label("clock", "late") : t("due.met"));
  const node = el("time", {
    class: "due",
    datetime: clock.due_at,
    title: `${label("metric", clock.metric)}: ${absolute(clock.due_at)}`,
    data: { due: clock.due_at, metric: clock.metric, target: clock.target_seconds },
  });
  tickOne(node);
  return node;
}

export function tick() {
  for (const node of document.querySelectorAll("[data-due]")) tickOne(node);
}

function tickOne(node) {
  const left = (Date.parse(node.dataset.due) - now()) / 1000;
  const values = { metric: label("short", node.dataset.metric), time: span(Math.abs(left)) };
  const text = t(left < 0 ? "due.over" : "due.left", values);
  if (node.textContent !== text) node.textContent = text;
  node.classList.toggle("over", left < 0);
  node.classList.toggle("soon", left >= 0 && left < SOON * Number(node.dataset.target));
}

// One clock with a bar of how much of its time is used.
export function gauge(clock) {
  const used = Math.min(1, Math.max(0, usedSeconds(clock) / clock.target_seconds));
  const state = clock.state === "met" && clock.late ? "late" : clock.state;
  return el(
    "li",
    { class: `gauge ${state}` },
    el("span", {}, label("metric", clock.metric)),
    clock.state === "running" || clock.state === "breached" ? due(clock) : el("b", {}, label("clock", state)),
    el("meter", { min: "0", max: "1", value: String(used), high: "0.8", "aria-label": label("metric", clock.metric) }),
  );
}

function usedSeconds(clock) {
  if (clock.state !== "running" || !clock.due_at) return clock.elapsed_seconds;
  return clock.target_seconds - (Date.parse(clock.due_at) - now()) / 1000;
}
