"""What a webhook's payload means, by its Source's CEL expressions over `body` and `headers`.

A part whose expression fails on this payload (a key is missing) or gives something unusable is left out and
named in `failed`: a genuine webhook is taken even when it looks other than expected.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from pydantic import JsonValue

from gongdan.intake.domain import limits, phones
from gongdan.intake.domain.inputs import EMAIL
from gongdan.shared.contracts.messages import PRIORITIES, Person, Priority
from gongdan.shared.definitions import conditions, source
from gongdan.shared.definitions.conditions import ConditionError, Program

VARIABLES = {"body": "dyn", "headers": "map"}
RAW_TEXT = 20_000


@dataclass(frozen=True, slots=True)
class Mapped:
    """The parts of a message that a payload gave."""

    idempotency_key: str | None
    conversation: str | None
    requester: Person | None
    subject: str | None
    text: str
    priority: Priority | None
    fields: Mapping[str, JsonValue]
    closes: bool
    failed: tuple[str, ...]


def compile_map(spec: source.Mapping) -> dict[str, Program]:
    """A program per part (`subject`, `requester.email`, `fields.severity`, …). Raises FixInput naming the field."""
    parts = {
        "idempotency_key": spec.idempotency_key,
        "conversation": spec.conversation,
        "subject": spec.subject,
        "body": spec.body,
        "priority": spec.priority,
        "closes": spec.closes,
        **{f"requester.{name}": text for name, text in spec.requester.items()},
        **{f"fields.{name}": text for name, text in spec.fields.items()},
    }
    return {
        name: conditions.compile(text, VARIABLES, field=f"spec.map.{name}")
        for name, text in parts.items()
        if text is not None
    }


def read(programs: Mapping[str, Program], body: JsonValue, headers: Mapping[str, str]) -> Mapped:
    """The parts of the message in a payload, which has at most `limits.PAYLOAD_DEPTH` levels."""
    reader = _Reader(programs, {"body": body, "headers": dict(headers)}, [])
    text = reader.text("body", limits.TEXT)
    return Mapped(
        idempotency_key=reader.text("idempotency_key", limits.REFERENCE),
        conversation=reader.text("conversation", limits.REFERENCE),
        requester=reader.requester(),
        subject=reader.text("subject", limits.SUBJECT),
        text=text if text is not None else _as_text(body),
        priority=reader.priority(),
        fields=reader.fields(),
        closes=reader.value("closes") is True,
        failed=tuple(reader.failed),
    )


@dataclass(frozen=True, slots=True)
class _Reader:
    programs: Mapping[str, Program]
    values: Mapping[str, object]
    failed: list[str]

    def value(self, part: str) -> Any:  # noqa: ANN401 - whatever JSON the expression gives
        program = self.programs.get(part)
        if program is None:
            return None
        try:
            return conditions.evaluate(program, self.values)
        except ConditionError:
            self.failed.append(part)
            return None

    def text(self, part: str, most: int) -> str | None:
        found = self.value(part)
        if found is None or isinstance(found, dict | list | bytes):
            if found is not None:
                self.failed.append(part)
            return None
        text = limits.clean(str(found)).strip()
        return text[:most] or None

    def priority(self) -> Priority | None:
        found = self.text("priority", limits.NAME)
        for known in PRIORITIES:
            if found and found.lower() == known:
                return known
        if found:
            self.failed.append("priority")
        return None

    def fields(self) -> dict[str, JsonValue]:
        names = [part for part in self.programs if part.startswith("fields.")]
        found = {part.removeprefix("fields."): self._field(part) for part in names}
        return {name: value for name, value in found.items() if value is not None}

    def _field(self, part: str) -> JsonValue:
        try:
            return _bounded(_plain(self.value(part)))
        except ValueError:
            self.failed.append(part)
            return None

    def requester(self) -> Person | None:
        person = Person(
            name=self.text("requester.name", limits.NAME),
            email=self._shaped("requester.email", _email),
            phone=self._shaped("requester.phone", phones.e164),
            id=self.text("requester.id", limits.REFERENCE),
        )
        return person if person.key else None

    def _shaped(self, part: str, shape: Callable[[str], str]) -> str | None:
        found = self.text(part, limits.REFERENCE)
        try:
            return shape(found) if found else None
        except ValueError:
            self.failed.append(part)
            return None


def _plain(value: object) -> Any:  # noqa: ANN401 - JSON
    """JSON data; what CEL has beyond that (times, bytes) as text."""
    return orjson.loads(orjson.dumps(value, default=str))


def _bounded(value: JsonValue) -> JsonValue:
    if not limits.within(value, limits.DEPTH - 1, limits.NODES):
        raise ValueError(f"holds more than {limits.NODES} values, or too many levels")
    return limits.tidy(value)


def _email(text: str) -> str:
    if not re.match(EMAIL, text):
        raise ValueError(f"{text!r} is no mail address")
    return text.lower()


def _as_text(body: JsonValue) -> str:
    return limits.clean(orjson.dumps(body, option=orjson.OPT_INDENT_2).decode())[:RAW_TEXT]
