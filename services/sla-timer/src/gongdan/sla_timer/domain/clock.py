"""A clock: the elapsed time of one metric of one ticket in one cycle. `decide` says what happens, `evolve` does it.

A clock measures whether or not anything is promised: a policy that comes late finds the time already counted,
pauses included. Elapsed time counts only stretches in which the clock ran. Times given are those at which things
happened, never those at which they were processed; a time before the clock's last change counts as that change.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from gongdan.shared.contracts.sla import Metric
from gongdan.shared.ids import derived_id
from gongdan.sla_timer.domain.calendar import Calendar
from gongdan.sla_timer.domain.changes import (
    Breached,
    Cancelled,
    Later,
    Met,
    Paused,
    Resumed,
    Retargeted,
    Started,
    Wanted,
    Warned,
)
from gongdan.sla_timer.domain.terms import BREACH, ZERO, Terms

Phase = Literal["running", "paused", "met", "cancelled"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """A clock as of `at`, identified by its ticket, metric and cycle.

    `terms` None: nothing is promised. `fired` holds the marks of thresholds already said. `due_at` is the deadline;
    None while paused before the deadline, or when nothing is promised.
    """

    id: UUID
    ticket_id: UUID
    metric: Metric
    cycle: int
    phase: Phase
    at: datetime
    elapsed: timedelta = ZERO
    terms: Terms | None = None
    due_at: datetime | None = None
    fired: frozenset[str] = frozenset()

    @property
    def over(self) -> bool:
        """Whether nothing more can happen to it."""
        return self.phase in ("met", "cancelled")

    @property
    def breached(self) -> bool:
        """Whether the deadline of the present terms has passed."""
        return self.terms is not None and self.terms.mark(BREACH) in self.fired


def start(ticket_id: UUID, metric: Metric, cycle: int, change: Started, calendar: Calendar) -> Clock:
    """The clock that begins with `change`."""
    clock = Clock(
        id=derived_id("clock", ticket_id, metric, cycle),
        ticket_id=ticket_id,
        metric=metric,
        cycle=cycle,
        phase="paused" if change.resting else "running",
        at=change.at,
        terms=change.terms,
    )
    return _dated(clock, calendar)


def decide(clock: Clock, wanted: Wanted, at: datetime) -> tuple[Later, ...]:
    """What must happen at `at` so that the clock is as wanted; nothing when it is, or when it is over.

    A deadline that passed before `at` comes first, however late we learn of it.
    """
    if clock.over:
        return ()
    at = max(at, clock.at)
    changes: list[Later] = []
    if runs_out(clock) and clock.due_at is not None and clock.due_at < at:
        changes.append(Breached(clock.due_at))
    if wanted.ending == "met":
        return (*changes, Met(at))
    if wanted.ending is not None:
        return (*changes, Cancelled(at, wanted.ending))
    if wanted.terms != clock.terms:
        changes.append(Retargeted(at, clock.terms, wanted.terms))
    if wanted.resting != (clock.phase == "paused"):
        changes.append(Paused(at) if wanted.resting else Resumed(at))
    return tuple(changes)


def runs_out(clock: Clock) -> bool:
    """Whether the clock runs towards a deadline that has not been said to have passed."""
    return clock.phase == "running" and clock.terms is not None and not clock.breached


def elapsed_at(clock: Clock, at: datetime, calendar: Calendar) -> timedelta:
    """The running time up to `at`."""
    return clock.elapsed + (calendar.between(clock.at, at) if clock.phase == "running" else ZERO)


def evolve(clock: Clock, change: Later, calendar: Calendar) -> Clock:
    """The clock after a change."""
    match change:
        case Paused():
            return _dated(replace(_settled(clock, change.at, calendar), phase="paused"), calendar)
        case Resumed():
            return _dated(replace(_settled(clock, change.at, calendar), phase="running"), calendar)
        case Retargeted():
            return _dated(_under(_settled(clock, change.at, calendar), change.new), calendar)
        case Met():
            return replace(_settled(clock, change.at, calendar), phase="met")
        case Cancelled():
            return replace(_settled(clock, change.at, calendar), phase="cancelled")
        case Warned():
            return _said(clock, change.threshold)
        case Breached():
            return _said(clock, *(name for name, _ in clock.terms.thresholds())) if clock.terms else clock


def _settled(clock: Clock, at: datetime, calendar: Calendar) -> Clock:
    return replace(clock, elapsed=elapsed_at(clock, at, calendar), at=max(at, clock.at))


def _said(clock: Clock, *thresholds: str) -> Clock:
    marks = {clock.terms.mark(name) for name in thresholds} if clock.terms else set()
    return replace(clock, fired=clock.fired | marks)


def _under(clock: Clock, new: Terms | None) -> Clock:
    """Other terms. A threshold that was said and lies in the past under these too is not said again."""
    old, carried = clock.terms, frozenset[str]()
    if old and new:
        carried = frozenset(
            new.mark(name) for name, span in new.thresholds() if span <= clock.elapsed and old.mark(name) in clock.fired
        )
    return replace(clock, terms=new, fired=clock.fired | carried)


def _dated(clock: Clock, calendar: Calendar) -> Clock:
    return replace(clock, due_at=_deadline(clock, calendar))


def _deadline(clock: Clock, calendar: Calendar) -> datetime | None:
    if clock.terms is None:
        return None
    if clock.breached:
        return min(clock.due_at or clock.at, clock.at)
    if clock.phase != "running":
        return None
    return calendar.add(clock.at, max(clock.terms.target - clock.elapsed, ZERO))
