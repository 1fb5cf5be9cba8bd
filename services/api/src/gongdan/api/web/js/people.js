// How people and actors are called.

import { t } from "./i18n.js";

export const person = (who) => who?.name || who?.email || who?.phone || who?.id || t("unknown");

// Without the kind of actor: "router" of "system:router", the address of a contact.
export const actor = (text) => text.replace(/^(agent|key|system|rule|contact:(email|phone|id)|contact):/, "");
