// Chinese and English. A test holds both catalogues to the same keys and every key used here to the catalogues.

const LANGUAGES = { zh: "zh-CN", en: "en" };
let catalogue = {};
let chosen = "en";

export const language = () => LANGUAGES[chosen];
export const otherLanguage = () => (chosen === "zh" ? "en" : "zh");

export async function useLanguage(name) {
  const answer = await fetch(`/assets/locales/${name}.json`);
  catalogue = await answer.json();
  chosen = name;
  document.documentElement.lang = language();
  localStorage.setItem("language", name);
  translate(document);
}

export function preferredLanguage() {
  const kept = localStorage.getItem("language");
  if (kept in LANGUAGES) return kept;
  return navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en";
}

export function t(key, values = {}) {
  return (catalogue[key] ?? key).replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

// The text for a value of data, or the value itself where an administrator made up a new one.
export const label = (kind, value) => (value ? (catalogue[`${kind}.${value}`] ?? value) : t("none"));

// The one of `{zh, en}` that fits.
export const inLanguage = (texts) => texts[chosen];

export function translate(root) {
  for (const node of root.querySelectorAll("[data-t]")) node.textContent = t(node.dataset.t);
  for (const node of root.querySelectorAll("[data-t-label]")) {
    node.setAttribute("aria-label", t(node.dataset.tLabel));
    if (node.matches("button")) node.title = t(node.dataset.tLabel);
  }
  for (const node of root.querySelectorAll("[data-t-placeholder]")) node.placeholder = t(node.dataset.tPlaceholder);
}
