"""Snooze: a ticket leaves the active list until a time, and comes back then, or when its requester writes.

Limits: its clocks run on, for what was promised is still owed; a ticket that is resolved or closed has nothing to hide.
"""

from datetime import datetime, timedelta

from gongdan.router.domain import timers
from gongdan.router.domain.asked import Asked
from gongdan.router.domain.decision import Decision, Draft, after
from gongdan.router.domain.timers import ACTIVE, Wish
from gongdan.shared.contracts.messages import Snooze
from gongdan.shared.contracts.tickets import TicketSnapshot, TicketSnoozed, TicketWoken

LONGEST = timedelta(days=366)


def snooze(asked: Asked, command: Snooze) -> Decision:
    """Hide the ticket until then; None: show it again."""
    ticket, until = asked.ticket, command.until
    if ticket.status_category not in ACTIVE:
        cure = "it is on no active list; open it again first"
        return asked.refused("not-active", f"a ticket that is {ticket.status} cannot be snoozed: {cure}", "ticket")
    if until is None:
        return asked.done(drafts=woken(ticket, asked.at, "Snooze"))
    if not asked.at < until <= asked.at + LONGEST:
        detail = f"{until.isoformat()} is not ahead, or more than {LONGEST.days} days; name a time in between"
        return asked.refused("not-ahead", detail, "until")
    if until == ticket.snoozed_until:
        return asked.done()
    hidden = TicketSnoozed(
        ticket=after(ticket, asked.at, snoozed_until=until), rule="Snooze", until=until, previous=ticket.snoozed_until
    )
    return asked.done(drafts=(Draft(hidden), timers.asked(hidden.ticket, asked.at, Wish("snooze", due_at=until))))


def woken(ticket: TicketSnapshot, at: datetime, rule: str) -> tuple[Draft, ...]:
    """Bring a ticket back before its time; nothing, where it is not away."""
    if ticket.snoozed_until is None:
        return ()
    back = TicketWoken(ticket=after(ticket, at, snoozed_until=None), rule=rule, until=ticket.snoozed_until)
    return Draft(back), timers.dropped(back.ticket, at, "snooze")
