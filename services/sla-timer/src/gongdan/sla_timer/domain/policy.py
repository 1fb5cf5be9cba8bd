"""Which policies are in force for a ticket: one about the ticket, and one about the team that has it.

Of each kind the one with the lowest `order` whose condition holds; of equals a workspace's own before a common one,
then by name. A condition that fails on a ticket does not hold, and its policy is named in the plan.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from gongdan.shared.contracts.tickets import TicketSnapshot
from gongdan.shared.definitions.catalog import Catalog
from gongdan.shared.definitions.conditions import Bound, ConditionError, Program, bind, holds, program_of
from gongdan.shared.definitions.field_types import Fields, field_values
from gongdan.shared.definitions.registry import Definition
from gongdan.shared.definitions.sla_policy import VARIABLES, SlaPolicy
from gongdan.shared.definitions.tree import ConditionTree
from gongdan.shared.definitions.variables import ATTRIBUTES
from gongdan.shared.errors import FixInput
from gongdan.sla_timer.domain.hours import Hours, hours_of
from gongdan.sla_timer.domain.metrics import Milestone
from gongdan.sla_timer.domain.promises import Place, Plan, milestones_of, plan_of, resting_states

ALWAYS = "true"
FAILS = "1 / 0 == 0"
MOST_PLANS = 20_000
NOTHING: frozenset[str] = frozenset()

__all__ = ["Plan", "Policies", "policies_of"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A policy that may apply. `condition` None: to every ticket.

    `rests` are conditions under which a metric's clock rests, `states` the metrics that rest in a state itself.
    `looks_at` are the fields of forms that its conditions name, with their types.
    """

    definition: Definition
    spec: SlaPolicy
    condition: Program | None
    rests: Mapping[str, Program]
    states: Mapping[str, frozenset[str]]
    looks_at: frozenset[tuple[str, str]]

    @property
    def workspace(self) -> str:
        """Where it applies; empty: in all workspaces."""
        return self.definition.workspace or ""

    @property
    def rank(self) -> tuple[int, bool, str]:
        """The order in which candidates are asked."""
        return self.spec.order, not self.workspace, self.definition.name


@dataclass(slots=True)
class _Asked:
    """A ticket while policies are asked about it: its values are bound when first needed."""

    ticket: TicketSnapshot
    fields: Fields
    bound: Bound | None = None
    unclear: list[str] = field(default_factory=list)

    def holds(self, program: Program, policy: str) -> bool:
        """Whether a condition holds; one that fails does not, and its policy is unclear."""
        if self.bound is None:
            own = self.fields.of(self.ticket.workspace).variables
            types = {**VARIABLES, **self.fields.of(None).variables, **own}
            self.bound = bind(types, variables(types, self.ticket))
        try:
            return holds(program, self.bound)
        except ConditionError:
            self.unclear.append(policy)
            return False


@dataclass(frozen=True, slots=True)
class Policies:
    """All policies, compiled, in the order in which they are asked: those about tickets, and those about teams."""

    about_tickets: tuple[Candidate, ...] = ()
    about_teams: tuple[Candidate, ...] = ()
    hours: Hours = field(default_factory=Hours)
    fields: Fields = field(default_factory=lambda: Fields(Catalog()), compare=False)
    _plans: dict[tuple[int, Place], Plan] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.about_tickets) + len(self.about_teams)

    @property
    def milestones(self) -> tuple[Milestone, ...]:
        """All milestones that are promised to some ticket."""
        found = (milestone for one in self.about_tickets for milestone in milestones_of(one.spec))
        return tuple(dict.fromkeys(found))

    @property
    def metrics(self) -> frozenset[str]:
        """The metrics by which something is promised to some ticket, milestones left out."""
        return frozenset(metric for one in (*self.about_tickets, *self.about_teams) for metric in one.spec.targets)

    @property
    def fingerprint(self) -> frozenset[tuple[object, ...]]:
        """What these policies and their calendars are; differs whenever one was added, changed or deleted, and when a
        form gives a field that one looks at another type: what a ticket holds may not fit it any more.
        """
        asked = ((one.definition, one.looks_at) for one in (*self.about_tickets, *self.about_teams))
        policies = ((one.workspace or "", one.name, one.version, looks_at) for one, looks_at in asked)
        return frozenset(policies) | self.hours.fingerprint

    def plan_for(self, ticket: TicketSnapshot) -> Plan:
        """What applies to a ticket as it stands."""
        asked = _Asked(ticket, self.fields)
        plan = self._first(self.about_tickets, asked)
        if self.about_teams and ticket.team is not None:
            plan = _beside(plan, self._first(self.about_teams, asked))
        plan = plan or Plan()
        return replace(plan, unclear=tuple(asked.unclear)) if asked.unclear else plan

    def _first(self, candidates: Sequence[Candidate], asked: _Asked) -> Plan | None:
        for candidate in candidates:
            if candidate.workspace not in ("", asked.ticket.workspace):
                continue
            if candidate.condition is None or asked.holds(candidate.condition, candidate.definition.name):
                return self._resting(candidate, asked)
        return None

    def _resting(self, candidate: Candidate, asked: _Asked) -> Plan:
        """What it promises; metrics that rest as the ticket stands rest in its present category."""
        plan, ticket = self._plan(candidate, asked.ticket), asked.ticket
        rests = candidate.states.get(ticket.status, NOTHING)
        if candidate.rests:
            name = candidate.definition.name
            rests |= {metric for metric, program in candidate.rests.items() if asked.holds(program, name)}
        if not rests:
            return plan
        here = frozenset({ticket.status_category})
        return replace(plan, pauses={**plan.pauses, **{one: plan.pauses.get(one, here) | here for one in rests}})

    def _plan(self, candidate: Candidate, ticket: TicketSnapshot) -> Plan:
        place = Place(ticket.priority, ticket.workspace, ticket.team)
        found = self._plans.get((id(candidate), place))
        if found is None:
            if len(self._plans) >= MOST_PLANS:
                self._plans.clear()
            found = plan_of(candidate.definition, candidate.spec, place, self.hours)
            self._plans[id(candidate), place] = found
        return found


def _beside(plan: Plan | None, team: Plan | None) -> Plan | None:
    """What is promised to the customer, and beside it what a team promises."""
    if plan is None or team is None:
        return plan or team
    pauses = {metric: resting for metric, resting in team.pauses.items() if metric in team.terms}
    return replace(plan, terms={**plan.terms, **team.terms}, pauses={**plan.pauses, **pauses})


def variables(types: Mapping[str, str], ticket: TicketSnapshot) -> dict[str, object]:
    """What conditions see of a ticket: plain data, each part under its own name, and the fields that forms give."""
    plain = ticket.model_dump(mode="json")
    own = {name: plain[attribute] for name, attribute in ATTRIBUTES.items()}
    return {**own, "now": ticket.updated_at, **field_values(types, ticket.fields)}


def policies_of(catalog: Catalog, hours: Hours | None = None) -> Policies:
    """The policies of a catalog, by given calendars or those of the catalog."""
    fields = Fields(catalog)
    found = sorted((_candidate(item, spec, fields) for item, spec in catalog.all(SlaPolicy)), key=lambda one: one.rank)
    tickets, teams = (tuple(one for one in found if one.spec.about == about) for about in ("ticket", "team"))
    return Policies(tickets, teams, hours or hours_of(catalog), fields)


def _candidate(definition: Definition, spec: SlaPolicy, fields: Fields) -> Candidate:
    own = fields.of(definition.workspace).variables
    return Candidate(
        definition=definition,
        spec=spec,
        condition=None if spec.when == ALWAYS else _program(spec.when, own),
        rests={metric: _program(condition, own) for metric, condition in spec.pause_when.items()},
        states=resting_states(spec),
        looks_at=_looked_at(spec, own),
    )


def _looked_at(spec: SlaPolicy, fields: Mapping[str, str]) -> frozenset[tuple[str, str]]:
    text = " ".join(map(str, (spec.when, *spec.pause_when.values())))
    return frozenset((name, kind) for name, kind in fields.items() if name in text)


def _program(condition: str | ConditionTree, fields: Mapping[str, str]) -> Program:
    """The condition; one that cannot be compiled, because a form's fields have gone, fails on every ticket."""
    try:
        return program_of(condition, {**VARIABLES, **fields})
    except FixInput:
        return program_of(FAILS, {})
