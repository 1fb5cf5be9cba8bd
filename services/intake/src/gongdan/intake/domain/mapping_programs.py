"""A Source's expressions, compiled: CEL or JMESPath, one per part of the message.

CEL takes its data over as a whole before it looks at any of it, so each program is given only the variables that its
text names, and what several of them share is made ready once.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import jmespath
import orjson
from jmespath import Options
from jmespath.exceptions import JMESPathError
from jmespath.functions import Functions, signature
from pydantic import JsonValue

from gongdan.shared.contracts.messages import Priority
from gongdan.shared.definitions import conditions, source
from gongdan.shared.definitions.conditions import Bound, ConditionError, Program
from gongdan.shared.definitions.expressions import JmesPath
from gongdan.shared.definitions.variables import PLACES
from gongdan.shared.errors import Complaint, FixInput

VARIABLES = PLACES["source"]
TEXTS = ("each", "ignore", "idempotency_key", "conversation", "subject", "body", "priority", "severity", "closes")
WHOLE = frozenset({"body", "headers", "query"})


class Helpers(Functions):
    """What JMESPath has in addition: `from_json`, for partners who put JSON into a text."""

    @signature({"types": ["string"]})
    def _func_from_json(self, text: str) -> JsonValue:
        """The data in a text; null when it is no JSON."""
        try:
            found: JsonValue = orjson.loads(text)
        except orjson.JSONDecodeError:
            return None
        return found


OPTIONS = Options(custom_functions=Helpers())


@dataclass(frozen=True, slots=True)
class Given:
    """A payload, what came with it, and which item of it is in question. `size` is the payload's, in bytes."""

    body: JsonValue
    headers: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    item: JsonValue = None
    size: int = 0
    _bound: dict[frozenset[str], Bound] = field(default_factory=dict)

    def of(self, item: JsonValue) -> "Given":
        """The same for one item."""
        return replace(self, item=item, _bound={})

    @property
    def values(self) -> dict[str, Any]:
        """By the names of the variables."""
        return {"body": self.body, "headers": dict(self.headers), "query": dict(self.query), "item": self.item}

    def bound(self, names: frozenset[str]) -> Bound:
        """Some of the values, made ready for CEL once."""
        if names not in self._bound:
            known = {name: VARIABLES[name] for name in names}
            values = self.values
            self._bound[names] = conditions.bind(known, {name: values[name] for name in names})
        return self._bound[names]


@dataclass(frozen=True, slots=True)
class Cel:
    """A CEL program and the variables it looks at."""

    program: Program
    names: frozenset[str]

    def value(self, given: Given) -> object:
        """Raises ConditionError."""
        try:
            return conditions.evaluate(self.program, given.bound(self.names))
        except (RuntimeError, ValueError, TypeError, OverflowError) as error:
            raise ConditionError(self.program.expression, str(error)) from error


@dataclass(frozen=True, slots=True)
class Jmes:
    """A JMESPath program."""

    text: str
    program: Any

    @property
    def names(self) -> frozenset[str]:
        """Nothing has to be made ready for it."""
        return frozenset()

    def value(self, given: Given) -> object:
        """Raises ConditionError."""
        try:
            found: object = self.program.search(given.values, OPTIONS)
        except (JMESPathError, ValueError, TypeError, RecursionError) as error:
            raise ConditionError(self.text, str(error)) from error
        return found


@dataclass(frozen=True, slots=True)
class Programs:
    """A program per part (`subject`, `requester.email`, `fields.severity`, …)."""

    parts: Mapping[str, Cel | Jmes]
    severities: Mapping[str, Priority] = field(default_factory=dict)

    def value(self, part: str, given: Given) -> object:
        """What a part's expression gives, None without one. Raises ConditionError."""
        program = self.parts.get(part)
        return None if program is None else program.value(given)

    def named(self, prefix: str) -> Iterator[str]:
        """The parts whose names begin so."""
        return (part for part in self.parts if part.startswith(prefix))

    @property
    def look_at_all(self) -> bool:
        """Whether some expression for each message looks at the whole payload."""
        return any("body" in one.names for part, one in self.parts.items() if part != "each")


def compile_map(spec: source.Mapping) -> Programs:
    """Raises FixInput naming every field that cannot be used."""
    parts: dict[str, str | JmesPath | None] = {
        **{name: getattr(spec, name) for name in (*TEXTS, "occurred_at")},
        **{f"requester.{name}": text for name, text in spec.requester.items()},
        **{f"fields.{name}": text for name, text in spec.fields.items()},
    }
    compiled: dict[str, Cel | Jmes] = {}
    wrong: list[Complaint] = []
    for name, text in parts.items():
        try:
            if text is not None:
                compiled[name] = _compiled(f"spec.map.{name}", text)
        except FixInput as error:
            wrong += error.complaints
    if wrong:
        raise FixInput("invalid-definition", "an expression cannot be used", *wrong)
    return Programs(compiled, spec.severities)


def _compiled(place: str, text: str | JmesPath) -> Cel | Jmes:
    if isinstance(text, str):
        conditions.compile(text, VARIABLES, field=place)
        names = frozenset(name for name in VARIABLES if re.search(rf"\b{name}\b", text))
        return Cel(conditions.compile(text, {name: VARIABLES[name] for name in names}, field=place), names)
    try:
        return Jmes(text.jmespath, jmespath.compile(text.jmespath))
    except JMESPathError as error:
        complaint = Complaint(place, f"is no JMESPath: {' '.join(str(error).split())}", "see https://jmespath.org")
        raise FixInput("invalid-definition", "an expression cannot be used", complaint) from error
