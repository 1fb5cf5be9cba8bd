"""Which questions about tickets somebody may ask: none that would tell what is hidden from them."""

from collections.abc import Mapping

from gongdan.api.domain.queries import TicketFilters, TicketQuery
from gongdan.shared.access.refusal import refused
from gongdan.shared.access.rights import Rights, may_filter_on
from gongdan.shared.errors import Complaint

ASK = "ask about what is hidden"
NO = "you may not ask for that"

# The part of a query, and the field of a ticket that it asks about. What is not here is never hidden.
ASKS_ABOUT = {
    "status": "status",
    "status_category": "status",
    "priority": "priority",
    "team": "team",
    "assignee": "assignee",
    "category": "category",
    "tier": "tier",
    "channel": "channel",
    "form": "channel",
    "tag": "tags",
    "requester": "requester",
    "q": "subject",
    "snoozed": "snoozed_until",
}


def allow(rights: Rights, query: TicketFilters, more: Mapping[str, str] | None = None) -> None:
    """Raises NotPermitted (403) that names each part of the query which asks about something hidden.

    `more` are further parts of the question, each with the field of a ticket that it asks about.
    """
    asked = {name: ASKS_ABOUT[name] for name in ASKS_ABOUT if getattr(query, name) not in (None, [])} | dict(more or {})
    if isinstance(query, TicketQuery) and query.sorted_by == "priority":
        asked["sort"] = "priority"
    complaints = [
        Complaint(part, f"{name} is hidden from you on some tickets", "leave it out")
        for part, name in asked.items()
        if not may_filter_on(rights, name)
    ]
    if complaints:
        raise refused(rights, ASK, NO, *complaints, about=", ".join(one.field for one in complaints))
