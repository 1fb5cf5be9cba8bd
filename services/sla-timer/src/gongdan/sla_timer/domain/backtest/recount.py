"""Counting a clock again under other policies, in one pass over its track, by the rules of `clock` and `book`."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import itemgetter
from typing import NamedTuple

from gongdan.shared.contracts.tickets import StatusCategory
from gongdan.sla_timer.domain.backtest.histories import Track
from gongdan.sla_timer.domain.calendar import AROUND_THE_CLOCK, Calendar
from gongdan.sla_timer.domain.metrics import MILESTONE, RULES
from gongdan.sla_timer.domain.policy import Plan
from gongdan.sla_timer.domain.terms import ZERO, Terms
from gongdan.sla_timer.domain.times import Calendars, calendar_of

RESTS_IN = {rule.metric: rule.rests_in for rule in RULES}
ALWAYS_COUNTED = frozenset({"first_response", "next_response", "resolution"})
NOWHERE: frozenset[str] = frozenset()


_number = itemgetter(0)


class Stand(NamedTuple):
    """From situation `number`, at `at`, on: the category of the ticket's state, and what applies to it."""

    number: int
    at: datetime
    category: StatusCategory
    plan: Plan


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a clock: whether anything was ever promised, by which policy last, and when it first breached."""

    policy: str | None
    breached_at: datetime | None


NOTHING = Verdict(None, None)


class _Count:
    """A clock while it is counted: what it has counted up to `at`, and under which terms it goes on."""

    __slots__ = (
        "_counts_before",
        "_elapsed",
        "_ran",
        "at",
        "breached",
        "breached_at",
        "calendar",
        "calendars",
        "fixed",
        "policy",
        "rests",
        "terms",
    )

    def __init__(self, at: datetime, calendars: Calendars, *, counts_before: bool) -> None:
        self.at = at
        self.calendars = calendars
        self.terms: Terms | None = None
        self.policy: str | None = None
        self.calendar: Calendar = AROUND_THE_CLOCK
        self.fixed: datetime | None = None
        self.rests = False
        self.breached = False
        self.breached_at: datetime | None = None
        self._counts_before = counts_before
        self._elapsed = ZERO
        self._ran: list[tuple[datetime, datetime]] = []

    def run_to(self, at: datetime, *, to_now: bool = False) -> None:
        """Count up to a moment; a deadline that comes before it is missed, with `to_now` also one that comes then."""
        if at <= self.at and not to_now:
            return
        if self.terms is None:
            if not self.rests:
                self._ran.append((self.at, at))
        elif not self.rests or self.fixed:
            worked = self.calendar.between(self.at, at)
            if not self.breached:
                self._judge(self.terms, worked, at, to_now=to_now)
            self._elapsed += worked
        self.at = at

    def set_by_hand(self, at: datetime, due: datetime | None) -> None:
        """Somebody set the deadline, or took that back: until then other terms and pauses mean nothing."""
        self.run_to(at)
        self.fixed, self.breached = due, False

    def go_on(self, at: datetime, terms: Terms | None, *, rests: bool) -> None:
        """From a moment on under these terms, at rest or not. What was missed stays missed if it is in the past."""
        self.run_to(at)
        self.rests = rests
        if self.fixed or terms is self.terms:
            return
        before, self.terms = self.terms, terms
        if terms is None:
            return
        self.policy, self.calendar = terms.policy, calendar_of(terms, self.calendars)
        if before is not None:
            self.breached = self.breached and terms.target <= self._elapsed
        elif self._ran:
            self._elapsed += self._counted(terms) if self._counts_before else ZERO
            self._ran = []

    def _judge(self, terms: Terms, worked: timedelta, at: datetime, *, to_now: bool) -> None:
        left = max(terms.target - self._elapsed, ZERO)
        if self.fixed is None and worked < left:
            return
        due = self.fixed or self.calendar.add(self.at, left)
        if due < at or (to_now and due == at):
            self.breached = True
            self.breached_at = self.breached_at or due

    def _counted(self, terms: Terms) -> timedelta:
        if terms.from_matching:
            return ZERO
        if not terms.past_pauses:
            return self.calendar.between(self._ran[0][0], self._ran[-1][1])
        return sum((self.calendar.between(begin, end) for begin, end in self._ran), ZERO)


class Phase(NamedTuple):
    """From situation `number`, at `at`, on a clock runs or rests under these terms."""

    number: int
    at: datetime
    terms: Terms | None
    rests: bool


def recount(track: Track, stands: Sequence[Stand], calendars: Calendars, now: datetime) -> Verdict:
    """What becomes of a clock, where its ticket stood so; `now` is when it is judged.

    Of stands that follow each other and are the same the first is enough, but where a deadline was set by hand.
    """
    phases = _phases(track, stands)
    if not phases:
        return NOTHING
    last_terms = phases[-1].terms
    if track.set_by_hand or last_terms is None or (len(phases) > 1 and any(phase.terms is None for phase in phases)):
        return _in_detail(track, phases, calendars, now)
    end, to_now = (max(now, phases[-1].at), True) if track.ended is None else (track.ended, False)
    elapsed = ZERO
    for nth, (_, at, terms, rests) in enumerate(phases, start=1):
        if rests or terms is None:
            continue
        until, last = (phases[nth].at, False) if nth < len(phases) else (end, to_now)
        calendar = calendars.named(terms.calendar)
        worked, left = calendar.between(at, until), max(terms.target - elapsed, ZERO)
        if worked >= left:
            due = calendar.add(at, left)
            if due < until or (last and due == until):
                return Verdict(last_terms.policy, due)
        elapsed += worked
    return Verdict(last_terms.policy, None)


def _phases(track: Track, stands: Sequence[Stand]) -> list[Phase]:
    """How the clock goes on from stand to stand; nothing for a milestone that was not promised when it began."""
    metric, first, last = track.metric, track.first, track.last
    nth = bisect_right(stands, first, key=_number) - 1 if first else 0
    if metric.startswith(MILESTONE) and metric not in stands[nth].plan.terms:
        return []
    rests_in, by_hand = RESTS_IN.get(metric, NOWHERE), {number for number, _ in track.set_by_hand}
    found: list[Phase] = []
    before, terms, rests = track.begun, None, False
    for number, at, category, plan in stands[nth:] if nth else stands:
        if number > first and last is not None and number >= last:
            break
        earlier, rested = terms, rests
        terms = plan.terms.get(metric)
        rests = category in rests_in or category in plan.pauses.get(metric, NOWHERE)
        if found and terms is earlier and rests is rested and number not in by_hand:
            continue
        if number > first and at > before:
            before = at
        found.append(Phase(number, before, terms, rests))
    return found


def _in_detail(track: Track, phases: Sequence[Phase], calendars: Calendars, now: datetime) -> Verdict:
    """What becomes of a clock that was promised nothing for a while, or whose deadline somebody set."""
    count = _Count(track.begun, calendars, counts_before=track.metric in ALWAYS_COUNTED)
    by_hand = dict(track.set_by_hand)
    for number, at, terms, rests in phases:
        if number in by_hand:
            count.set_by_hand(at, by_hand[number])
        count.go_on(at, terms, rests=rests)
    if track.ended is None:
        count.run_to(max(now, count.at), to_now=True)
    else:
        count.run_to(track.ended)
    return Verdict(count.policy, count.breached_at)
