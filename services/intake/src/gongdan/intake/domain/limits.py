"""How much of anything is taken. Whatever is not bounded here is bounded by the size of the request."""

import math

from pydantic import JsonValue

JSON_BYTES = 1024 * 1024
DEFINITIONS_BYTES = 16 * 1024 * 1024
UPLOAD_BYTES = 25 * 1024 * 1024
FILES = 20
FORM_FIELDS = 200
FIELD_BYTES = 256 * 1024

SUBJECT = 500
TEXT = 200_000
NAME = 200
REFERENCE = 512
FIELDS = 100
DEPTH = 8
NODES = 2_000
PAYLOAD_DEPTH = 64
PAYLOAD_NODES = 100_000
PAYLOAD_FIELDS = 1_000
PAYLOAD_ITEMS = 1_000
# Bytes of a payload times its messages, where expressions for each of them look at all of it.
PAYLOAD_WORK = 20 * 1024 * 1024


def clean(text: str) -> str:
    """Text without NUL, which neither PostgreSQL's text nor most readers can take."""
    return text.replace("\x00", "") if "\x00" in text else text


def tidy(value: JsonValue) -> JsonValue:
    """A JSON value of bounded depth, without NULs. Raises ValueError on numbers that not every reader can take."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, int):
        return _short(value)
    if isinstance(value, float):
        return _usual(value)
    if isinstance(value, dict):
        return {clean(key): tidy(item) for key, item in value.items()}
    if isinstance(value, list):
        return [tidy(item) for item in value]
    return value


def _usual(number: float) -> float:
    if not math.isfinite(number):
        raise ValueError(f"holds {number}, which is no number in JSON")
    return number


def _short(number: int) -> int:
    if not -(2**63) <= number < 2**63:
        raise ValueError("holds a whole number beyond 64 bits; send it as text")
    return number


def tidy_fields(fields: dict[str, JsonValue]) -> dict[str, JsonValue]:
    """The fields of a message, bounded in number, depth and length of names. Raises ValueError."""
    if not fields:
        return fields
    if len(fields) > FIELDS:
        raise ValueError(f"has {len(fields)} entries, at most {FIELDS} are taken")
    if any(not name or len(name) > NAME for name in fields):
        raise ValueError(f"has a name that is empty or longer than {NAME} characters")
    if not within(fields, DEPTH, NODES):
        raise ValueError(f"holds more than {NODES} values, or is nested deeper than {DEPTH} levels")
    return {clean(name): tidy(value) for name, value in fields.items()}


def within(value: JsonValue, depth: int, nodes: int) -> bool:
    """Whether a JSON value has at most so many levels and values."""
    pending = [(value, 0)]
    seen = 0
    while pending:
        item, level = pending.pop()
        seen += 1
        if level > depth or seen > nodes:
            return False
        if isinstance(item, dict):
            pending += [(inner, level + 1) for inner in item.values()]
        elif isinstance(item, list):
            pending += [(inner, level + 1) for inner in item]
    return True
