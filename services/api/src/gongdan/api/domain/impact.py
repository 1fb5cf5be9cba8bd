"""What a change of definitions would mean for open tickets: which of them would fall under another SlaPolicy.

Chooses as sla-timer does: the policy with the lowest `order` whose condition holds, of equals a workspace's own before
a common one, then by name. A condition that fails on a ticket does not hold.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from gongdan.shared.contracts.tickets import TicketSnapshot
from gongdan.shared.definitions.catalog import Catalog
from gongdan.shared.definitions.conditions import Bound, ConditionError, Program, bind, holds, program_of
from gongdan.shared.definitions.field_types import Fields, field_values
from gongdan.shared.definitions.registry import Definition
from gongdan.shared.definitions.sla_policy import VARIABLES, SlaPolicy
from gongdan.shared.errors import FixInput

PREFIX = "ticket."
MOST_EXAMPLES = 10
FAILS = "1 / 0 == 0"

Choice = tuple[str, str] | None


@dataclass(frozen=True, slots=True)
class Chooser:
    """The policies of a catalog, in the order in which they are asked."""

    candidates: tuple[tuple[Definition, Program], ...]
    fields: Fields

    def choose(self, ticket: TicketSnapshot) -> Choice:
        """Workspace (empty: of all) and name of the policy that a ticket falls under; None when none holds."""
        bound: Bound | None = None
        for item, program in self.candidates:
            if item.workspace not in (None, ticket.workspace):
                continue
            bound = bound or self._bind(ticket)
            try:
                if holds(program, bound):
                    return item.workspace or "", item.name
            except ConditionError:
                continue
        return None

    def _bind(self, ticket: TicketSnapshot) -> Bound:
        own = self.fields.of(ticket.workspace).variables
        types = {**VARIABLES, **self.fields.of(None).variables, **own}
        plain = ticket.model_dump(mode="json")
        parts = {name: plain[name.removeprefix(PREFIX)] for name in VARIABLES if name.startswith(PREFIX)}
        return bind(types, {**parts, "now": ticket.updated_at, **field_values(types, ticket.fields)})


def chooser(catalog: Catalog) -> Chooser:
    """The policies of a catalog, ready to be asked."""
    fields = Fields(catalog)
    about_tickets = [one for one in catalog.all(SlaPolicy) if one[1].about == "ticket"]
    ranked = sorted(about_tickets, key=lambda one: (one[1].order, not one[0].workspace, one[0].name))
    return Chooser(tuple((item, _program(spec, fields, item.workspace)) for item, spec in ranked), fields)


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
            old, new = self.before.choose(ticket), self.after.choose(ticket)
            if old == new:
                self.stays.update([new] if new else [])
                continue
            self.moves[old, new] += 1
            numbers = self.examples.setdefault((old, new), [])
            if len(numbers) < MOST_EXAMPLES:
                numbers.append(ticket.number)


def with_changes(catalog: Catalog, changes: Iterable[Definition]) -> Catalog:
    """A catalog in which these definitions replace their predecessors."""
    return Catalog(catalog.revision, dict(catalog.items) | {item.key: item for item in changes})
