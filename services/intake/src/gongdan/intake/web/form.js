// A form of the public: what need not be filled in is hidden, the proof of work is done, a click too many does nothing.
// All of it is a convenience but the work: without this script everything is shown, and the server decides.

import { hiddenFields } from "./conditions.js";

const form = document.querySelector("form");
const conditions = JSON.parse(form.dataset.conditions);
const fields = new Map(
  [...form.querySelectorAll("[data-field]")]
    .filter((node) => !node.closest("[data-row]"))
    .map((node) => [node.dataset.field, node]),
);
const wrong = new Set([...fields].filter(([, node]) => node.querySelector(".fault")).map(([name]) => name));

// What is filled in, as the server will read it; what is left blank is not in it.
function answers() {
  const found = {};
  for (const [name, node] of fields) {
    const value = (READERS[node.dataset.kind] ?? textOf)(node, name);
    if (value !== null && value !== "") found[name] = value;
  }
  return found;
}

const inputs = (node) => [...node.querySelectorAll("input, select, textarea")];
const chosen = (node) => inputs(node).filter((one) => (/^(checkbox|radio)$/.test(one.type) ? one.checked : one.value !== ""));
const textOf = (node) => chosen(node).at(-1)?.value ?? null;
const numberOf = (node) => (textOf(node) === null ? null : Number(textOf(node)));
const listOf = (node) => (chosen(node).length ? chosen(node).map((one) => one.value) : null);

const READERS = {
  number: numberOf,
  integer: numberOf,
  rating: numberOf,
  checkbox: (node) => (textOf(node) === null ? null : textOf(node) === "true"),
  multi_select: listOf,
  // Without an offset a time is read as UTC here: near enough to show or hide.
  datetime: (node) => (textOf(node) ? `${textOf(node)}Z` : null),
  money: (node, name) => {
    const part = (what) => node.querySelector(`[name="${name}.${what}"]`).value;
    return part("amount") || part("currency") ? { amount: Number(part("amount") || NaN), currency: part("currency") } : null;
  },
  table: (node) => [...node.querySelectorAll("[data-row]")].filter((row) => chosen(row).length),
  file: (node) => {
    const names = [...node.querySelector("input").files].map((one) => one.name);
    return names.length && node.querySelector("input").multiple ? names : (names.at(-1) ?? null);
  },
};

// A field with a fault stays where it is: nobody could mend what they do not see.
function show() {
  const hidden = hiddenFields(conditions, answers());
  for (const { field } of conditions) {
    const isHidden = hidden.has(field) && !wrong.has(field);
    const node = fields.get(field);
    node.hidden = isHidden;
    for (const one of inputs(node)) {
      one.disabled = isHidden;
      if ("required" in one.dataset) one.required = !isHidden;
    }
  }
}

// Of a table the rows that are filled in and one more; the others come one by one.
function shorten(table) {
  const rows = [...table.querySelectorAll("[data-row]")];
  const last = rows.findLastIndex((row) => chosen(row).length || row.querySelector(".fault"));
  const more = table.querySelector("[data-add]");
  let count = 0;
  const open = (wanted) => {
    count = Math.min(wanted, rows.length);
    rows.forEach((row, nth) => (row.hidden = nth >= count));
    more.hidden = count === rows.length;
  };
  open(Math.max(1, last + 1));
  more.addEventListener("click", () => {
    open(count + 1);
    inputs(rows[count - 1])[0].focus();
  });
}

let isWorking = false;

function work(bits) {
  const token = document.querySelector("[name=_token]").value;
  const worker = new Worker(new URL("work.js", import.meta.url), { type: "module" });
  isWorking = true;
  worker.addEventListener("message", ({ data }) => {
    document.querySelector("[name=_work]").value = data;
    isWorking = false;
    worker.terminate();
    if (isWaiting) form.requestSubmit();
  });
  worker.postMessage({ token, bits });
}

let isWaiting = false;
let isSent = false;
const button = form.querySelector("button[type=submit]");
const send = button.textContent;

function submit(event) {
  if (isSent) return event.preventDefault();
  if (isWorking) {
    event.preventDefault();
    isWaiting = true;
    document.getElementById("working").textContent = document.getElementById("working").dataset.text;
    return undefined;
  }
  isSent = true;
  button.textContent = button.dataset.sending;
  return undefined;
}

// Whoever comes back to the page finds it usable.
function settle() {
  isSent = false;
  isWaiting = false;
  button.textContent = send;
  document.getElementById("working").textContent = "";
  show();
}

form.querySelectorAll("[data-kind=table]").forEach(shorten);
form.addEventListener("input", show);
form.addEventListener("change", show);
form.addEventListener("submit", submit);
addEventListener("pageshow", settle);
show();
if (Number(form.dataset.work)) work(Number(form.dataset.work));
document.getElementById("faults")?.focus();
