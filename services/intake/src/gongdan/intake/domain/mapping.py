"""What a webhook's payload means, by its Source's expressions over `body`, `headers`, `query` and `item`.

A part whose expression fails on this payload (a key is missing) or gives something unusable is left out and
named in `failed`: a genuine webhook is taken even when it looks other than expected.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import orjson
from pydantic import JsonValue

from gongdan.intake.domain import limits, phones
from gongdan.intake.domain.inputs import EMAIL
from gongdan.intake.domain.mapping_programs import Given, Programs
from gongdan.intake.domain.severity import priority_of
from gongdan.shared.contracts.messages import PRIORITIES, Person, Priority
from gongdan.shared.definitions.conditions import ConditionError
from gongdan.shared.errors import Complaint, FixInput

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
    occurred_at: datetime | None = None
    item: JsonValue = None


def read(programs: Programs, given: Given) -> tuple[Mapped, ...]:
    """The messages in a payload: one, none when it is to be ignored, or one for each item. Raises FixInput when there
    are too many, or no list where one should be.
    """
    items = _items(programs, given)
    if items is None:
        return () if _ignored(programs, given) else (_message(programs, given, _text_of(given.body)),)
    _bound(programs, given, items)
    single = (given.of(item) for item in items)
    return tuple(_message(programs, one, _text_of(one.item)) for one in single if not _ignored(programs, one))


def _items(programs: Programs, given: Given) -> Sequence[JsonValue] | None:
    if "each" not in programs.parts:
        return None
    try:
        found = programs.value("each", given)
    except ConditionError as error:
        found = str(error)
    if not isinstance(found, list):
        complaint = Complaint("body", "holds no list of messages where the source looks for one", "send one")
        raise FixInput("invalid-input", "the payload holds no messages", complaint)
    return found


def _bound(programs: Programs, given: Given, items: Sequence[JsonValue]) -> None:
    if len(items) > limits.PAYLOAD_ITEMS:
        complaint = Complaint("body", f"holds {len(items)} messages", f"send at most {limits.PAYLOAD_ITEMS} at a time")
        raise FixInput("batch-too-large", "the payload holds too many messages", complaint, status=413)
    if programs.look_at_all and len(items) * given.size > limits.PAYLOAD_WORK:
        complaint = Complaint("body", "is too large for so many messages", "send fewer at a time")
        raise FixInput("batch-too-large", "the payload holds too many messages", complaint, status=413)


def _ignored(programs: Programs, given: Given) -> bool:
    try:
        return programs.value("ignore", given) is True
    except ConditionError:
        return False


def _message(programs: Programs, given: Given, whole: str) -> Mapped:
    reader = _Reader(programs, given)
    text = reader.text("body", limits.TEXT)
    severity = reader.text("severity", limits.NAME)
    fields = reader.fields()
    return Mapped(
        idempotency_key=reader.text("idempotency_key", limits.REFERENCE),
        conversation=reader.text("conversation", limits.REFERENCE),
        requester=reader.requester(),
        subject=reader.text("subject", limits.SUBJECT),
        text=text if text is not None else whole,
        priority=reader.priority() or (priority_of(severity, programs.severities) if severity else None),
        fields=({"severity": severity} if severity else {}) | fields,
        closes=reader.value("closes") is True,
        occurred_at=reader.time("occurred_at"),
        item=given.item,
        # last, when everything was read
        failed=tuple(reader.failed),
    )


@dataclass(frozen=True, slots=True)
class _Reader:
    programs: Programs
    given: Given
    failed: list[str] = field(default_factory=list)

    def value(self, part: str) -> Any:  # noqa: ANN401 - whatever JSON the expression gives
        try:
            return self.programs.value(part, self.given)
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

    def time(self, part: str) -> datetime | None:
        found = self.value(part)
        try:
            return None if found is None else _time(found)
        except (ValueError, TypeError, OverflowError, OSError):
            self.failed.append(part)
            return None

    def fields(self) -> dict[str, JsonValue]:
        found = {part.removeprefix("fields."): self._field(part) for part in self.programs.named("fields.")}
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


def _time(found: object) -> datetime:
    """ISO 8601 with its offset, or Unix time in seconds or milliseconds. Raises ValueError."""
    if isinstance(found, datetime):
        return found
    text = str(found).strip()
    if re.fullmatch(r"\d{9,13}(\.\d+)?", text):
        number = float(text)
        return datetime.fromtimestamp(number / 1000 if number >= 10**11 else number, UTC)
    time = datetime.fromisoformat(text)
    if time.tzinfo is None:
        raise ValueError("has no offset")
    return time


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


def _text_of(data: JsonValue) -> str:
    """The payload itself, for people, where nothing says what the text is."""
    if isinstance(data, str):
        return limits.clean(data)[:RAW_TEXT]
    return limits.clean(orjson.dumps(data, option=orjson.OPT_INDENT_2).decode())[:RAW_TEXT]
