"""What an endpoint is told: which event, when, about which ticket, and nothing of what people wrote.

Thin on purpose, so that a payload may be logged and stays far below its limit; whoever may read more asks the
API. Source: Standard Webhooks 1.0.0, "payload structure".
"""

from typing import Any

from gongdan.notifier.domain.audience import Want
from gongdan.shared.contracts.base import Contract
from gongdan.shared.contracts.sla import ClockEvent
from gongdan.shared.contracts.tickets import (
    MessageAdded,
    PriorityChanged,
    ProcessRequested,
    StatusChanged,
    TicketAssigned,
    TicketClassified,
    TicketEvent,
    TicketReminded,
    TicketSnoozed,
    TicketWoken,
)
from gongdan.shared.json import dumps

LONGEST_TEXT = 300
OF_TICKET = (
    "number",
    "version",
    "workspace",
    "channel",
    "subject",
    "status",
    "priority",
    "category",
    "team",
    "assignee",
)
OF_EVENT: dict[type[TicketEvent], set[str]] = {
    MessageAdded: {"message_id", "direction", "visibility", "channel"},
    TicketClassified: {"category", "priority"},
    TicketAssigned: {"team", "assignee", "previous_assignee", "strategy"},
    PriorityChanged: {"old", "new"},
    StatusChanged: {"old", "new", "old_category", "new_category"},
    TicketSnoozed: {"until"},
    TicketWoken: {"until"},
    TicketReminded: {"whom", "nth"},
    ProcessRequested: {"process", "process_version"},
}


class Hook(Contract):
    """A webhook as it is queued: which Channel of which workspace, and the body, the same on every attempt."""

    channel: str
    workspace: str
    body: str


def hook_of(want: Want) -> Hook:
    """The webhook for a want."""
    envelope = want.cause.envelope
    payload = {
        "type": envelope.type,
        "timestamp": envelope.occurred_at,
        "data": {"event_id": envelope.id, "ticket": want.about.ticket, **_data(want.cause.data)},
    }
    return Hook(channel=want.recipient, workspace=want.about.workspace, body=dumps(payload).decode())


def _data(data: Contract) -> dict[str, Any]:
    match data:
        case TicketEvent():
            own = data.model_dump(mode="json", include=OF_EVENT.get(type(data), set()))
            ticket = data.ticket.model_dump(mode="json", include=set(OF_TICKET))
            return {"ticket_id": str(data.ticket.id), **_short(ticket), **_short(own)}
        case ClockEvent():
            return _short(data.model_dump(mode="json"))
    return {}


def _short(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value[:LONGEST_TEXT] if isinstance(value, str) else value for name, value in values.items()}
