"""What a running clock has to say next, and what it has to say by now.

A warning whose deadline has passed as well says nothing new: it folds into the breach.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from gongdan.sla_timer.domain.calendar import Calendar
from gongdan.sla_timer.domain.changes import Breached, Warned
from gongdan.sla_timer.domain.clock import Clock, runs_out
from gongdan.sla_timer.domain.terms import BREACH, ZERO


@dataclass(frozen=True, slots=True)
class Due:
    """A threshold and the moment at which it is reached if nothing happens before."""

    kind: Literal["warning", "breach"]
    threshold: str
    at: datetime


def moments(clock: Clock, calendar: Calendar) -> tuple[Due, ...]:
    """Every threshold still to be said, earliest first; none for a clock that rests, is over, or was breached."""
    if clock.terms is None or clock.due_at is None or not runs_out(clock):
        return ()
    warnings = [
        Due("warning", name, calendar.add(clock.at, max(span - clock.elapsed, ZERO)))
        for name, span in clock.terms.thresholds()
        if name != BREACH and clock.terms.mark(name) not in clock.fired
    ]
    return (*sorted(warnings, key=lambda due: due.at), Due("breach", BREACH, clock.due_at))


def next_due(clock: Clock, calendar: Calendar) -> Due | None:
    """What the clock will say first."""
    return next(iter(moments(clock, calendar)), None)


def due_by(clock: Clock, now: datetime, calendar: Calendar) -> tuple[Warned | Breached, ...]:
    """What the clock has to say at `now`: the breach alone once it is due, until then the warnings reached."""
    reached = [due for due in moments(clock, calendar) if due.at <= now]
    if reached and reached[-1].kind == "breach":
        return (Breached(reached[-1].at),)
    return tuple(Warned(due.at, due.threshold) for due in reached)
