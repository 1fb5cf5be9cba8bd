// A mail as the page it was written as: already sanitised by intake, and once more without any right of its own.
// The frame's sandbox is empty (no scripts, no forms, no origin), and its policy lets nothing in but our style and the
// mail's own pictures, which are put into it: it could not ask for them itself, nor for anything else.

import { el } from "./dom.js";
import { t } from "./i18n.js";

const PICTURE = / src="\/v1\/attachments\/([0-9a-f]{64})"/g;
const KINDS = ["image/png", "image/jpeg", "image/gif", "image/webp"];
const MOST = 20;
const LARGEST = 5_000_000;

export function mailpage({ html, attachments }) {
  const frame = el("iframe", { class: "mailpage", sandbox: "", title: t("message.page"), referrerpolicy: "no-referrer" });
  pictures(html, attachments ?? []).then((found) => (frame.srcdoc = whole(html.replace(PICTURE, (_, digest) => source(found.get(digest))))));
  const held = html.split(" data-remote-src=").length - 1;
  return el("div", {}, frame, held ? el("small", {}, t("message.remote", { count: held })) : null);
}

const source = (picture) => (picture ? ` src="${picture}"` : "");

async function pictures(html, attachments) {
  const wanted = new Set(Array.from(html.matchAll(PICTURE), ([, digest]) => digest));
  const files = attachments.filter(({ sha256, content_type, size }) => wanted.has(sha256) && KINDS.includes(content_type) && size <= LARGEST);
  const loaded = files.slice(0, MOST).map(async (file) => [file.sha256, await picture(file).catch(() => null)]);
  return new Map(await Promise.all(loaded));
}

async function picture({ sha256, content_type: type }) {
  const answer = await fetch(`/v1/attachments/${sha256}`);
  if (!answer.ok) return null;
  const content = new Blob([await answer.arrayBuffer()], { type });
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.onerror = reject;
    reader.readAsDataURL(content);
  });
}

function whole(body) {
  const policy = `default-src 'none'; img-src data:; style-src ${location.origin}`;
  return `<!doctype html><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}"><link rel="stylesheet" href="${location.origin}/assets/mailpage.css"><body>${body}`;
}
