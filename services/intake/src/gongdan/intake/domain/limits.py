"""How much of anything is taken. Whatever is not bounded here is bounded by the size of the request."""

from collections.abc import Iterator

from pydantic import JsonValue

JSON_BYTES = 1024 * 1024
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


def clean(text: str) -> str:
    """Text without NUL, which neither PostgreSQL's text nor most readers can take."""
    return text.replace("\x00", "") if "\x00" in text else text


def tidy(value: JsonValue, depth: int = DEPTH) -> JsonValue:
    """A JSON value without NULs. Raises ValueError when it is nested deeper than `depth`."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict | list) and depth == 0:
        raise ValueError(f"is nested deeper than {DEPTH} levels")
    if isinstance(value, dict):
        return {clean(key): tidy(item, depth - 1) for key, item in value.items()}
    if isinstance(value, list):
        return [tidy(item, depth - 1) for item in value]
    return value


def tidy_fields(fields: dict[str, JsonValue]) -> dict[str, JsonValue]:
    """The fields of a message, bounded in number, depth and length of names. Raises ValueError."""
    if not fields:
        return fields
    if len(fields) > FIELDS:
        raise ValueError(f"has {len(fields)} entries, at most {FIELDS} are taken")
    if any(not name or len(name) > NAME for name in fields):
        raise ValueError(f"has a name that is empty or longer than {NAME} characters")
    if sum(1 for _ in _nodes(list(fields.values()))) > NODES:
        raise ValueError(f"holds more than {NODES} values")
    return {clean(name): tidy(value, DEPTH - 1) for name, value in fields.items()}


def _nodes(value: JsonValue) -> Iterator[JsonValue]:
    pending: list[JsonValue] = [value]
    while pending:
        item = pending.pop()
        yield item
        if isinstance(item, dict):
            pending.extend(item.values())
        elif isinstance(item, list):
            pending.extend(item)
