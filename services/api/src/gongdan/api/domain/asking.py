"""Which questions about tickets somebody may ask: none that would tell what is hidden from them."""

from gongdan.api.domain.queries import TicketQuery
from gongdan.shared.access.rights import Rights, may_filter_on
from gongdan.shared.errors import Complaint, NotAllowed

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
    "requester": "requester",
    "q": "subject",
    "snoozed": "snoozed_until",
}


def allow(rights: Rights, query: TicketQuery) -> None:
    """Raises NotAllowed (403) that names each part of the query which asks about something hidden."""
    asked = {name: ASKS_ABOUT[name] for name in ASKS_ABOUT if getattr(query, name) not in (None, [])}
    if query.sorted_by == "priority":
        asked["sort"] = "priority"
    complaints = [
        Complaint(part, f"{name} is hidden from you on some tickets", "leave it out")
        for part, name in asked.items()
        if not may_filter_on(rights, name)
    ]
    if complaints:
        raise NotAllowed("you may not ask for that", *complaints)
