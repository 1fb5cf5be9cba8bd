// Building elements. Texts are always set as text, never as markup: what tickets say comes from strangers.

export const find = (id) => document.getElementById(id);

export function el(tag, given = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(given)) set(node, name, value);
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

function set(node, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name === "class") node.className = value;
  else if (name === "data") Object.assign(node.dataset, value);
  else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
  else if (name in node && typeof value !== "string") node[name] = value;
  else node.setAttribute(name, value === true ? "" : value);
}

export function options(select, pairs, chosen) {
  select.replaceChildren(
    ...pairs.map(([value, text]) => el("option", { value, selected: value === chosen }, text)),
  );
  return select;
}

export function toast(text, kind = "good") {
  const note = el("p", { class: `toast ${kind}` }, text);
  find("toasts").append(note);
  setTimeout(() => note.remove(), kind === "good" ? 4000 : 9000);
}
