"""A ticket's clocks together: what an event of the ticket, or another plan, changes in them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from gongdan.shared.contracts.sla import Metric
from gongdan.shared.contracts.tickets import TicketSnapshot
from gongdan.sla_timer.domain.calendar import Calendar
from gongdan.sla_timer.domain.changes import Change, Later, Started, Wanted
from gongdan.sla_timer.domain.clock import Clock, decide, evolve, start
from gongdan.sla_timer.domain.facts import Cause, Fact
from gongdan.sla_timer.domain.metrics import RULES, Rule, Turn
from gongdan.sla_timer.domain.policy import Plan


@dataclass(frozen=True, slots=True)
class Book:
    """A ticket with the latest clock of each metric, as of the last event of the ticket."""

    ticket: TicketSnapshot
    cause: Cause
    clocks: Mapping[Metric, Clock] = field(default_factory=dict)

    @property
    def open(self) -> bool:
        """Whether any clock may still change."""
        return any(not clock.over for clock in self.clocks.values())


@dataclass(frozen=True, slots=True)
class Step:
    """One change of one clock, and the clock after it."""

    change: Change
    clock: Clock


def follow(book: Book | None, fact: Fact, plan: Plan, calendar: Calendar) -> tuple[Book, tuple[Step, ...]]:
    """The book after an event of its ticket, and every change of a clock that led there, in order."""
    clocks = dict(book.clocks) if book else {}
    before = book.ticket.status_category if book else None
    steps: list[Step] = []
    for rule in RULES:
        turn = Turn(fact, before, clocks)
        for step in _of_metric(rule, turn, plan, calendar):
            clocks[rule.metric] = step.clock
            steps.append(step)
    return Book(fact.ticket, fact.cause, clocks), tuple(steps)


def _of_metric(rule: Rule, turn: Turn, plan: Plan, calendar: Calendar) -> list[Step]:
    category = turn.category
    resting = category in rule.rests_in or category in plan.pauses.get(rule.metric, ())
    wanted = Wanted(plan.terms.get(rule.metric), resting, rule.ends(turn))
    clock = turn.clocks.get(rule.metric)
    begun = rule.begins(turn)
    steps: list[Step] = []
    if begun is not None:
        cycle = clock.cycle + 1 if clock else 1
        change = Started(begun, resting, wanted.terms)
        clock = start(turn.fact.ticket.id, rule.metric, cycle, change, calendar)
        steps.append(Step(change, clock))
    if clock is not None:
        steps += advance(clock, decide(clock, wanted, turn.fact.at), calendar)
    return steps


def advance(clock: Clock, changes: tuple[Later, ...], calendar: Calendar) -> list[Step]:
    """Each change with the clock after it."""
    steps: list[Step] = []
    for change in changes:
        clock = evolve(clock, change, calendar)
        steps.append(Step(change, clock))
    return steps


def retarget(book: Book, plan: Plan, now: datetime, cause: Cause, calendar: Calendar) -> tuple[Book, tuple[Step, ...]]:
    """The book under another plan from `now` on. Whether the ticket was touched meanwhile does not matter."""
    fact = Fact(now, now, book.ticket, cause)
    moved, steps = follow(book, fact, plan, calendar)
    return replace(moved, cause=book.cause), steps
