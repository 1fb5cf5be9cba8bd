"""What a policy promises, as terms: a target of running time, and the calendar that counts it.

A working day is as long as an ordinary working day of the calendar; it counts by the calendar whatever `time` says.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import get_args

from gongdan.shared.contracts.messages import Priority
from gongdan.shared.contracts.tickets import StatusCategory
from gongdan.shared.definitions.registry import Definition
from gongdan.shared.definitions.sla_policy import Escalation, SlaPolicy, Target
from gongdan.shared.definitions.spans import SpanValue
from gongdan.shared.json import dumps
from gongdan.sla_timer.domain.calendar import Calendar
from gongdan.sla_timer.domain.hours import Hours
from gongdan.sla_timer.domain.metrics import Milestone
from gongdan.sla_timer.domain.terms import Level, Terms

STATUS = "status:"
CATEGORIES: tuple[StatusCategory, ...] = get_args(StatusCategory)

Pauses = Mapping[str, frozenset[StatusCategory]]


@dataclass(frozen=True, slots=True)
class Place:
    """What of a ticket decides which target and which calendar count."""

    priority: Priority
    workspace: str
    team: str | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What applies to a ticket: terms by metric, the status categories in which each metric rests.

    `unclear` names the policies of which a condition failed on this ticket.
    """

    terms: Mapping[str, Terms] = field(default_factory=dict)
    pauses: Pauses = field(default_factory=lambda: pauses_of(SlaPolicy(targets={})))
    milestones: tuple[Milestone, ...] = ()
    unclear: tuple[str, ...] = ()


def plan_of(definition: Definition, spec: SlaPolicy, place: Place, hours: Hours) -> Plan:
    """What a policy promises in a place."""
    reading = _Reading(definition, spec, place, hours)
    terms = {
        metric: reading.terms(metric, target, span)
        for metric, target in _targets(spec)
        if (span := target.of(place.priority)) is not None
    }
    return Plan(terms, pauses_of(spec), tuple(each for each in milestones_of(spec) if each.metric in terms))


def pauses_of(spec: SlaPolicy) -> Pauses:
    """The categories in which each metric rests."""
    return {metric: frozenset(one for one in CATEGORIES if one in states) for metric, states in _resting(spec)}


def resting_states(spec: SlaPolicy) -> dict[str, frozenset[str]]:
    """The metrics that rest in a state itself, whatever its category, by state."""
    listed = [
        (one.removeprefix(STATUS), metric) for metric, states in _resting(spec) for one in states if STATUS in one
    ]
    return {state: frozenset(metric for one, metric in listed if one == state) for state, _ in listed}


def _resting(spec: SlaPolicy) -> Iterator[tuple[str, list[str]]]:
    yield from ((metric, list(states)) for metric, states in spec.pause_in.items())
    for milestone, made in zip(milestones_of(spec), spec.milestones.values(), strict=True):
        yield milestone.metric, list(made.pause_in)


def _targets(spec: SlaPolicy) -> Iterator[tuple[str, Target]]:
    yield from spec.targets.items()
    for milestone, made in zip(milestones_of(spec), spec.milestones.values(), strict=True):
        yield milestone.metric, made.within


def milestones_of(spec: SlaPolicy) -> list[Milestone]:
    """The milestones that a policy defines."""
    return [Milestone(name, frozenset(one.begins), frozenset(one.ends)) for name, one in spec.milestones.items()]


@dataclass(frozen=True, slots=True)
class _Reading:
    """A policy read for a place."""

    definition: Definition
    spec: SlaPolicy
    place: Place
    hours: Hours

    def terms(self, metric: str, target: Target, span: SpanValue) -> Terms:
        """What it promises by a metric."""
        key = self.key(metric) if span.working_days or self.spec.working(target) else ""
        calendar = self.hours.calendars.named(key)
        return Terms(
            policy=self.definition.name,
            version=self.definition.version,
            target=_length(span, calendar),
            warn=tuple(self.spec.warn),
            levels=tuple(_levels(self.spec, metric, calendar)),
            calendar=key,
            from_matching=self.spec.counts_from == "matching",
            past_pauses=self.spec.earlier_pauses == "left_out",
        )

    def key(self, metric: str) -> str:
        """The calendar that counts; ownership is a matter of the team's."""
        team = self.place.team if metric == "ownership" else None
        return self.hours.key(self.place.workspace, self.spec.calendar, team)


def _length(span: SpanValue, calendar: Calendar) -> timedelta:
    return span.working_days * calendar.working_day if span.working_days else span.time


def _levels(spec: SlaPolicy, metric: str, calendar: Calendar) -> Iterator[Level]:
    """The levels of escalation that are about this metric, in the order of the policy."""
    for one in spec.escalate:
        if not one.metrics or metric.partition("/")[0] in one.metrics:
            yield Level(_length(one.after, calendar), _json(one, "notify"), _json(one, "then"))


def _json(level: Escalation, part: str) -> str:
    return dumps(level.model_dump(mode="json", by_alias=True, exclude_unset=True).get(part, [])).decode()
