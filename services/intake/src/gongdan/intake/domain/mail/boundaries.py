"""Where the boundary lines of a multipart are. Linear in the mail's length. Source: RFC 2046 section 5.1.1.

Of several open multiparts the innermost is asked first. A line that only begins like a boundary is none.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

LONGEST_LINE = 300
PATIENCE = 50
"""Lines that only begin like the boundary, before a compiled pattern takes over, which is slow to make."""

HYPHENS = 50
"""Hyphens that are looked at one by one, as many as the header of a part may have before its file begins."""

_LIKELY = re.compile(rb"^--([^\s]{1,70})[ \t]*\r*$", re.MULTILINE)
_BEFORE_HEADER = re.compile(
    rb"^--([^\s]{1,70})[ \t]*\r*\n(?=content-[a-z-]{2,30}[ \t]*:)", re.MULTILINE | re.IGNORECASE
)
_CLOSING = re.compile(rb"(--)?[ \t]*\r*\Z")


@dataclass(frozen=True, slots=True)
class Line:
    """A boundary line: where the line break before it is, where the next content begins, and whether it is the last."""

    start: int
    end: int
    closing: bool


@dataclass(slots=True)
class Boundary:
    """One boundary: its next line that is known, and up to where there is none besides."""

    raw: bytes
    mark: bytes
    known: Line | None = None
    searched: int = 0
    pattern: re.Pattern[bytes] | None = None

    def next(self, at: int, limit: int) -> Line | None:
        """Its first line from the line break before `at`; None when it begins nowhere before `limit`."""
        if self.known is None or self.known.start < at - 1:
            begin = max(at - 1, self.searched, 0)
            self.known = self._find(begin, limit) if begin < limit else None
            self.searched = self.searched if self.known else max(begin, limit - 1)
        return self.known if self.known and self.known.start < limit else None

    def _find(self, at: int, limit: int) -> Line | None:
        begin = b"\n--" + self.mark
        for _ in range(PATIENCE):
            start = self._start(begin, at, limit)
            if start < 0:
                return None
            if found := self._line(start, start + len(begin)):
                return found
            at = start + 1
        return self._patiently(at, limit)

    def _start(self, begin: bytes, at: int, limit: int) -> int:
        """Where `begin` is next, else -1.

        Files in base64 have no hyphen, and a single letter is looked for thirty times as fast as several.
        """
        for _ in range(HYPHENS):
            hyphen = self.raw.find(b"-", at + 1, limit)
            if hyphen < 0:
                return -1
            if self.raw.startswith(begin, hyphen - 1, limit):
                return hyphen - 1
            at = hyphen
        return self.raw.find(begin, at, limit)

    def _line(self, start: int, rest: int) -> Line | None:
        end = self.raw.find(b"\n", rest, rest + LONGEST_LINE)
        stop = end if end >= 0 else min(len(self.raw), rest + LONGEST_LINE)
        closing = _CLOSING.match(self.raw[rest:stop])
        return Line(start, min(stop + 1, len(self.raw)), bool(closing[1])) if closing else None

    def _patiently(self, at: int, limit: int) -> Line | None:
        if self.pattern is None:
            self.pattern = re.compile(rb"\n--" + re.escape(self.mark) + rb"(--)?[ \t]*\r?(?=\n|\Z)")
        match = self.pattern.search(self.raw, at, limit)
        return Line(match.start(), min(match.end() + 1, len(self.raw)), bool(match[1])) if match else None


def likely(raw: bytes, start: int, end: int, before_header: bool = False) -> bytes:
    """The first line that looks like a boundary, maybe only one before the header of a part; empty without any."""
    match = (_BEFORE_HEADER if before_header else _LIKELY).search(raw, start, min(end, start + 65_536))
    return match[1] if match else b""


def nearest(open_ones: Sequence[Boundary], at: int, end: int) -> tuple[int, Line] | None:
    """Which of the open boundaries (innermost last) has the next line from `at`: its place, and the line.

    The outer ones are asked first, so that none looks beyond the part it is in.
    """
    best: tuple[int, Line] | None = None
    for place, boundary in enumerate(open_ones):
        line = boundary.next(at, best[1].end if best else end)
        if line and (best is None or line.start <= best[1].start):
            best = (place, line)
    return best
