"""The scope of a role: which tickets it is about. CEL over the ticket and the actor, `true` for all of them.

A scope that fails on a ticket (a form field that is not there, …) does not hold. What an actor lacks is an empty
text, what a ticket lacks is null, so that two absent things are never the same. An organisation is known by its
mail domain.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from gongdan.shared.access.nets import organisation_of
from gongdan.shared.access.who import Who
from gongdan.shared.definitions import conditions
from gongdan.shared.definitions.conditions import Bound, ConditionError, Program
from gongdan.shared.definitions.tree import ConditionTree
from gongdan.shared.definitions.variables import ACCESS
from gongdan.shared.errors import FixInput


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
    """A scope ready to be asked."""

    expression: str
    program: Program
    looked_at: tuple[str, ...]


def compile_scope(given: str | ConditionTree) -> Scope:
    """A scope. One that is no condition over ACCESS, which applying refuses, holds for no ticket."""
    try:
        program = conditions.program_of(given, ACCESS, field="scope")
    except FixInput:
        program = conditions.compile_condition("false", ACCESS)
    words = set(re.findall(r"\w+", program.expression))
    looked_at = tuple(name for name in ACCESS if name.rpartition(".")[2] in words)
    return Scope(program.expression, program, looked_at)


def values(scopes: Sequence[Scope], who: Who, ticket: TicketLike) -> Bound:
    """What all of these scopes look at, ready for `holds`."""
    names = {name for scope in scopes for name in scope.looked_at}
    found = {name: READERS[name](ticket) if name in READERS else ACTOR_READERS[name](who) for name in names}
    return conditions.bind(ACCESS, found)


def holds(scope: Scope, bound: Bound) -> bool:
    """Whether the ticket that `bound` was made of is within the scope."""
    try:
        return conditions.holds(scope.program, bound)
    except ConditionError:
        return False


def _person(ticket: Any) -> dict[str, object]:  # noqa: ANN401 - a requester of either shape
    who = ticket.requester
    return {"name": who.name, "email": who.email, "phone": who.phone, "id": who.id}


def _attribute(name: str) -> Callable[[Any], object]:
    return lambda ticket: getattr(ticket, name)


PLAIN = (
    "number", "workspace", "channel", "subject", "status", "status_category", "priority", "category", "team",
    "assignee", "follow_up_of",
)  # fmt: skip
READERS: dict[str, Callable[[Any], object]] = {
    **{f"ticket.{name}": _attribute(name) for name in PLAIN},
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
