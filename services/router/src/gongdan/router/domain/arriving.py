"""What a message does at the ticket that it was placed at: it joins that, or opens another.

The same for whatever comes in: mails, forms, calls, and what a requester says on the portal.
"""

from datetime import datetime

from gongdan.router.domain.circumstances import Circumstances
from gongdan.router.domain.decision import Applied, Arrival
from gongdan.router.domain.joining import is_said_thanks, join
from gongdan.router.domain.opening import open_ticket
from gongdan.router.domain.policy import Policy
from gongdan.shared.contracts.messages import Automatic, MessageReceived
from gongdan.shared.contracts.tickets import TicketSnapshot


def arrive(ticket: TicketSnapshot | None, arrival: Arrival, around: Circumstances) -> Applied:
    """The message becomes part of the ticket it was placed at, or of a new one (ticket None: it was placed at none)."""
    if ticket is None:
        return open_ticket(arrival, around)
    policy = around.policy
    if opens(ticket, arrival.message, policy, arrival.at):
        linked = policy.spec.reopen.then != "new"
        return open_ticket(arrival, around, ticket.number if linked else None, policy.team_by)
    return join(ticket, arrival, policy)


def opens(ticket: TicketSnapshot | None, message: MessageReceived, policy: Policy, at: datetime) -> bool:
    """Whether a message that came `at` and was placed at this ticket may open one: there is none, or a person writes
    to a closed one, or to one that was resolved so long ago that its workspace does not want it opened again.
    """
    if ticket is None:
        return True
    if message.automatic is not Automatic.NO:
        return False
    return ticket.status_category == "closed" or _comes_too_late(ticket, message, policy, at)


def _comes_too_late(ticket: TicketSnapshot, message: MessageReceived, policy: Policy, at: datetime) -> bool:
    reopen = policy.spec.reopen
    if ticket.status_category != "resolved" or reopen.then == "reopen" or message.direction == "out" or message.closes:
        return False
    return at - ticket.updated_at > reopen.within and not is_said_thanks(ticket, message, policy)
