"""Breaches before and after, by metric, team, priority and week, with the tickets that flip.

A clock belongs to the team and priority that its ticket had last while it ran, and to the ISO week, in UTC, in which it
began. Limits: of the flips the first MOST_FLIPS are named, all are counted.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from gongdan.sla_timer.domain.backtest.choosing import Chooser, chooser
from gongdan.sla_timer.domain.backtest.histories import History, Track
from gongdan.sla_timer.domain.backtest.recount import NOTHING, Offers, Stand, Verdict, offers_of, recount
from gongdan.sla_timer.domain.policy import Plan, Policies
from gongdan.sla_timer.domain.times import Calendars

MOST_FLIPS = 1_000
MOST_PLANS = 20_000
Name = tuple[str, int]
Cell = tuple[str, str, str, str]
By = Literal["metric", "team", "priority", "week"]
BYS: tuple[By, ...] = ("metric", "team", "priority", "week")


@dataclass(frozen=True, slots=True)
class Flip:
    """A clock that breaches under one set of policies and not under the other."""

    ticket: str
    metric: str
    cycle: int
    before: Verdict
    after: Verdict


@dataclass(frozen=True, slots=True)
class Side:
    """One set of policies, ready to be asked, with the calendars that it counts by."""

    chooser: Chooser
    calendars: Calendars
    _offers: dict[int, tuple[Plan, Offers]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def verdicts(self, history: History, now: datetime) -> dict[Name, Verdict]:
        """What becomes of every clock that is promised something."""
        stands = self.stands(history)
        found: dict[Name, Verdict] = {}
        for track in history.tracks:
            known = self._every_stand(history) if track.set_by_hand else stands
            verdict = recount(track, known, self.calendars, now)
            if verdict.policy is not None:
                found[track.metric, track.cycle] = verdict
        return found

    def stands(self, history: History) -> list[Stand]:
        """What applies in each situation, those left out that are as before."""
        found: list[Stand] = []
        plan: Plan | None = None
        category = ""
        for number, (at, micros, ticket, _) in history.differing if self.chooser.key else enumerate(history.situations):
            earlier, left = plan, category
            plan, category = self.chooser.plan_for(ticket), ticket.status_category
            if plan is not earlier or category != left:
                found.append(Stand(number, at, micros, category, self._offers_of(plan)))
        return found

    def _every_stand(self, history: History) -> list[Stand]:
        plans = (self.chooser.plan_for(one.ticket) for one in history.situations)
        return [
            Stand(number, one.at, one.micros, one.ticket.status_category, self._offers_of(plan))
            for number, (one, plan) in enumerate(zip(history.situations, plans, strict=True))
        ]

    def _offers_of(self, plan: Plan) -> Offers:
        """What a plan means; plans are told apart by what they are, not by what they say."""
        known = self._offers.get(id(plan))
        if known is None:
            if len(self._offers) >= MOST_PLANS:
                self._offers.clear()
            known = self._offers[id(plan)] = plan, offers_of(plan, self.calendars)
        return known[1]


def side(policies: Policies) -> Side:
    """A set of policies as one side of a comparison."""
    return Side(chooser(policies), policies.hours.calendars)


@dataclass(slots=True)
class Tally:
    """How many clocks there are, how many of them breach under either set of policies, and how many under one only."""

    clocks: int = 0
    before: int = 0
    after: int = 0
    flips: int = 0

    def add(self, missed: bool, misses: bool) -> None:
        """One clock more."""
        self.clocks += 1
        self.before += missed
        self.after += misses
        self.flips += missed != misses


@dataclass(slots=True)
class Differences:
    """What was found so far. Clocks to which neither set of policies promises anything are left out.

    So are those that ended before `since`.
    """

    one: Side
    other: Side
    now: datetime
    since: datetime | None = None
    tickets: int = 0
    cells: dict[Cell, Tally] = field(default_factory=dict)
    flips: list[Flip] = field(default_factory=list)

    def take(self, before: History, after: History | None = None) -> None:
        """Count a ticket under both; `after` is its history with the other side's milestones, where those differ."""
        after = after or before
        first, second = self.one.verdicts(before, self.now), self.other.verdicts(after, self.now)
        self.tickets += 1
        for track in _tracks(before, after):
            name = track.metric, track.cycle
            past = self.since is not None and track.ended is not None and track.ended < self.since
            if not past and (name in first or name in second):
                self._count(after, track, first.get(name, NOTHING), second.get(name, NOTHING))

    def _count(self, history: History, track: Track, before: Verdict, after: Verdict) -> None:
        missed, misses = before.breached_at is not None, after.breached_at is not None
        tally = self.cells.get(cell := _cell(history, track))
        if tally is None:
            tally = self.cells[cell] = Tally()
        tally.add(missed, misses)
        if missed != misses and len(self.flips) < MOST_FLIPS:
            self.flips.append(Flip(history.ticket.number, track.metric, track.cycle, before, after))

    def total(self) -> Tally:
        """All clocks."""
        return _sum(self.cells.values())

    def by(self, group: By) -> dict[str, Tally]:
        """By metric, team, priority or week, in order."""
        place = BYS.index(group)
        names = sorted({cell[place] for cell in self.cells})
        return {name: _sum(tally for cell, tally in self.cells.items() if cell[place] == name) for name in names}


def _cell(history: History, track: Track) -> Cell:
    last = history.situations[-1 if track.last is None else max(track.first, track.last - 1)]
    year, week, _ = track.begun.isocalendar()
    return track.metric, last.ticket.team or "-", last.ticket.priority, f"{year}-W{week:02}"


def _sum(tallies: Iterable[Tally]) -> Tally:
    found = Tally()
    for one in tallies:
        found.clocks += one.clocks
        found.before += one.before
        found.after += one.after
        found.flips += one.flips
    return found


def _tracks(before: History, after: History) -> Iterable[Track]:
    """The tracks of both, each once."""
    if before is after:
        return before.tracks
    return {(track.metric, track.cycle): track for track in (*before.tracks, *after.tracks)}.values()
