"""A CEL condition taken apart into its clauses: at `||`, `&&`, brackets around a whole, and `!` before such brackets.

Knows of CEL only what that takes: texts, comments and brackets. An expression with a choice (`a ? b : c`) at its top
is one clause. Only for expressions that compile. Source: CEL specification, section Syntax.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

TOKEN = re.compile(
    r"""
      (?P<blank> \s+ | //[^\n]* )
    | (?P<text>  (?:[bB]?[rR]|[rR][bB]) (?: \"{3}.*?\"{3} | '{3}.*?'{3} | "[^"\n]*" | '[^'\n]*' )
               | [bB]? (?: \"{3}(?:\\.|[^\\])*?\"{3} | '{3}(?:\\.|[^\\])*?'{3}
                         | "(?:\\.|[^"\\\n])*" | '(?:\\.|[^'\\\n])*' ) )
    | (?P<number> \d [\w.]* (?: (?<=[eE]) [+-] \d+ )? )
    | (?P<name>  [A-Za-z_]\w* (?: \s*\.\s* [A-Za-z_]\w* )* )
    | (?P<open>  [(\[{] )
    | (?P<close> [)\]}] )
    | (?P<or> \|\| ) | (?P<and> && ) | (?P<choice> \? )
    | (?P<other> . )
    """,
    re.VERBOSE | re.DOTALL,
)


CONSTANTS = frozenset({"true", "false", "null"})


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of an expression that is no blank. `depth` counts the brackets around it."""

    kind: str
    start: int
    end: int
    depth: int


@dataclass(frozen=True, slots=True)
class CelClause:
    """A part of a condition: one clause, or several joined by and, or, or turned round by not."""

    text: str
    start: int
    joined: Literal["", "and", "or", "not"] = ""
    parts: tuple["CelClause", ...] = ()


def clauses(expression: str) -> CelClause:
    """The expression, taken apart."""
    return _clause(expression, tuple(_tokens(expression)))


def names(expression: str) -> tuple[str, ...]:
    """Every name that stands outside of texts and comments, with its parts, as it is first written."""
    found = (expression[one.start : one.end] for one in _tokens(expression) if one.kind == "name")
    return tuple(dict.fromkeys(re.sub(r"\s", "", name) for name in found if name not in CONSTANTS))


def place(expression: str, start: int) -> str:
    """Where something begins, as the compiler would say it."""
    before = expression[:start].split("\n")
    return f"line {len(before)}, column {len(before[-1]) + 1}"


def _tokens(expression: str) -> Iterator[Token]:
    depth = 0
    for found in TOKEN.finditer(expression):
        kind = found.lastgroup or "other"
        depth -= kind == "close"
        if kind != "blank":
            yield Token(kind, found.start(), found.end(), depth)
        depth += kind == "open"


def _clause(expression: str, tokens: Sequence[Token]) -> CelClause:
    whole = CelClause(expression[tokens[0].start : tokens[-1].end], tokens[0].start) if tokens else CelClause("", 0)
    top = tokens[0].depth if tokens else 0
    kinds = {one.kind for one in tokens if one.depth == top}
    if not tokens or "choice" in kinds:
        return whole
    for joined in ("or", "and"):
        if joined in kinds:
            parts = tuple(_clause(expression, part) for part in _split(tokens, joined, top))
            return CelClause(whole.text, whole.start, joined, parts)
    if _bracketed(expression, tokens):
        inner = _clause(expression, tokens[1:-1])
        return inner if inner.joined else whole
    if expression[tokens[0].start] == "!" and _bracketed(expression, tokens[1:]):
        return CelClause(whole.text, whole.start, "not", (_clause(expression, tokens[2:-1]),))
    return whole


def _split(tokens: Sequence[Token], kind: str, depth: int) -> Iterator[Sequence[Token]]:
    begin = 0
    for nth, token in enumerate(tokens):
        if token.kind == kind and token.depth == depth:
            yield tokens[begin:nth]
            begin = nth + 1
    yield tokens[begin:]


def _bracketed(expression: str, tokens: Sequence[Token]) -> bool:
    """Whether one pair of round brackets is around all of them."""
    if len(tokens) < 3 or expression[tokens[0].start] != "(" or tokens[-1].kind != "close":
        return False
    return all(one.depth > tokens[0].depth for one in tokens[1:-1])
