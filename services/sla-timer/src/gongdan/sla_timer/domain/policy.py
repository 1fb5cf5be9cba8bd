"""Which policy is in force for a ticket, and what it promises there.

The policy with the lowest `order` whose condition holds; of equals a workspace's own before a common one, then
by name. A condition that fails on a ticket does not hold, and its policy is named in the plan. Limits: no calendar
is looked at: time runs round the clock, and a working day is a day.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from gongdan.shared.contracts.messages import PRIORITIES, Priority
from gongdan.shared.contracts.tickets import StatusCategory, TicketSnapshot
from gongdan.shared.definitions.catalog import Catalog
from gongdan.shared.definitions.conditions import Bound, ConditionError, Program, bind, holds, program_of
from gongdan.shared.definitions.field_types import Fields, field_values
from gongdan.shared.definitions.registry import Definition
from gongdan.shared.definitions.sla_policy import VARIABLES, Escalation, SlaPolicy
from gongdan.shared.errors import FixInput
from gongdan.shared.json import dumps
from gongdan.sla_timer.domain.metrics import Milestone
from gongdan.sla_timer.domain.terms import Level, Terms

ALWAYS = "true"
FAILS = "1 / 0 == 0"

Pauses = Mapping[str, frozenset[StatusCategory]]


def _pauses(spec: SlaPolicy) -> Pauses:
    return {metric: frozenset(categories) for metric, categories in spec.pause_in.items()}


@dataclass(frozen=True, slots=True)
class Plan:
    """What applies to a ticket: terms by metric, the status categories in which each metric rests.

    `unclear` names the policies whose condition failed on this ticket.
    """

    terms: Mapping[str, Terms] = field(default_factory=dict)
    pauses: Pauses = field(default_factory=lambda: _pauses(SlaPolicy(targets={})))
    milestones: tuple[Milestone, ...] = ()
    unclear: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A policy that may apply, with what it promises for each priority.

    `condition` None: it applies to every ticket. `workspace` empty: in all workspaces.
    """

    order: int
    name: str
    version: int
    workspace: str
    condition: Program | None
    plans: Mapping[Priority, Plan]

    @property
    def rank(self) -> tuple[int, bool, str]:
        """The order in which candidates are asked."""
        return self.order, not self.workspace, self.name

    def plan(self, priority: Priority, unclear: Sequence[str]) -> Plan:
        """What it promises, and which policies were asked before it in vain."""
        plan = self.plans[priority]
        return replace(plan, unclear=tuple(unclear)) if unclear else plan


@dataclass(frozen=True, slots=True)
class Policies:
    """All policies, compiled, in the order in which they are asked."""

    candidates: tuple[Candidate, ...] = ()
    fields: Fields = field(default_factory=lambda: Fields(Catalog()), compare=False)

    @property
    def fingerprint(self) -> frozenset[tuple[str, str, int]]:
        """What these policies are; differs whenever one was added, changed or deleted."""
        return frozenset((one.workspace, one.name, one.version) for one in self.candidates)

    def plan_for(self, ticket: TicketSnapshot) -> Plan:
        """What applies to a ticket as it stands."""
        bound: Bound | None = None
        unclear: list[str] = []
        for candidate in self.candidates:
            if candidate.workspace not in ("", ticket.workspace):
                continue
            if candidate.condition is None:
                return candidate.plan(ticket.priority, unclear)
            bound = bound or self._bind(ticket)
            try:
                if holds(candidate.condition, bound):
                    return candidate.plan(ticket.priority, unclear)
            except ConditionError:
                unclear.append(candidate.name)
        return Plan(unclear=tuple(unclear))

    def _bind(self, ticket: TicketSnapshot) -> Bound:
        own = self.fields.of(ticket.workspace).variables
        types = {**VARIABLES, **self.fields.of(None).variables, **own}
        return bind(types, variables(types, ticket))


def variables(types: Mapping[str, str], ticket: TicketSnapshot) -> dict[str, object]:
    """What conditions see of a ticket: plain data, each part under its own name, and the fields that forms give."""
    plain = ticket.model_dump(mode="json")
    own = {name: plain[name.removeprefix("ticket.")] for name in VARIABLES if name.startswith("ticket.")}
    return {**own, "now": ticket.updated_at, **field_values(types, ticket.fields)}


def policies_of(catalog: Catalog) -> Policies:
    """The policies of a catalog."""
    fields = Fields(catalog)
    found = [_candidate(definition, spec, fields) for definition, spec in catalog.all(SlaPolicy)]
    return Policies(tuple(sorted(found, key=lambda one: one.rank)), fields)


def _candidate(definition: Definition, spec: SlaPolicy, fields: Fields) -> Candidate:
    return Candidate(
        order=spec.order,
        name=definition.name,
        version=definition.version,
        workspace=definition.workspace or "",
        condition=None if spec.when == ALWAYS else _program(spec, fields.of(definition.workspace).variables),
        plans={priority: _plan(definition, spec, priority) for priority in PRIORITIES},
    )


def _program(spec: SlaPolicy, fields: Mapping[str, str]) -> Program:
    """The condition; one that cannot be compiled, because a form's fields have gone, fails on every ticket."""
    try:
        return program_of(spec.when, {**VARIABLES, **fields})
    except FixInput:
        return program_of(FAILS, {})


def _plan(definition: Definition, spec: SlaPolicy, priority: Priority) -> Plan:
    terms: dict[str, Terms] = {
        metric: Terms(definition.name, definition.version, span.approximate, tuple(spec.warn), _levels(spec, metric))
        for metric, target in spec.targets.items()
        if (span := target.of(priority)) is not None
    }
    return Plan(terms, _pauses(spec))


def _levels(spec: SlaPolicy, metric: str) -> tuple[Level, ...]:
    """The levels of escalation that are about this metric, in the order of the policy."""
    return tuple(
        Level(one.after.approximate, _json(one, "notify"), _json(one, "then"))
        for one in spec.escalate
        if not one.metrics or metric in one.metrics
    )


def _json(level: Escalation, part: str) -> str:
    return dumps(level.model_dump(mode="json", by_alias=True, exclude_unset=True).get(part, [])).decode()
