"""The header of a mail or of a part: split into fields, unfolded, never decoded before it is asked for.

Limits: the first `LONGEST` bytes and `MOST` fields count; the rest is left out and `cut` says so. Never raises.
A line that is no field goes to the field above it: broken senders fold without indenting.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from itertools import chain, islice

from gongdan.intake.domain.mail import dates, encoded
from gongdan.intake.domain.mail.addresses import Address, addresses

LONGEST = 262_144
MOST = 1_000
MOST_ADDRESSES = 500

_FIELD = re.compile(rb"^([!-9;-~]{1,100})[ \t]*:", re.MULTILINE)
_BLANK = re.compile(rb"\n[ \t]*\r*\n")
_BOUNDARY = re.compile(rb"\n--[^:\n]{1,300}$", re.MULTILINE)
"""A boundary, which ends a header that forgot its empty line."""

_IDS = re.compile(r"<([^<>]{1,500})>")
_MBOX = (b"From ", b">From ")


@dataclass(frozen=True, slots=True)
class Headers:
    """Values of fields by name (lower case), in their order, unfolded and still encoded."""

    fields: Mapping[str, tuple[bytes, ...]] = field(default_factory=dict)
    cut: bool = False

    def raw(self, name: str) -> bytes:
        """The first value of a field that is not empty; empty when there is none."""
        values = self.fields.get(name)
        return values[0] or next(filter(None, values), b"") if values else b""

    def text(self, name: str) -> str:
        """That value as one line of text."""
        if name not in self.fields:
            return ""
        value = self.raw(name)
        return encoded.text_of(value) if value else ""

    def has(self, name: str) -> bool:
        """Whether the field is there, be it empty."""
        return name in self.fields

    def has_any(self, names: frozenset[str]) -> bool:
        """Whether one of these fields is there."""
        return not names.isdisjoint(self.fields)

    def addresses(self, name: str) -> tuple[Address, ...]:
        """The addresses of all fields of this name, the first `MOST_ADDRESSES`."""
        values = self.fields.get(name)
        if not values:
            return ()
        return _again(values[0]) if len(values) == 1 and len(values[0]) <= encoded.SHORT else _all(values)

    def ids(self, name: str) -> tuple[str, ...]:
        """Message-IDs without angle brackets, in their order; also a bare one that forgot its brackets."""
        text = self.text(name)
        found = tuple("".join(each.split()) for each in _IDS.findall(text))
        return found or ((text,) if "@" in text and " " not in text and len(text) <= 500 else ())

    def date(self) -> datetime | None:
        """When the sender says that it was written, else when the last server took it; None when neither is told."""
        told = map(encoded.text_of, self.fields.get("date", ())[:5])
        taken = (encoded.text_of(each).rpartition(";")[2] for each in self.fields.get("received", ())[:5])
        return next((date for each in chain(told, taken) if (date := dates.read(each))), None)


def _all(values: Iterable[bytes]) -> tuple[Address, ...]:
    return tuple(islice((found for value in values for found in addresses(value)), MOST_ADDRESSES))


@lru_cache(maxsize=64)
def _again(value: bytes) -> tuple[Address, ...]:
    """One field is asked for several times while its mail is read."""
    return _all((value,))


def split(raw: bytes, start: int = 0, end: int | None = None) -> tuple[Headers, int]:
    """The header at `start` and where its body begins."""
    stop = len(raw) if end is None else end
    start = _first_line(raw, start, stop)
    body, block = _block(raw, start, stop)
    # What stands before the first field, then of each field its name and its value.
    _, *found = _FIELD.split(block[:LONGEST], MOST + 1)
    if not found:
        return Headers(), start if block.strip() else body
    return Headers(_fields(found[: 2 * MOST]), len(block) > LONGEST or len(found) > 2 * MOST), body


def _first_line(raw: bytes, start: int, stop: int) -> int:
    """Past a byte order mark and the `From ` line of a mailbox file."""
    if raw.startswith(b"\xef\xbb\xbf", start):
        start += 3
    if raw.startswith(_MBOX, start) and not _FIELD.match(raw, start, min(stop, start + 100)):
        line_end = raw.find(b"\n", start, stop)
        return stop if line_end < 0 else line_end + 1
    return start


def _block(raw: bytes, start: int, stop: int) -> tuple[int, bytes]:
    """Where the body begins, and the bytes of the header."""
    if raw.startswith((b"\n", b"\r\n"), start):
        return raw.find(b"\n", start) + 1, b""
    blank = _BLANK.search(raw, start, stop)
    end, body = (blank.start(), blank.end()) if blank else (stop, stop)
    if (line := _BOUNDARY.search(raw, start, end)) is not None:
        end, body = line.start(), line.start() + 1
    return body, raw[start:end]


def _fields(found: list[bytes]) -> dict[str, tuple[bytes, ...]]:
    fields: dict[str, tuple[bytes, ...]] = {}
    for name, value in zip(found[::2], found[1::2], strict=True):
        key = name.decode("ascii").lower()
        fields[key] = (*fields.get(key, ()), _unfolded(value))
    return fields


def _unfolded(value: bytes) -> bytes:
    value = value.strip()
    return b" ".join(line.strip() for line in value.split(b"\n")) if b"\n" in value else value
