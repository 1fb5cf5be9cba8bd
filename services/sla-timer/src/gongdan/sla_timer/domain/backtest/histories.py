"""A ticket's history as far as clocks need it: when each cycle of each metric began and ended, how the ticket stood.

Limits: what a policy promised later than at the beginning of a periodic update, of ownership or of a milestone counts
from when it was promised.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from gongdan.shared.contracts.registry import Event
from gongdan.shared.contracts.tickets import TicketEvent, TicketSnapshot
from gongdan.sla_timer.domain.book import Book, Step, follow
from gongdan.sla_timer.domain.calendar import micros
from gongdan.sla_timer.domain.changes import Cancelled, Met, Retargeted, Started
from gongdan.sla_timer.domain.facts import fact_of
from gongdan.sla_timer.domain.metrics import RULES, Milestone
from gongdan.sla_timer.domain.policy import Plan
from gongdan.sla_timer.domain.terms import Terms
from gongdan.sla_timer.domain.times import OnlyAllHours

FOREVER = Terms("", 0, timedelta(days=365_000))
ALL_HOURS = OnlyAllHours()
USUAL = frozenset(rule.metric for rule in RULES)
WHAT_MATTERS = attrgetter(*(name for name in TicketSnapshot.model_fields if name not in ("version", "updated_at")))


@dataclass(slots=True)
class Track:
    """One cycle of a metric. It began with situation number `first`, and ended with `last`, unless it still runs.

    `beginning` and `end` are `begun` and `ended` in microseconds since 1970. `set_by_hand` holds deadlines that
    somebody set, with the number of the situation since which they hold.
    """

    metric: str
    cycle: int
    first: int
    begun: datetime
    beginning: int
    last: int | None = None
    ended: datetime | None = None
    end: int | None = None
    set_by_hand: list[tuple[int, datetime | None]] = field(default_factory=list)


class Situation(NamedTuple):
    """How a ticket stood from a moment on, `micros` since 1970.

    `same`: as before, but for its version and the time of its last change.
    """

    at: datetime
    micros: int
    ticket: TicketSnapshot
    same: bool = False


@dataclass(frozen=True, slots=True)
class History:
    """A ticket's situations in order, and its tracks. `differing` are those that are not as before, numbered."""

    situations: tuple[Situation, ...]
    tracks: tuple[Track, ...]
    differing: tuple[tuple[int, Situation], ...]

    @property
    def ticket(self) -> TicketSnapshot:
        """The ticket as it stands in the end."""
        return self.situations[-1].ticket


def tickets(events: Iterable[Event]) -> Iterator[list[Event]]:
    """The events of each ticket, where they come one ticket after the other."""
    for _, together in groupby(events, key=attrgetter("key")):
        yield list(together)


def histories(
    events: Iterable[Event], milestones: Sequence[Milestone] = (), metrics: Collection[str] = USUAL
) -> Iterator[History]:
    """The histories of tickets whose events come one ticket after the other, each in order of its versions."""
    for told in tickets(events):
        yield history_of(told, milestones, metrics)


def history_of(
    events: Sequence[Event], milestones: Sequence[Milestone] = (), metrics: Collection[str] = USUAL
) -> History:
    """The history of a ticket, from all of its events in order, as far as these metrics and milestones need it."""
    promised = [*metrics, *(milestone.metric for milestone in milestones)]
    plan = Plan(dict.fromkeys(promised, FOREVER), {}, tuple(milestones))
    book: Book | None = None
    situations: list[Situation] = []
    tracks: dict[tuple[str, int], Track] = {}
    for event in events:
        if not isinstance(event.data, TicketEvent):
            continue
        fact = fact_of(event.envelope, event.data)
        book, steps = follow(book, fact, plan, ALL_HOURS)
        for step in steps:
            _take(tracks, step, len(situations))
        ticket = event.data.ticket
        same = bool(situations) and _alike(situations[-1].ticket, ticket)
        situations.append(Situation(fact.at, micros(fact.at), ticket, same))
    differing = tuple((number, one) for number, one in enumerate(situations) if not one.same)
    return History(tuple(situations), tuple(tracks.values()), differing)


def _alike(before: TicketSnapshot, after: TicketSnapshot) -> bool:
    same: bool = WHAT_MATTERS(before) == WHAT_MATTERS(after)
    return same


def _take(tracks: dict[tuple[str, int], Track], step: Step, number: int) -> None:
    name = step.clock.metric, step.clock.cycle
    match step.change:
        case Started(at=at):
            tracks[name] = Track(step.clock.metric, step.clock.cycle, number, at, micros(at))
        case Met(at=at) | Cancelled(at=at):
            track = tracks[name]
            track.last, track.ended, track.end = number, at, micros(at)
        case Retargeted(new=new):
            tracks[name].set_by_hand.append((number, new.fixed if new else None))
