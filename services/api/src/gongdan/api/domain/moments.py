"""The moments of a ticket's life that reports measure: first answered by a person, resolved, open again.

Limits: what a ticket's clocks say is in `clocks`. A merged ticket is not resolved, it is somebody else's work.
"""

from gongdan.api.domain.rows import FirstAnswerRow, ResolutionRow
from gongdan.shared.contracts.envelope import Envelope
from gongdan.shared.contracts.messages import Automatic
from gongdan.shared.contracts.tickets import MessageAdded, StatusChanged, TicketEvent, TicketOpened

ENDED = frozenset({"resolved", "closed"})


def resolution_row(envelope: Envelope, data: TicketEvent) -> ResolutionRow | None:
    """What an event says of when its ticket was resolved; None: nothing. Closing what is resolved changes nothing."""
    match data:
        case StatusChanged():
            before, after = data.old_category in ENDED, data.new_category in ENDED
        case TicketOpened():
            before, after = False, data.ticket.status_category in ENDED
        case _:
            return None
    if before == after:
        return None
    return ResolutionRow(data.ticket.id, data.ticket.version, envelope.occurred_at if after else None)


def answer_row(envelope: Envelope, data: TicketEvent) -> FirstAnswerRow | None:
    """An answer that the requester sees, written by a person; None: this event is none."""
    if not isinstance(data, MessageAdded) or data.automatic is not Automatic.NO:
        return None
    if (data.direction, data.visibility) != ("out", "public"):
        return None
    return FirstAnswerRow(data.ticket.id, -data.ticket.version, envelope.occurred_at)
