// Who looks at the page. A contact has their own tickets, without what only agents know and do.

let kind = "agent";

export const know = (who) => (kind = who.kind);
export const isContact = () => kind === "contact";
