"""A role as one actor has it, compiled from the definitions."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from gongdan.shared.access import fields, nets, scope, search
from gongdan.shared.access.actions import ANY
from gongdan.shared.access.directory import Directory
from gongdan.shared.access.fields import FieldRules
from gongdan.shared.access.nets import Net, Test
from gongdan.shared.access.scope import Scope, TicketLike, Values
from gongdan.shared.access.search import Found
from gongdan.shared.access.who import Grant, Who
from gongdan.shared.definitions.role import Role

EVERY_TICKET = Found(nets.EVERYTHING, exact=True)


@dataclass(frozen=True, slots=True)
class Granted:
    """One role as one actor has it. `workspace` None: everywhere but in `elsewhere`, which have their own."""

    name: str
    workspace: str | None
    elsewhere: frozenset[str]
    actions: frozenset[str]
    fields: FieldRules
    scope: Scope
    found: Found
    test: Test
    definitions: Mapping[str, str]

    def counts_in(self, workspace: str) -> bool:
        """Whether it is granted for tickets of a workspace."""
        return workspace not in self.elsewhere if self.workspace is None else workspace == self.workspace

    @property
    def everywhere(self) -> bool:
        """Whether it counts for every ticket there is."""
        return self.found == EVERY_TICKET and self.workspace is None and not self.elsewhere

    def defining(self, kind: str) -> int:
        """The level for definitions of a kind."""
        return fields.LEVELS[self.definitions.get(kind, self.definitions.get(ANY, "hide"))]

    def holds(self, ticket: TicketLike, values: Values | None) -> bool:
        """Whether the ticket is within its scope. `values` are what the scopes without an exact net look at."""
        if values is None or self.found.exact:
            return self.test(ticket)
        return scope.holds(self.scope, values)

    @property
    def net(self) -> Net:
        """What to search its tickets by."""
        place: Net = nets.EVERYTHING if self.workspace is None else nets.AnyOf("workspace", (self.workspace,))
        return nets.both([place, self.found.net])


def granted(directory: Directory, who: Who, grant: Grant) -> list[Granted]:
    """A role as granted; one per workspace that has its own. Nothing, if nobody defined it."""
    named = directory.roles.get(grant.role, {})
    if grant.workspace is not None:
        spec = named.get(grant.workspace, named.get(None))
        return [_compiled(who, grant, spec)] if spec else []
    own = frozenset(place for place in named if place is not None)
    return [
        replace(_compiled(who, Grant(grant.role, place), spec), elsewhere=frozenset() if place else own)
        for place, spec in named.items()
    ]


def _compiled(who: Who, grant: Grant, spec: Role) -> Granted:
    compiled = scope.compile_scope(spec.scope, who)
    found = search.net_of(compiled.expression, who)
    return Granted(
        name=grant.role,
        workspace=grant.workspace,
        elsewhere=frozenset(),
        actions=frozenset(spec.actions),
        fields=fields.rules_of(spec.fields, outside=who.actor.kind != "agent"),
        scope=compiled,
        found=found,
        test=nets.tester(found.net),
        definitions={str(kind): level for kind, level in spec.definitions.items()},
    )
