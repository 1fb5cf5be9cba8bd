"""What a change of definitions would mean for open tickets: which of them would fall under another SlaPolicy.

Chooses as sla-timer does: one policy about the ticket, and one about the team that has it, each the one with the
lowest `order` whose condition holds, of equals a workspace's own before a common one, then by name. A condition that
fails on a ticket does not hold.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from gongdan.shared.contracts.tickets import TicketSnapshot
from gongdan.shared.definitions.catalog import Catalog, Key
from gongdan.shared.definitions.conditions import Bound, ConditionError, Program, bind, holds, program_of
from gongdan.shared.definitions.field_types import Fields, field_values
from gongdan.shared.definitions.registry import Definition
from gongdan.shared.definitions.sla_policy import VARIABLES, SlaPolicy
from gongdan.shared.definitions.variables import ATTRIBUTES
from gongdan.shared.errors import FixInput

MOST_EXAMPLES = 10
FAILS = "1 / 0 == 0"

# Workspace (empty: of all) and name of a policy.
Choice = tuple[str, str] | None
Candidates = tuple[tuple[Definition, Program], ...]


@dataclass(frozen=True, slots=True)
class Chooser:
    """The policies of a catalog about tickets, and those about teams, in the order in which they are asked."""

    about_tickets: Candidates
    about_teams: Candidates
    fields: Fields

    def choose(self, ticket: TicketSnapshot) -> tuple[Choice, Choice]:
        """The policy that a ticket falls under, and that of its team; None where none holds."""
        bound = self._bind(ticket)
        team = _first(self.about_teams, ticket, bound) if ticket.team is not None else None
        return _first(self.about_tickets, ticket, bound), team

    def _bind(self, ticket: TicketSnapshot) -> Bound:
        own = self.fields.of(ticket.workspace).variables
        types = {**VARIABLES, **self.fields.of(None).variables, **own}
        plain = ticket.model_dump(mode="json")
        parts = {name: plain[attribute] for name, attribute in ATTRIBUTES.items()}
        return bind(types, {**parts, "now": ticket.updated_at, **field_values(types, ticket.fields)})


def _first(candidates: Candidates, ticket: TicketSnapshot, bound: Bound) -> Choice:
    for item, program in candidates:
        if item.workspace not in (None, ticket.workspace):
            continue
        try:
            if holds(program, bound):
                return item.workspace or "", item.name
        except ConditionError:
            continue
    return None


def chooser(catalog: Catalog) -> Chooser:
    """The policies of a catalog, ready to be asked."""
    fields = Fields(catalog)
    ranked = sorted(catalog.all(SlaPolicy), key=lambda one: (one[1].order, not one[0].workspace, one[0].name))
    tickets, teams = (
        tuple((item, _program(spec, fields, item.workspace)) for item, spec in ranked if spec.about == about)
        for about in ("ticket", "team")
    )
    return Chooser(tickets, teams, fields)


def _program(spec: SlaPolicy, fields: Fields, workspace: str | None) -> Program:
    try:
        return program_of(spec.when, {**VARIABLES, **fields.of(workspace).variables})
    except FixInput:
        return program_of(FAILS, {})


@dataclass(slots=True)
class Impact:
    """What was found so far: how many tickets go from one policy to another, with some of their numbers."""

    before: Chooser
    after: Chooser
    looked_at: int = 0
    moves: Counter[tuple[Choice, Choice]] = field(default_factory=Counter)
    stays: Counter[tuple[str, str]] = field(default_factory=Counter)
    examples: dict[tuple[Choice, Choice], list[str]] = field(default_factory=dict)

    def look_at(self, tickets: Iterable[TicketSnapshot]) -> None:
        """Ask both about each ticket."""
        for ticket in tickets:
            self.looked_at += 1
            for old, new in zip(self.before.choose(ticket), self.after.choose(ticket), strict=True):
                self._count(ticket, old, new)

    def _count(self, ticket: TicketSnapshot, old: Choice, new: Choice) -> None:
        if old == new:
            self.stays.update([new] if new else [])
            return
        self.moves[old, new] += 1
        numbers = self.examples.setdefault((old, new), [])
        if len(numbers) < MOST_EXAMPLES:
            numbers.append(ticket.number)


def with_changes(catalog: Catalog, changes: Iterable[Definition], deleted: Iterable[Key] = ()) -> Catalog:
    """A catalog in which these definitions replace their predecessors, and those that are deleted are not there."""
    kept = {key: item for key, item in catalog.items.items() if key not in set(deleted)}
    return Catalog(catalog.revision, kept | {item.key: item for item in changes})
