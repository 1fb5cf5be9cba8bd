"""Nets: what a database can search tickets by, and what can be asked of a ticket at hand."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from operator import attrgetter
from typing import Any


@dataclass(frozen=True, slots=True)
class AnyOf:
    """The ticket's `column` is one of the values; of none, if there are none."""

    column: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FromDomain:
    """The requester's mail address is in this domain."""

    domain: str


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds; always, if there are none."""

    parts: "tuple[Net, ...]" = ()


@dataclass(frozen=True, slots=True)
class OneOf:
    """Some part holds; never, if there are none."""

    parts: "tuple[Net, ...]" = ()


Test = Callable[[Any], bool]
Net = AnyOf | FromDomain | All | OneOf
EVERYTHING: Net = All()
NOTHING: Net = OneOf()


def both(parts: Iterable[Net]) -> Net:
    """All of these at once, as short as can be said."""
    needed = tuple(part for part in parts if part != EVERYTHING)
    if NOTHING in needed:
        return NOTHING
    return needed[0] if len(needed) == 1 else All(needed)


def either(parts: Iterable[Net]) -> Net:
    """At least one of these, as short as can be said."""
    possible = tuple(part for part in parts if part != NOTHING)
    if EVERYTHING in possible:
        return EVERYTHING
    return possible[0] if len(possible) == 1 else OneOf(possible)


def tester(net: Net) -> Test:
    """What says whether a ticket comes through an exact net."""
    match net:
        case AnyOf(column, values):
            wanted, of = frozenset(values), attrgetter(column)
            return lambda ticket: of(ticket) in wanted
        case FromDomain(domain):
            return lambda ticket: organisation_of(ticket.requester.email) == domain
        case All(parts):
            tests = [tester(part) for part in parts]
            return lambda ticket: all(test(ticket) for test in tests)
        case OneOf(parts):
            tests = [tester(part) for part in parts]
            return lambda ticket: any(test(ticket) for test in tests)


def organisation_of(email: str | None) -> str | None:
    """The mail domain of an address."""
    return email.rpartition("@")[2].lower() if email and "@" in email else None
