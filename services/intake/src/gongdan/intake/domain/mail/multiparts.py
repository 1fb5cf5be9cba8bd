"""A multipart while it is read, and which Content-Type and which boundary count where its header leaves that open.

What a header says of a boundary counts only where that boundary comes. Never raises; looks at each byte a few times.
"""

from dataclasses import dataclass, field

from gongdan.intake.domain.mail import boundaries, headers, parameters
from gongdan.intake.domain.mail.boundaries import Boundary, Line
from gongdan.intake.domain.mail.headers import Headers
from gongdan.intake.domain.mail.parameters import NOTHING, Valued
from gongdan.intake.domain.mail.parts import DEFAULT_TYPE, Node, type_of

MOST_TYPES = 5
"""Content-Types of one header that are looked at."""


@dataclass(frozen=True, slots=True)
class Head:
    """The header of a part, the type that counts, and where its body begins."""

    fields: Headers
    declared: Valued
    body: int

    @property
    def is_multipart(self) -> bool:
        """Whether it is made of parts."""
        return self.declared.value.startswith("multipart/")


@dataclass(slots=True)
class Open:
    """A multipart whose end is not reached."""

    head: Head
    boundary: Boundary
    children: list[Node] = field(default_factory=list)

    @property
    def subtype(self) -> str:
        """What kind of multipart it is."""
        return self.head.declared.value.partition("/")[2]

    @property
    def default_type(self) -> str:
        """What a part is that does not say."""
        return "message/rfc822" if self.subtype == "digest" else DEFAULT_TYPE

    def begins(self, line: Line, end: int) -> bool:
        """Whether what looks like the last boundary is the first: no part was yet, and it comes again."""
        return not self.children and self.boundary.next(line.end, end) is not None


def head(raw: bytes, start: int, end: int, default: str) -> Head:
    """The header of the part from `start` to `end`; `default` is its type unless it says one."""
    fields, body = headers.split(raw, start, end)
    declared = type_of(fields, default)
    if others := fields.fields.get("content-type", ())[1:MOST_TYPES]:
        fitting = (each for each in (declared, *map(parameters.read, others)) if _comes(raw, body, end, each))
        declared = next(fitting, declared)
    return Head(fields, declared, body)


def second(fields: Headers) -> Valued:
    """The other Content-Type of a header that has two."""
    values = fields.fields.get("content-type", ())
    return parameters.read(values[1]) if len(values) > 1 else NOTHING


def boundary(found: Head, raw: bytes, end: int) -> Boundary:
    """The boundary of a multipart: that which it declares, else that which stands before the header of a part."""
    mark = _mark(found.declared)
    if not mark:
        return Boundary(raw, boundaries.likely(raw, found.body, end) or b"\0")
    declared = Boundary(raw, mark)
    if declared.next(found.body, end):
        return declared
    other = boundaries.likely(raw, found.body, end, before_header=True)
    return Boundary(raw, other) if other else declared


def _comes(raw: bytes, start: int, end: int, declared: Valued) -> bool:
    """Whether it is a multipart whose boundary is in the body."""
    mark = _mark(declared) if declared.value.startswith("multipart/") else b""
    return bool(mark) and Boundary(raw, mark).next(start, end) is not None


def _mark(declared: Valued) -> bytes:
    return declared.parameters.get("boundary", b"").rstrip()
