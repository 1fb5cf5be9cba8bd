"""What CEL's checker says is wrong with an expression, as complaints with cures that people can use.

A name that is not known is compared with those that are; where types do not fit, those of what stands there are told.
"""

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from gongdan.shared.definitions.clauses import names
from gongdan.shared.errors import Complaint

POSITIONED = re.compile(r"<input>:(\d+):(\d+): (.*)")
WRAPPER = re.compile(r"wrapper\((\w+)\)")
NOISE = re.compile(r"^[A-Z_]+: | \(in container ''\)|\s*\[[A-Z_]+\]$")
UNKNOWN = re.compile(r"undeclared reference to '([\w.]+)'")
NUMBERS_APART = re.compile(r"\((double, (list\()?int|int, (list\()?double)\)")
WORDS: Mapping[str, str] = {
    "string": "a text",
    "int": "a whole number",
    "double": "a number",
    "bool": "true or false",
    "timestamp": "a time",
    "list": "a list",
    "list<string>": "a list of texts",
    "map": "a map",
}


def complaints(said: str, expression: str, variables: Mapping[str, str], field: str) -> tuple[Complaint, ...]:
    """What the checker said of an expression over these variables, one complaint for each error."""
    return tuple(Complaint(field, one, _cure(one, expression, variables)) for one in problems(said))


def problems(said: str) -> list[str]:
    """The errors, each with its line and column where it has any."""
    found = [f"line {line}, column {column}: {what}" for line, column, what in POSITIONED.findall(said)]
    return [plain(one) for one in found] or [plain(said)]


def plain(said: str) -> str:
    """One error without what only the engine's makers understand."""
    return WRAPPER.sub(r"\1", NOISE.sub("", said.strip().splitlines()[0]))


def _cure(problem: str, expression: str, variables: Mapping[str, str]) -> str:
    return "; ".join(_advice(problem, expression, variables)) or "compare like with like"


def _advice(problem: str, expression: str, variables: Mapping[str, str]) -> Iterator[str]:
    """What people stumble over: 5000 does not equal 5000.0, and variables are no parts of a map."""
    if NUMBERS_APART.search(problem):
        yield "write a number such as 5000 as 5000.0"
    elif "has(" in expression:
        yield "of a variable ask `!= null`, not has()"
    if "overload" in problem:
        yield from _types(expression, variables)
    else:
        yield from _names(problem, variables)


def _names(problem: str, variables: Mapping[str, str]) -> Iterator[str]:
    unknown = UNKNOWN.search(problem)
    for near in get_close_matches(unknown[1], variables, n=1) if unknown else ():
        yield f"did you mean {near}"
    yield f"variables are: {', '.join(sorted(variables)) or 'none'}"


def _types(expression: str, variables: Mapping[str, str]) -> Iterator[str]:
    for name in names(expression):
        kind = variables.get(name, "dyn")
        if kind != "dyn":
            yield f"{name} is {WORDS[kind.removesuffix('?')]}{', or null' if kind.endswith('?') else ''}"
