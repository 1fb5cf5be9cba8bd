"""Counting a clock again under other policies, in one pass over its track, by the rules of `clock` and `book`."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import itemgetter
from typing import NamedTuple

from gongdan.shared.contracts.tickets import StatusCategory
from gongdan.sla_timer.domain.backtest.histories import Track
from gongdan.sla_timer.domain.calendar import AROUND_THE_CLOCK, Calendar, micros
from gongdan.sla_timer.domain.metrics import MILESTONE, RULES
from gongdan.sla_timer.domain.policy import Plan
from gongdan.sla_timer.domain.terms import ZERO, Terms
from gongdan.sla_timer.domain.times import Calendars, calendar_of

RESTS_IN = {rule.metric: rule.rests_in for rule in RULES}
ALWAYS_COUNTED = frozenset({"first_response", "next_response", "resolution"})
NOWHERE: frozenset[str] = frozenset()
MICRO = timedelta(microseconds=1)


_number = itemgetter(0)


class Offer(NamedTuple):
    """What a plan means to the clocks of a metric: `target` in microseconds, and where they rest."""

    terms: Terms | None
    target: int
    calendar: Calendar
    rests_in: frozenset[str]


Offers = Mapping[str, Offer]
NO_OFFER = Offer(None, 0, AROUND_THE_CLOCK, NOWHERE)


def offers_of(plan: Plan, calendars: Calendars) -> Offers:
    """What a plan means, by metric."""
    return {metric: _offer(metric, plan, calendars) for metric in {*plan.terms, *plan.pauses, *RESTS_IN}}


def _offer(metric: str, plan: Plan, calendars: Calendars) -> Offer:
    terms = plan.terms.get(metric)
    rests_in = RESTS_IN.get(metric, NOWHERE) | plan.pauses.get(metric, NOWHERE)
    return Offer(terms, terms.target // MICRO if terms else 0, calendar_of(terms, calendars), rests_in)


class Stand(NamedTuple):
    """From situation `number`, at `at`, on: the category of the ticket's state, and what applies to it.

    `micros` is `at` in microseconds since 1970.
    """

    number: int
    at: datetime
    micros: int
    category: StatusCategory
    offers: Offers


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
    micros: int
    offer: Offer
    rests: bool


def recount(track: Track, stands: Sequence[Stand], calendars: Calendars, now: datetime) -> Verdict:
    """What becomes of a clock, where its ticket stood so; `now` is when it is judged.

    Of stands that follow each other and are the same the first is enough, but where a deadline was set by hand.
    """
    phases = _phases(track, stands)
    promised = [phase.offer.terms for phase in phases if phase.offer.terms is not None]
    if not promised:
        return NOTHING
    if track.set_by_hand or len(promised) < len(phases):
        return _in_detail(track, phases, calendars, now)
    return Verdict(promised[-1].policy, _breach(track, phases, now))


def _breach(track: Track, phases: Sequence[Phase], now: datetime) -> datetime | None:
    """The deadline that was missed, of a clock that was promised something all the time."""
    end = max(micros(now), phases[-1].micros) if track.end is None else track.end
    elapsed, latest = 0, len(phases)
    for nth, (_, at, begin, offer, rests) in enumerate(phases, start=1):
        if rests:
            continue
        until = phases[nth].micros if nth < latest else end
        worked = offer.calendar.spent(begin, until)
        if elapsed + worked >= offer.target:
            due = offer.calendar.add(at, max(offer.target - elapsed, 0) * MICRO)
            reached = micros(due)
            if reached < until or (reached == until and nth == latest and track.end is None):
                return due
        elapsed += worked
    return None


def _phases(track: Track, stands: Sequence[Stand]) -> list[Phase]:
    """How the clock goes on from stand to stand; nothing for a milestone that was not promised when it began."""
    metric, first, last = track.metric, track.first, track.last
    nth = bisect_right(stands, first, key=_number) - 1 if first else 0
    if metric.startswith(MILESTONE) and stands[nth].offers.get(metric, NO_OFFER).terms is None:
        return []
    by_hand = dict(track.set_by_hand) if track.set_by_hand else ()
    found: list[Phase] = []
    before, begin = track.begun, track.beginning
    terms, rests = None, False
    for number, at, moment, category, offers in stands[nth:] if nth else stands:
        if number > first and last is not None and number >= last:
            break
        earlier, rested = terms, rests
        offer = offers.get(metric, NO_OFFER)
        terms, rests = offer.terms, category in offer.rests_in
        if found and terms is earlier and rests is rested and number not in by_hand:
            continue
        if number > first and moment > begin:
            before, begin = at, moment
        found.append(Phase(number, before, begin, offer, rests))
    return found


def _in_detail(track: Track, phases: Sequence[Phase], calendars: Calendars, now: datetime) -> Verdict:
    """What becomes of a clock that was promised nothing for a while, or whose deadline somebody set."""
    count = _Count(track.begun, calendars, counts_before=track.metric in ALWAYS_COUNTED)
    by_hand = dict(track.set_by_hand)
    for number, at, _, offer, rests in phases:
        if number in by_hand:
            count.set_by_hand(at, by_hand[number])
        count.go_on(at, offer.terms, rests=rests)
    if track.ended is None:
        count.run_to(max(now, count.at), to_now=True)
    else:
        count.run_to(track.ended)
    return Verdict(count.policy, count.breached_at)
