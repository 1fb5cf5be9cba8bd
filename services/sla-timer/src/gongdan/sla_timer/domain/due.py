"""What a running clock has to say next, and what it has to say by now.

A warning whose deadline has passed as well says nothing new: it folds into the breach, as levels of escalation fold
into the highest that was reached.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from gongdan.sla_timer.domain.changes import Breached, Escalated, Threshold, Warned
from gongdan.sla_timer.domain.clock import Clock
from gongdan.sla_timer.domain.terms import BREACH, ZERO, level_number
from gongdan.sla_timer.domain.times import Calendars, calendar_of

Kind = Literal["warning", "breach", "escalation"]


@dataclass(frozen=True, slots=True)
class Due:
    """A threshold and the moment at which it is reached if nothing happens before."""

    kind: Kind
    threshold: str
    at: datetime


def moments(clock: Clock, calendars: Calendars) -> Iterator[Due]:
    """Every threshold still to be said, earliest first; none for a clock that rests, is over, or promises nothing."""
    if clock.terms is None or clock.due_at is None or clock.phase != "running":
        return
    calendar = calendar_of(clock.terms, calendars)
    for name, span in clock.terms.thresholds():
        if clock.fired and clock.terms.mark(name) in clock.fired:
            continue
        if name == BREACH:
            yield Due("breach", name, clock.due_at)
        else:
            kind: Kind = "escalation" if level_number(name) else "warning"
            yield Due(kind, name, calendar.add(clock.at, max(span - clock.elapsed, ZERO)))


def next_due(clock: Clock, calendars: Calendars) -> Due | None:
    """What the clock will say first."""
    return next(moments(clock, calendars), None)


def due_by(clock: Clock, now: datetime, calendars: Calendars) -> tuple[Threshold, ...]:
    """What the clock has to say at `now`, in order: warnings or, once it is due, the breach; the highest level."""
    reached: list[Due] = []
    for due in moments(clock, calendars):
        if due.at > now:
            break
        reached.append(due)
    breach = next((Breached(due.at) for due in reached if due.kind == "breach"), None)
    warnings = [Warned(due.at, due.threshold) for due in reached if due.kind == "warning" and not breach]
    levels = [due for due in reached if due.kind == "escalation"]
    return (*warnings, *([breach] if breach else ()), *_highest(levels))


def _highest(levels: list[Due]) -> Iterator[Escalated]:
    if levels:
        numbers = [level_number(due.threshold) for due in levels]
        yield Escalated(levels[-1].at, numbers[-1], tuple(numbers[:-1]))
