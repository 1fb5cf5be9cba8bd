"""The scope of a role: which tickets it is about. CEL over the ticket and the actor, `true` for all of them.

A scope that fails on a ticket (a form field that is not there, …) does not hold. What an actor lacks is an empty
text, what a ticket lacks is null, so that two absent things are never the same. An organisation is known by its
mail domain.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, Protocol
from uuid import UUID

from gongdan.shared.access.nets import organisation_of
from gongdan.shared.access.who import Who
from gongdan.shared.definitions import conditions
from gongdan.shared.definitions.conditions import Bound, ConditionError, Program
from gongdan.shared.definitions.tree import ConditionTree
from gongdan.shared.definitions.variables import ACCESS, ATTRIBUTES
from gongdan.shared.errors import FixInput

Values = Mapping[str, object] | Bound
Reader = Callable[[Any], object]
DECLARED = conditions.declared(ACCESS)


class TicketLike(Protocol):
    """A ticket as rights look at it: the contract's snapshot, or api's view of one."""

    @property
    def id(self) -> UUID:
        """Its id."""
        ...

    @property
    def version(self) -> int:
        """Grows with every change; the same version is the same ticket."""
        ...

    @property
    def workspace(self) -> str:
        """Where it belongs."""
        ...


@dataclass(frozen=True, slots=True)
class Scope:
    """A scope ready to be asked for one actor. It reads no more of a ticket than its expression can look at."""

    expression: str
    program: Program
    of_actor: Mapping[str, object]
    of_ticket: tuple[tuple[str, Reader], ...]


def compile_scope(given: str | ConditionTree, who: Who) -> Scope:
    """A scope as this actor has it. What is no condition over ACCESS, which applying refuses, holds for no ticket."""
    try:
        program = conditions.program_of(given, ACCESS, field="scope")
    except FixInput:
        program = conditions.compile_condition("false", ACCESS)
    words = set(re.findall(r"\w+", program.expression))
    looked_at = [name for name in ACCESS if name.rpartition(".")[2] in words]
    return Scope(
        program.expression,
        program,
        of_actor={name: ACTOR_READERS[name](who) for name in looked_at if name in ACTOR_READERS},
        of_ticket=tuple((name, READERS[name]) for name in looked_at if name in READERS),
    )


def values(scopes: Sequence[Scope], ticket: TicketLike) -> Values:
    """What all of these scopes, of one actor, look at; ready for `holds`."""
    found: dict[str, object] = {}
    for scope in scopes:
        found |= scope.of_actor
        for name, read in scope.of_ticket:
            if name not in found:
                found[name] = read(ticket)
    return found if len(scopes) == 1 else conditions.bind(DECLARED, found)


def holds(scope: Scope, values: Values) -> bool:
    """Whether the ticket that `values` were read from is within the scope."""
    try:
        return conditions.holds(scope.program, values)
    except ConditionError:
        return False


def _person(ticket: Any) -> dict[str, object]:  # noqa: ANN401 - a requester of either shape
    who = ticket.requester
    return {"name": who.name, "email": who.email, "phone": who.phone, "id": who.id}


READERS: dict[str, Reader] = {
    **{name: attrgetter(attribute) for name, attribute in ATTRIBUTES.items()},
    "ticket.requester": _person,
    "ticket.organisation": lambda ticket: organisation_of(ticket.requester.email),
    "ticket.tags": lambda ticket: list(ticket.tags),
    "ticket.fields": lambda ticket: dict(ticket.fields),
}
ACTOR_READERS: dict[str, Callable[[Who], object]] = {
    "actor.kind": lambda who: who.actor.kind,
    "actor.id": lambda who: who.actor.id,
    "actor.email": lambda who: who.email,
    "actor.organisation": lambda who: who.organisation,
    "actor.source": lambda who: who.source,
    "actor.teams": lambda who: sorted(who.teams),
    "actor.roles": lambda who: sorted(grant.role for grant in who.grants),
}
