"""Free data inside definitions: JSON whose shape is somebody else's (a schema, a request's body), bounded too."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import AfterValidator, Field, JsonValue

MOST_VALUES = 5_000
DEEPEST = 16
LONGEST_TEXT = 20_000


def bounded_value(value: JsonValue) -> JsonValue:
    """Any JSON value. Raises ValueError when it is too much."""
    _bounded({"": value})
    return value


def _bounded(data: dict[str, JsonValue]) -> dict[str, JsonValue]:
    """The data itself. Raises ValueError when it is too much."""
    level: list[JsonValue] = [data]
    values = 0
    for _ in range(DEEPEST):
        values += len(level)
        if values > MOST_VALUES:
            raise ValueError(f"holds more than {MOST_VALUES} values")
        if any(isinstance(each, str) and len(each) > LONGEST_TEXT for each in level):
            raise ValueError(f"holds a text of more than {LONGEST_TEXT} characters")
        level = [child for each in level for child in _children(each)]
        if not level:
            return data
    raise ValueError(f"is more than {DEEPEST} levels deep")


def _children(value: JsonValue) -> Iterator[JsonValue]:
    if isinstance(value, dict):
        yield from value.values()
    elif isinstance(value, list):
        yield from value


FreeData = Annotated[dict[str, JsonValue], Field(max_length=MOST_VALUES), AfterValidator(_bounded)]
