// Times for people: relative, absolute, and countdowns that follow the server's clock, not this machine's.

import { el } from "./dom.js";
import { language, t } from "./i18n.js";

let offset = 0;

// A Date header tells whole seconds, so half a second is the best guess for the rest.
export function heardFromServer(date) {
  if (date) offset = Date.parse(date) + 500 - Date.now();
}

export const now = () => Date.now() + offset;

export const absolute = (iso) =>
  new Intl.DateTimeFormat(language(), { dateStyle: "medium", timeStyle: "medium" }).format(new Date(iso));

const STEPS = [
  ["day", 86400],
  ["hour", 3600],
  ["minute", 60],
  ["second", 1],
];

const formats = {};
const format = () =>
  (formats[language()] ??= new Intl.RelativeTimeFormat(language(), { numeric: "auto", style: "short" }));

// What happened is past, even where our guess of the server's clock is a little off.
function relative(iso) {
  const seconds = Math.min(0, (Date.parse(iso) - now()) / 1000);
  const [unit, size] = STEPS.find(([, size]) => -seconds >= size) ?? STEPS[3];
  return format().format(Math.round(seconds / size), unit);
}

// How long ago something was; grows older by itself.
export const ago = (iso) =>
  el("time", { datetime: iso, title: absolute(iso), data: { ago: iso } }, relative(iso));

export function growOlder() {
  for (const node of document.querySelectorAll("[data-ago]")) {
    const text = relative(node.dataset.ago);
    if (node.textContent !== text) node.textContent = text;
  }
}

// A span of seconds in at most two units, as in "2 d 4 h"; below a minute in seconds.
export function span(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const parts = [
    ["unit.d", Math.floor(whole / 86400)],
    ["unit.h", Math.floor(whole / 3600) % 24],
    ["unit.m", Math.floor(whole / 60) % 60],
    ["unit.s", whole % 60],
  ];
  const first = parts.findIndex(([, n]) => n > 0);
  if (first < 0) return t("unit.s", { n: 0 });
  return parts
    .slice(first, first + 2)
    .filter(([, n]) => n > 0)
    .map(([unit, n]) => t(unit, { n }))
    .join(" ");
}

// Calls `tick` every second while the page is seen.
export function everySecond(tick) {
  setInterval(() => document.hidden || tick(), 1000);
}
