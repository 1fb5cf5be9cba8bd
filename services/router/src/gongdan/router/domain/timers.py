"""The timers that router asks sla-timer for, and which of them a ticket still waits for.

A ticket's snapshot names each with the version at which it was asked for. A timer that fires is believed only when it
is that very one: what fires late, twice, or after its reason has gone changes nothing. A timer lives in some categories
of states; where the ticket leaves them, sla-timer drops it and the snapshot forgets it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from pydantic import JsonValue

from gongdan.router.domain.decision import ROUTER, Draft, after
from gongdan.shared.contracts.base import Contract
from gongdan.shared.contracts.envelope import DecidedBy
from gongdan.shared.contracts.sla import TimerFired
from gongdan.shared.contracts.tickets import StatusCategory, TicketSnapshot, TimerDropped, TimerSet
from gongdan.shared.ids import ticket_event_id

TimerName = Literal["snooze", "auto_close", "follow_up"]
ACTIVE: tuple[StatusCategory, ...] = ("new", "open", "waiting")
LIVES_IN: Mapping[TimerName, tuple[StatusCategory, ...]] = {
    "snooze": ACTIVE,
    "auto_close": ("resolved",),
    "follow_up": ("waiting",),
}


class Pinned(Contract):
    """What a timer of the Workspace carries along: the version that asked for it, and what that said."""

    version: int
    after: str
    then: Literal["close", "remind_requester", "remind_assignee", "reopen"]
    nth: int = 1
    most: int = 1

    def by(self, workspace: str) -> tuple[DecidedBy, ...]:
        """The definition that decided it."""
        return (DecidedBy("Workspace", workspace, self.version),)


@dataclass(frozen=True, slots=True)
class Wish:
    """A timer to ask for, and the definitions that want it. It is due at a time, or after a span by a calendar."""

    name: TimerName
    due_at: datetime | None = None
    after: str | None = None
    calendar: str | None = None
    data: dict[str, JsonValue] = field(default_factory=dict)
    by: tuple[DecidedBy, ...] = ()


def asked(ticket: TicketSnapshot, at: datetime, wish: Wish) -> Draft:
    """Ask for a timer; one of the same name is replaced."""
    waiting = after(ticket, at, timers={**ticket.timers, wish.name: ticket.version + 1})
    payload = TimerSet(
        ticket=waiting,
        rule=wish.name,
        name=wish.name,
        purpose=wish.name,
        due_at=wish.due_at,
        after=wish.after,
        calendar=wish.calendar,
        only_in=LIVES_IN[wish.name],
        data=wish.data,
    )
    return Draft(payload, ROUTER, wish.by)


def dropped(ticket: TicketSnapshot, at: datetime, name: TimerName) -> Draft:
    """Let go of a timer whose reason has gone."""
    payload = TimerDropped(ticket=after(ticket, at, timers=without(ticket, name)), rule=name, name=name)
    return Draft(payload, ROUTER)


def without(ticket: TicketSnapshot, name: TimerName) -> dict[str, int]:
    """The timers of a ticket but for this one."""
    return {other: version for other, version in ticket.timers.items() if other != name}


def kept(ticket: TicketSnapshot, category: StatusCategory) -> dict[str, int]:
    """The timers that a ticket keeps when it enters a category."""
    gone = {name for name, homes in LIVES_IN.items() if category not in homes}
    return {name: version for name, version in ticket.timers.items() if name not in gone} if ticket.timers else {}


def is_awaited(ticket: TicketSnapshot, fired: TimerFired) -> bool:
    """Whether this is the timer that the ticket still waits for under its name."""
    version = ticket.timers.get(fired.name)
    return version is not None and fired.set_by == ticket_event_id(ticket.id, version)
