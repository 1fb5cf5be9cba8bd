"""Scopes as something a database can search by, so that a page is not read from tickets that nobody may see.

A net lets through every ticket that the scope holds for, and maybe others. What comes through is always asked
again, so a shape that is not understood here costs time and never gives anything away. A net that is `exact`
lets through no others and takes the place of the scope: asking it is thirty times as fast. Understood are `&&`,
`||` and parentheses around `ticket.x == …` and `ticket.x in …` over the actor's attributes and literal texts.
"""

import re
from dataclasses import dataclass

from gongdan.shared.access.nets import EVERYTHING, NOTHING, AnyOf, FromDomain, Net, both, either
from gongdan.shared.access.who import Who
from gongdan.shared.definitions.variables import ATTRIBUTES

TOKEN = re.compile(r"""\s*(?:(?P<text>"[^"\\]*"|'[^'\\]*')|(?P<word>[A-Za-z_][\w.]*)|(?P<sign>&&|\|\||==|[()\[\],]))""")
COLUMNS = frozenset(
    {"workspace", "channel", "status", "status_category", "priority", "category", "team", "assignee", "form", "tier"}
)


@dataclass(frozen=True, slots=True)
class Found:
    """The net for a scope. `exact`: it holds for a ticket if and only if the scope does."""

    net: Net
    exact: bool


def net_of(expression: str, who: Who) -> Found:
    """The net for a scope as this actor has it."""
    try:
        reading = _Reading(_tokens(expression), who)
        net = reading.either()
        return Found(net, reading.exact) if reading.at_end else Found(EVERYTHING, exact=False)
    except _NotUnderstood:
        return Found(EVERYTHING, exact=False)


class _NotUnderstood(Exception):
    """Nothing is known of this expression."""


def _tokens(expression: str) -> list[str]:
    found: list[str] = []
    position = 0
    text = expression.rstrip()
    while position < len(text):
        match = TOKEN.match(text, position)
        if match is None:
            raise _NotUnderstood
        found.append(match[0].strip())
        position = match.end()
    return found


class _Reading:
    """Reads tokens from left to right; `||` binds weaker than `&&`."""

    def __init__(self, tokens: list[str], who: Who) -> None:
        self._tokens = tokens
        self._who = who
        self.exact = True

    @property
    def at_end(self) -> bool:
        return not self._tokens

    def either(self) -> Net:
        parts = [self._both()]
        while self._took("||"):
            parts.append(self._both())
        return either(parts)

    def _both(self) -> Net:
        parts = [self._one()]
        while self._took("&&"):
            parts.append(self._one())
        return both(parts)

    def _one(self) -> Net:
        if self._took("("):
            inner = self.either()
            self._need(")")
            return inner
        left = self._next()
        if left in {"true", "false"}:
            return EVERYTHING if left == "true" else NOTHING
        if self._took("=="):
            return self._same(left, self._next())
        self._need("in")
        return self._about(left, self._values())

    def _same(self, left: str, right: str) -> Net:
        ticket, other = (left, right) if left.startswith("ticket.") else (right, left)
        return self._about(ticket, self._texts(other))

    def _values(self) -> tuple[str, ...]:
        if not self._took("["):
            return self._texts(self._next())
        found: list[str] = []
        while not self._took("]"):
            found += self._texts(self._next())
            if self._tokens[:1] != ["]"]:
                self._need(",")
        return tuple(found)

    def _texts(self, word: str) -> tuple[str, ...]:
        if word[0] in "\"'":
            return (word[1:-1],)
        if word == "actor.teams":
            return tuple(sorted(self._who.teams))
        known = {
            "actor.id": self._who.actor.id,
            "actor.email": self._who.email,
            "actor.organisation": self._who.organisation,
            "actor.source": self._who.source,
        }
        if word not in known:
            raise _NotUnderstood
        return (known[word],)

    def _next(self) -> str:
        if not self._tokens:
            raise _NotUnderstood
        return self._tokens.pop(0)

    def _took(self, token: str) -> bool:
        found = self._tokens[:1] == [token]
        if found:
            self._tokens.pop(0)
        return found

    def _need(self, token: str) -> None:
        if not self._took(token):
            raise _NotUnderstood

    def _about(self, ticket: str, values: tuple[str, ...]) -> Net:
        if ticket == "ticket.requester.email":
            self.exact = False  # contacts are kept in lower case
            return AnyOf("requester_key", tuple(f"email:{value.lower()}" for value in values if value))
        if ticket == "ticket.organisation":
            self.exact &= all(value == value.lower() for value in values)
            return either(FromDomain(value.lower()) for value in values if value)
        column = ATTRIBUTES.get(ticket)
        if column not in COLUMNS:
            raise _NotUnderstood
        return AnyOf(column, values)
