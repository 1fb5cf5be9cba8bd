"""A ticket's life as two pure functions: `decide` what comes of a request, `evolve` by what happened.

The state is the snapshot that every event carries, so the last event of a log is the ticket, and whoever
replays a log needs no other code than this. Only the order has to be kept: `evolve` refuses gaps.
"""

from collections.abc import Iterable
from functools import reduce

from gongdan.router.domain.arriving import arrive
from gongdan.router.domain.circumstances import Circumstances
from gongdan.router.domain.commands import decide_command
from gongdan.router.domain.decision import Applied, Arrival, Decision, Ignored, Order, Request
from gongdan.router.domain.waiting import with_waits
from gongdan.shared.contracts.messages import Automatic, MessageReceived
from gongdan.shared.contracts.tickets import TicketEvent, TicketSnapshot


def decide(ticket: TicketSnapshot | None, request: Request, around: Circumstances) -> Decision:
    """What becomes of a request on the ticket it was placed at (None: at none)."""
    decision = _decide(ticket, request, around)
    before = around.placed_at or ticket
    return with_waits(decision, before, around.policy) if isinstance(decision, Applied) else decision


def _decide(ticket: TicketSnapshot | None, request: Request, around: Circumstances) -> Decision:
    match request:
        case Order():
            return decide_command(ticket, request, around)
        case Arrival():
            return _why_ignore(ticket, request.message) or arrive(ticket, request, around)


def _why_ignore(ticket: TicketSnapshot | None, message: MessageReceived) -> Ignored | None:
    number = ticket.number if ticket else None
    if message.automatic is Automatic.OWN:
        return Ignored("own-mail", "our own mail came back", number)
    if ticket is None and message.automatic is Automatic.BOUNCE:
        return Ignored("bounce-without-ticket", "a bounce of a mail that belongs to no ticket")
    if ticket is None and message.closes:
        return Ignored("nothing-to-close", "the recovery of something that was never reported")
    if ticket is not None and message.closes and ticket.status_category == "closed":
        return Ignored("already-closed", "the recovery of something that is closed already", number)
    return None


def evolve(ticket: TicketSnapshot | None, event: TicketEvent) -> TicketSnapshot:
    """The ticket after an event. Raises ValueError when the event is another ticket's or leaves a gap."""
    after = event.ticket
    before = ticket.version if ticket else 0
    if after.version != before + 1:
        raise ValueError(f"{after.number}: version {after.version} cannot follow version {before}")
    if ticket is not None and ticket.id != after.id:
        raise ValueError(f"an event of {after.number} cannot change {ticket.number}")
    return after


def replayed(events: Iterable[TicketEvent]) -> TicketSnapshot | None:
    """The ticket that a log leads to; None of an empty log. Raises ValueError at a gap."""
    start: TicketSnapshot | None = None
    return reduce(evolve, events, start)
