"""Spans of time as definitions write them: ISO 8601 (`PT4H`), `4h`, `1d 12h`, or `2 working days`.

A `Span` may be of working days, which only a calendar can turn into hours; a `Duration` is plain time. Both are kept
to the second and written back in one way: the largest units that fit, `90m` as `1h 30m`. Limits: up to ten years; no
months and years, which have no fixed length.
"""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any

from pydantic import PlainSerializer, PlainValidator, WithJsonSchema

LONGEST = timedelta(days=3_660)
SECOND = timedelta(seconds=1)
WORKING_DAY = timedelta(days=1)
UNITS = {"w": 604_800, "d": 86_400, "h": 3_600, "m": 60, "s": 1}
PART = re.compile(r"(\d{1,9}(?:\.\d{1,3})?) ?([wdhms])")
PARTS = re.compile(rf"{PART.pattern}(?: {{0,2}}{PART.pattern}){{0,4}}")
WORKING = re.compile(r"(\d{1,4}) ?working days?")
ISO = re.compile(
    r"P(?:(?P<w>\d{1,6})W)?(?:(?P<d>\d{1,6})D)?"
    r"(?:T(?=\d)(?:(?P<h>\d{1,9})H)?(?:(?P<m>\d{1,9})M)?(?:(?P<s>\d{1,9}(?:\.\d{1,3})?)S)?)?"
)
HOW = "write 90s, 15m, 4h, 3d, 1h 30m or PT4H"


@dataclass(frozen=True, slots=True)
class SpanValue:
    """A length of time: `working_days` where it is not 0, else `time`."""

    time: timedelta = timedelta()
    working_days: int = 0

    @property
    def approximate(self) -> timedelta:
        """How long it is without a calendar: a working day counts as a day."""
        return self.working_days * WORKING_DAY if self.working_days else self.time

    def __str__(self) -> str:
        """As definitions write it."""
        if self.working_days:
            return f"{self.working_days} working day{'s' if self.working_days > 1 else ''}"
        return write_duration(self.time)


def parse_duration(value: object) -> timedelta:
    """`90s`, `15m`, `4h`, `3d`, `1w`, `1h 30m` or ISO 8601 as a timedelta. Raises ValueError with the cure."""
    if isinstance(value, timedelta):
        found = value
    elif isinstance(value, str) and (parts := _parts(value.strip())):
        found = timedelta(seconds=sum(float(number) * UNITS[unit] for number, unit in parts))
    else:
        raise ValueError(f"not a span of time; {HOW}")
    if not timedelta() <= found <= LONGEST:
        raise ValueError(f"not between 0 and {LONGEST.days} days; {HOW}")
    return found


def parse_span(value: object) -> SpanValue:
    """The same, or a number of working days. Raises ValueError that says what to write."""
    if isinstance(value, SpanValue):
        return value
    working = WORKING.fullmatch(value.strip()) if isinstance(value, str) else None
    if working is None:
        try:
            return SpanValue(parse_duration(value))
        except ValueError as error:
            raise ValueError(f"{error}, or 2 working days") from error
    days = int(working[1])
    if not 1 <= days <= LONGEST.days:
        raise ValueError(f"not between 1 and {LONGEST.days} working days")
    return SpanValue(working_days=days)


def write_duration(time: timedelta) -> str:
    """The inverse of `parse_duration`."""
    seconds, rest = divmod(time, SECOND)
    written = []
    for unit in ("d", "h", "m"):
        count, seconds = divmod(seconds, UNITS[unit])
        written += [f"{count}{unit}"] if count else []
    last = seconds + round(rest / SECOND, 3)
    return " ".join([*written, f"{last:g}s"] if last or not written else written)


def _parts(text: str) -> list[tuple[str, str]]:
    if PARTS.fullmatch(text):
        return PART.findall(text)
    iso = ISO.fullmatch(text)
    return [(number, unit) for unit, number in iso.groupdict().items() if number] if iso else []


def _schema(description: str, *examples: str) -> WithJsonSchema:
    schema: dict[str, Any] = {"type": "string", "maxLength": 64, "description": description, "examples": list(examples)}
    return WithJsonSchema(schema)


Duration = Annotated[
    timedelta,
    PlainValidator(parse_duration),
    PlainSerializer(write_duration, return_type=str),
    _schema("A span of time.", "15m", "4h", "1h 30m", "PT4H"),
]
Span = Annotated[
    SpanValue,
    PlainValidator(parse_span),
    PlainSerializer(str, return_type=str),
    _schema("A span of time, or a number of working days.", "15m", "4h", "2 working days"),
]
