"""The header of a mail or of a part: split into fields, unfolded, never decoded before it is asked for.

Limits: the first `LONGEST` bytes and `MOST` fields count; the rest is left out and `cut` says so. Never raises.
A line that is no field goes to the field above it: broken senders fold without indenting.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from gongdan.intake.domain.mail import encoded
from gongdan.intake.domain.mail.addresses import Address, addresses

LONGEST = 262_144
MOST = 1_000

_FIELD = re.compile(rb"([!-9;-~]{1,100})[ \t]*:(.*)", re.DOTALL)
_BLANK = re.compile(rb"\r?\n[ \t]*\r?\n")
_IDS = re.compile(r"<([^<>]{1,500})>")
_MBOX = (b"From ", b">From ")


@dataclass(frozen=True, slots=True)
class Headers:
    """Fields in their order, names in lower case, values unfolded and still encoded."""

    fields: tuple[tuple[str, bytes], ...] = ()
    cut: bool = False

    def raw(self, name: str) -> bytes:
        """The first value of a field that is not empty; empty when there is none."""
        return next((value for key, value in self.fields if key == name and value), b"")

    def text(self, name: str) -> str:
        """That value as one line of text."""
        return encoded.text_of(self.raw(name))

    def has(self, name: str) -> bool:
        """Whether the field is there, be it empty."""
        return any(key == name for key, _ in self.fields)

    def addresses(self, name: str) -> tuple[Address, ...]:
        """All addresses of all fields of this name."""
        return tuple(found for key, value in self.fields if key == name for found in addresses(value))

    def ids(self, name: str) -> tuple[str, ...]:
        """Message-IDs without angle brackets, in their order; also a bare one that forgot its brackets."""
        text = self.text(name)
        found = tuple("".join(each.split()) for each in _IDS.findall(text))
        return found or ((text,) if "@" in text and " " not in text and len(text) <= 500 else ())

    def date(self) -> datetime | None:
        """When the sender says that it was written; else when the first of our side's servers took it; else None."""
        last_hop = self.text("received").rpartition(";")[2]
        return _date(self.text("date")) or _date(last_hop)


def _date(text: str) -> datetime | None:
    """A date with its offset from UTC, which is 0 where it says none."""
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def split(raw: bytes, start: int = 0, end: int | None = None) -> tuple[Headers, int]:
    """The header at `start` and where its body begins."""
    stop = len(raw) if end is None else end
    start = _first_line(raw, start, stop)
    body, block = _block(raw, start, stop)
    fields = _fields(block[:LONGEST])
    return Headers(tuple(fields[:MOST]), len(block) > LONGEST or len(fields) > MOST), body


def _first_line(raw: bytes, start: int, stop: int) -> int:
    """Past a byte order mark and the `From ` line of a mailbox file."""
    if raw.startswith(b"\xef\xbb\xbf", start):
        start += 3
    if raw.startswith(_MBOX, start):
        line_end = raw.find(b"\n", start, stop)
        return stop if line_end < 0 else line_end + 1
    return start


def _block(raw: bytes, start: int, stop: int) -> tuple[int, bytes]:
    """Where the body begins, and the bytes of the header."""
    if raw.startswith((b"\n", b"\r\n"), start):
        return raw.find(b"\n", start) + 1, b""
    blank = _BLANK.search(raw, start, stop)
    if blank:
        return blank.end(), raw[start : blank.start()]
    return stop, raw[start:stop]


def _fields(block: bytes) -> list[tuple[str, bytes]]:
    found: list[tuple[str, list[bytes]]] = []
    for line in block.split(b"\n"):
        match = None if line[:1] in (b" ", b"\t") else _FIELD.match(line)
        if match:
            found.append((match[1].decode("ascii").lower(), [match[2].strip()]))
        elif found:
            found[-1][1].append(line.strip())
    return [(name, b" ".join(lines).strip()) for name, lines in found]
