"""A clock: the elapsed time of one metric of one ticket in one cycle. `decide` says what happens, `evolve` does it.

A clock measures whether or not anything is promised: a policy that comes late finds the stretches in which it ran,
pauses left out. Elapsed time counts only stretches in which the clock ran. Times given are those at which things
happened, never those at which they were processed; a time before the clock's last change counts as that change.
"""

from datetime import datetime, timedelta
from typing import Literal, NamedTuple
from uuid import UUID

from gongdan.shared.ids import derived_id
from gongdan.sla_timer.domain.changes import (
    Breached,
    Cancelled,
    Escalated,
    Later,
    Met,
    Paused,
    Resumed,
    Retargeted,
    Started,
    Threshold,
    Wanted,
    Warned,
)
from gongdan.sla_timer.domain.terms import BREACH, ZERO, Terms, level_name
from gongdan.sla_timer.domain.times import Calendars, calendar_of

Phase = Literal["running", "paused", "met", "cancelled"]
Stretch = tuple[datetime, datetime]

MOST_STRETCHES = 100
UNDER_WAY: frozenset[Phase] = frozenset({"running", "paused"})


class Clock(NamedTuple):
    """A clock as of `at`, identified by its ticket, metric and cycle. `metric` may be a milestone's name.

    `terms` None: nothing is promised, and `ran` holds when it ran. `fired` holds the marks of thresholds already said.
    `due_at` is the deadline; None while paused before the deadline, or when nothing is promised.
    """

    id: UUID
    ticket_id: UUID
    metric: str
    cycle: int
    phase: Phase
    at: datetime
    elapsed: timedelta = ZERO
    terms: Terms | None = None
    due_at: datetime | None = None
    fired: frozenset[str] = frozenset()
    ran: tuple[Stretch, ...] = ()

    @property
    def over(self) -> bool:
        """Whether nothing more can happen to it."""
        return self.phase not in UNDER_WAY

    @property
    def breached(self) -> bool:
        """Whether the deadline of the present terms has passed."""
        return bool(self.fired) and self.terms is not None and self.terms.mark(BREACH) in self.fired


def start(ticket_id: UUID, metric: str, cycle: int, change: Started, calendars: Calendars) -> Clock:
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
    return _dated(clock, calendars)


def decide(clock: Clock, wanted: Wanted, at: datetime) -> tuple[Later, ...]:
    """What must happen at `at` so that the clock is as wanted; nothing when it is, or when it is over.

    A deadline that passed before `at` comes first, however late we learn of it.
    """
    if clock.over:
        return ()
    at = max(at, clock.at)
    changes: list[Later] = []
    if clock.due_at is not None and clock.due_at < at and runs_out(clock):
        changes.append(Breached(clock.due_at))
    if wanted.ending == "met":
        return (*changes, Met(at))
    if wanted.ending is not None:
        return (*changes, Cancelled(at, wanted.ending))
    # The same terms are mostly the very same object; comparing them piece by piece takes as long as all else.
    if wanted.terms is not clock.terms and wanted.terms != clock.terms:
        changes.append(Retargeted(at, clock.terms, wanted.terms))
    if wanted.resting != (clock.phase == "paused"):
        changes.append(Paused(at) if wanted.resting else Resumed(at))
    return tuple(changes)


def runs_out(clock: Clock) -> bool:
    """Whether the clock runs towards a deadline that has not been said to have passed."""
    return clock.phase == "running" and clock.terms is not None and not clock.breached


def elapsed_at(clock: Clock, at: datetime, calendars: Calendars) -> timedelta:
    """The running time up to `at`; while nothing is promised, only what had counted before."""
    if clock.phase != "running" or clock.terms is None:
        return clock.elapsed
    return clock.elapsed + calendar_of(clock.terms, calendars).between(clock.at, at)


def evolve(clock: Clock, change: Later, calendars: Calendars) -> Clock:
    """The clock after a change."""
    if isinstance(change, Threshold):
        return _said(clock, _reached(clock, change))
    match change:
        case Paused():
            return _dated(_settled(clock, change.at, calendars, "paused"), calendars)
        case Resumed():
            return _dated(_settled(clock, change.at, calendars, "running"), calendars)
        case Retargeted():
            settled = _settled(clock, change.at, calendars, clock.phase)
            return _dated(_under(settled, change.new, calendars), calendars)
        case Met():
            return _settled(clock, change.at, calendars, "met")
        case Cancelled():
            return _settled(clock, change.at, calendars, "cancelled")


def _reached(clock: Clock, change: Threshold) -> tuple[str, ...]:
    """The thresholds that are said with a change: what folds into it counts as said, too."""
    match change:
        case Warned():
            return (change.threshold,)
        case Escalated():
            return level_name(change.level), *(level_name(one) for one in change.folded)
        case Breached():
            return _up_to_breach(clock)


def _settled(clock: Clock, at: datetime, calendars: Calendars, phase: Phase) -> Clock:
    """The clock with the time up to `at` counted, and from then on in `phase`."""
    at = max(at, clock.at)
    ran = _run_on(clock, at) if clock.terms is None and clock.phase == "running" else clock.ran
    return clock._replace(elapsed=elapsed_at(clock, at, calendars), at=at, ran=ran, phase=phase)


def _run_on(clock: Clock, at: datetime) -> tuple[Stretch, ...]:
    """When it ran, up to `at`. Of very many stretches the two oldest become one, so that there is an end to it."""
    if clock.ran and clock.ran[-1][1] == clock.at:
        return (*clock.ran[:-1], (clock.ran[-1][0], at))
    ran = (*clock.ran, (clock.at, at))
    return ran if len(ran) <= MOST_STRETCHES else ((ran[0][0], ran[1][1]), *ran[2:])


def _up_to_breach(clock: Clock) -> tuple[str, ...]:
    terms = clock.terms
    return tuple(name for name, span in terms.thresholds() if name == BREACH or span < terms.target) if terms else ()


def _said(clock: Clock, thresholds: tuple[str, ...]) -> Clock:
    marks = {clock.terms.mark(name) for name in thresholds} if clock.terms else set()
    return clock._replace(fired=clock.fired | marks)


def _under(clock: Clock, new: Terms | None, calendars: Calendars) -> Clock:
    """Other terms. A threshold that was said and lies in the past under these too is not said again."""
    old, carried, elapsed, ran = clock.terms, frozenset[str](), clock.elapsed, clock.ran
    if old and new:
        carried = frozenset(
            new.mark(name) for name, span in new.thresholds() if span <= clock.elapsed and old.mark(name) in clock.fired
        )
    elif new:
        elapsed, ran = elapsed + _counted(clock.ran, new, calendars), ()
    return clock._replace(terms=new, fired=clock.fired | carried, elapsed=elapsed, ran=ran)


def _counted(ran: tuple[Stretch, ...], terms: Terms, calendars: Calendars) -> timedelta:
    """What stretches in which nothing was promised count under these terms."""
    if terms.from_matching or not ran:
        return ZERO
    calendar = calendar_of(terms, calendars)
    if not terms.past_pauses:
        return calendar.between(ran[0][0], ran[-1][1])
    return sum((calendar.between(begin, end) for begin, end in ran), ZERO)


def _dated(clock: Clock, calendars: Calendars) -> Clock:
    due_at = _deadline(clock, calendars)
    return clock if due_at == clock.due_at else clock._replace(due_at=due_at)


def _deadline(clock: Clock, calendars: Calendars) -> datetime | None:
    if clock.terms is None:
        return None
    if clock.terms.fixed:
        return clock.terms.fixed
    if clock.breached:
        return min(clock.due_at or clock.at, clock.at)
    if clock.phase != "running":
        return None
    return calendar_of(clock.terms, calendars).add(clock.at, max(clock.terms.target - clock.elapsed, ZERO))
