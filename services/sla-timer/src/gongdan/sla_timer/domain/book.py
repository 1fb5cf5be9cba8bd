"""A ticket's clocks together: what an event of the ticket, or another plan, changes in them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple

from gongdan.shared.contracts.tickets import TicketSnapshot
from gongdan.sla_timer.domain.changes import Change, Later, Met, Started, Wanted
from gongdan.sla_timer.domain.clock import UNDER_WAY, Clock, decide, elapsed_at, evolve, start
from gongdan.sla_timer.domain.facts import Cause, Fact, Ticket, remembered
from gongdan.sla_timer.domain.metrics import Rule, Turn, rules_for, turn_of
from gongdan.sla_timer.domain.policy import Plan
from gongdan.sla_timer.domain.terms import Terms
from gongdan.sla_timer.domain.times import Calendars, calendar_of

BY_HAND = "by-hand"
NO_DEADLINE = ("", None)


@dataclass(frozen=True, slots=True)
class Book:
    """A ticket with the latest clock of each metric, as of the last event of the ticket."""

    ticket: Ticket
    cause: Cause
    clocks: Mapping[str, Clock] = field(default_factory=dict)

    @property
    def open(self) -> bool:
        """Whether any clock may still change."""
        return not UNDER_WAY.isdisjoint([clock.phase for clock in self.clocks.values()])


class Step(NamedTuple):
    """One change of one clock, and the clock after it."""

    change: Change
    clock: Clock


def follow(book: Book | None, fact: Fact, plan: Plan, calendars: Calendars) -> tuple[Book, tuple[Step, ...]]:
    """The book after an event of its ticket, and every change of a clock that led there, in order."""
    clocks = dict(book.clocks) if book else {}
    before = book.ticket if book else None
    if before and before.gone and not fact.back:
        fact = fact._replace(gone=before.gone)
    turn = turn_of(fact, before, clocks, plan.terms)
    steps: list[Step] = []
    for rule in rules_for(plan.milestones):
        if not (rule.of_itself or rule.metric in plan.terms or rule.metric in clocks):
            continue
        for step in _of_metric(rule, turn, plan, calendars):
            clocks[rule.metric] = step.clock
            steps.append(step)
    return Book(remembered(fact, before), fact.cause, clocks), tuple(steps)


def _of_metric(rule: Rule, turn: Turn, plan: Plan, calendars: Calendars) -> Sequence[Step]:
    begun = None if turn.fact.gone else rule.begins(turn)
    if begun is not None:
        first = _begin(rule, turn, plan, begun, calendars)
        return [first, *_goes_on(first.clock, rule, turn, plan, calendars)]
    clock = turn.clocks.get(rule.metric)
    return () if clock is None or clock.over else _goes_on(clock, rule, turn, plan, calendars)


def _goes_on(clock: Clock, rule: Rule, turn: Turn, plan: Plan, calendars: Calendars) -> Sequence[Step]:
    changes = decide(clock, _wanted(clock, rule, turn, plan, calendars), turn.fact.at)
    if not changes:
        return ()
    steps = advance(clock, changes, calendars)
    if isinstance(changes[-1], Met) and rule.renews(turn):
        renewed = turn._replace(clocks={rule.metric: steps[-1].clock})
        steps.append(_begin(rule, renewed, plan, turn.fact.at, calendars))
    return steps


def _begin(rule: Rule, turn: Turn, plan: Plan, at: datetime, calendars: Calendars) -> Step:
    last = turn.clocks.get(rule.metric)
    change = Started(at, _rests(rule, turn, plan), plan.terms.get(rule.metric))
    cycle = last.cycle + 1 if last else 1
    return Step(change, start(turn.fact.ticket.id, rule.metric, cycle, change, calendars))


def _rests(rule: Rule, turn: Turn, plan: Plan) -> bool:
    return turn.category in rule.rests_in or turn.category in plan.pauses.get(rule.metric, ())


def _wanted(clock: Clock, rule: Rule, turn: Turn, plan: Plan, calendars: Calendars) -> Wanted:
    fact = turn.fact
    terms = _terms(clock, plan.terms.get(rule.metric), fact, calendars)
    resting = _rests(rule, turn, plan) and not (terms and terms.fixed)
    return Wanted(terms, resting, fact.gone or rule.ends(turn))


def _terms(clock: Clock, planned: Terms | None, fact: Fact, calendars: Calendars) -> Terms | None:
    """What is to be promised: what somebody set by hand stays until it is taken back."""
    metric, due = fact.deadline or NO_DEADLINE
    if metric != clock.metric:
        return clock.terms if clock.terms and clock.terms.fixed else planned
    if due is None:
        return planned
    base = clock.terms or planned or Terms(BY_HAND, 1, due - due)
    left = calendar_of(base, calendars).between(fact.at, due)
    return replace(base, target=elapsed_at(clock, fact.at, calendars) + left, fixed=due)


def advance(clock: Clock, changes: tuple[Later, ...], calendars: Calendars) -> list[Step]:
    """Each change with the clock after it."""
    steps: list[Step] = []
    for change in changes:
        clock = evolve(clock, change, calendars)
        steps.append(Step(change, clock))
    return steps


def retarget(
    book: Book, ticket: TicketSnapshot, plan: Plan, now: datetime, cause: Cause, calendars: Calendars
) -> tuple[Book, tuple[Step, ...]]:
    """The book under another plan from `now` on. Whether the ticket was touched meanwhile does not matter."""
    fact = Fact(now, now, ticket, cause)
    moved, steps = follow(book, fact, plan, calendars)
    return replace(moved, cause=book.cause), steps
