// What intake and router tell of a message besides what it says: English sentences, shown in the reader's language.

import { el } from "./dom.js";
import { t } from "./i18n.js";

const SENTENCES = [
  ["own", /^it is a mail of ours that came back$/],
  ["complaint", /^it reports that somebody called a mail of ours spam$/],
  ["bounce", /^it says that a mail of ours was not delivered$/],
  ["auto_reply", /^it is an automatic reply, such as one of somebody out of office$/],
  ["bulk", /^a machine or a mailing list sent it$/],
  ["nobody_named", /^it does not say which address was not reached$/],
  ["not_reached", /^not reached: (?<who>.+)$/],
  ["not_yet_reached", /^not reached so far, but still tried: (?<who>.+)$/],
  ["forwarded", /^(?<agent>.+) forwarded it; its author is (?<author>.+)$/],
  ["forged", /^its sender may be forged: the check by DMARC failed$/],
  ["spam", /^a filter on its way called it spam \(field (?<field>.+)\)$/],
  ["encrypted", /^it is encrypted with (?<how>.+), so that its text can be read only where its file is opened$/],
  ["packed", /^it is signed with S\/MIME in one piece, so that its text can be read only where its file is opened$/],
  ["signed", /^it is signed with (?<how>.+); the signature was not verified$/],
  ["long", /^its text is too long to be shown as a whole$/],
  ["long_header", /^the header is too long$/],
  ["parts", /^there are more than (?<most>\d+) parts$/],
  ["deep", /^parts are nested deeper than (?<depth>\d+)$/],
  ["thanked", /^says thanks and nothing else, so the ticket stays resolved$/],
  ["named", /^its subject names (?<number>.+), to which the sender is not known to belong$/],
  ["same", /^the same mail, by its Message-ID, is part of (?<number>.+) already$/],
];

export function warnings(sentences) {
  return sentences.length ? el("ul", { class: "warnings", "aria-label": t("message.warnings") }, sentences.map((one) => el("li", {}, inWords(one)))) : null;
}

function inWords(sentence) {
  for (const [key, pattern] of SENTENCES) {
    const found = pattern.exec(sentence);
    if (found) return t(`warning.${key}`, { ...found.groups });
  }
  return sentence;
}
