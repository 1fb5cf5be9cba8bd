"""Which ticket an event is about, whatever topic it came on."""

from dataclasses import dataclass
from uuid import UUID

from gongdan.shared.contracts.base import Contract
from gongdan.shared.contracts.sla import ClockEvent, TimerFired
from gongdan.shared.contracts.tickets import TicketEvent


@dataclass(frozen=True, slots=True)
class About:
    """The ticket an event is about."""

    ticket_id: UUID
    ticket: str
    workspace: str


def about(data: Contract) -> About | None:
    """The ticket that a payload is about, None for payloads about none."""
    match data:
        case TicketEvent():
            return About(data.ticket.id, data.ticket.number, data.ticket.workspace)
        case ClockEvent():
            return About(data.ticket_id, data.ticket, data.workspace)
        case TimerFired():
            return About(data.ticket_id, data.ticket, "")
    return None
