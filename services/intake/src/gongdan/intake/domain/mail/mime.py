"""Takes a mail apart, from boundary to boundary. Never raises, whatever the bytes; time is linear in their number.

The parser of the standard library is not used: it recurses once per nested part, asks every open boundary about
every line and decodes each encoded word alone. Limits are in `Limits`; what lies beyond them is not lost, for
`Mail.cut` names it and the raw mail is kept. Source: RFC 2046, RFC 2387.
"""

import re
from dataclasses import dataclass, field

from gongdan.intake.domain.mail import boundaries, headers, multiparts
from gongdan.intake.domain.mail.boundaries import Boundary
from gongdan.intake.domain.mail.headers import Headers
from gongdan.intake.domain.mail.multiparts import Open
from gongdan.intake.domain.mail.parameters import Valued
from gongdan.intake.domain.mail.parts import DEFAULT_TYPE, READABLE, Mail, Multipart, Node, leaf, type_of


@dataclass(frozen=True, slots=True)
class Limits:
    """`depth` of nested multiparts, number of `parts`."""

    depth: int = 20
    parts: int = 200


LIMITS = Limits()

MOST_LEFT = 3
"""Multiparts without an end whose boundary may come again after an outer one has closed them."""

_FIELD = re.compile(rb"[\r\n]{1,8}[!-9;-~]{1,100}[ \t]*:")


def parse(raw: bytes, limits: Limits = LIMITS) -> Mail:
    """Take a mail apart."""
    if raw.find(b"\n", 0, headers.LONGEST) < 0:
        raw = raw.replace(b"\r", b"\n")
    if raw[:1] in (b"\r", b"\n") and _FIELD.match(raw):
        raw = raw.lstrip(b"\r\n")
    reader = _Reader(raw, limits)
    reader.read()
    top = reader.headers
    cut = (*(("the header is too long",) if top.cut else ()), *dict.fromkeys(reader.cut))
    return Mail(top, type_of(top), _sole(reader.top), cut)


def _sole(found: list[Node]) -> Node:
    """The one thing that a mail is made of."""
    return found[0] if found else Multipart("mixed", Valued(), ())


@dataclass(slots=True)
class _Reader:
    """Walks through a mail from boundary to boundary."""

    raw: bytes
    limits: Limits
    top: list[Node] = field(default_factory=list)
    open: list[Open] = field(default_factory=list)
    left: list[Boundary] = field(default_factory=list)
    cut: list[str] = field(default_factory=list)
    headers: Headers = field(default_factory=Headers)
    seen: int = 0

    def read(self) -> None:
        """Read all parts."""
        at: int | None = 0
        while at is not None:
            if self.seen == self.limits.parts:
                self.cut.append(f"there are more than {self.limits.parts} parts")
                break
            at = self._part(at)
        while self.open:
            self._close(len(self.raw))

    def _part(self, start: int) -> int | None:
        """Read the part that starts here; where the next one starts, None after the last."""
        end = self._end(start)
        head = multiparts.head(self.raw, start, end, self.open[-1].default_type if self.open else DEFAULT_TYPE)
        self.headers = self.headers if start else head.fields
        if not head.is_multipart:
            self._add(leaf(self.raw[head.body : end], head.fields, head.declared))
        elif len(self.open) == self.limits.depth:
            self.cut.append(f"parts are nested deeper than {self.limits.depth}")
            self._add(Multipart("mixed", head.declared, ()))
        else:
            self._enter(Open(head, multiparts.boundary(head, self.raw, end)))
        return self._next(head.body)

    def _end(self, start: int) -> int:
        """Where the content ends that starts here: the line end before a boundary belongs to the boundary."""
        found = boundaries.nearest(self._known(), start, len(self.raw))
        if found is None:
            return self._forgotten_end(start) if self.open else len(self.raw)
        end = found[1].start
        return max(start, end - 1 if self.raw[end - 1 : end] == b"\r" else end)

    def _forgotten_end(self, start: int) -> int:
        """Before a last boundary that lacks its line break, at the end of the mail."""
        mark = b"--" + self.open[-1].boundary.mark + b"--"
        found = self.raw.rfind(mark, max(start, len(self.raw) - len(mark) - 4))
        return found if found >= 0 and not self.raw[found + len(mark) :].strip() else len(self.raw)

    def _known(self) -> list[Boundary]:
        """The boundaries of multiparts without their end: of the open ones, then of those that were left before it."""
        return [*(each.boundary for each in self.open), *self.left]

    def _enter(self, entered: Open) -> None:
        """Go into a multipart. Two Content-Types say that its header runs into that of its first part."""
        self.open.append(entered)
        self.left = [each for each in self.left if each.mark != entered.boundary.mark]
        head = entered.head
        declared = multiparts.second(head.fields)
        content = self.raw[head.body : self._end(head.body)] if declared.value in READABLE else b""
        if content.strip():
            self._add(leaf(content, head.fields, declared))

    def _next(self, at: int) -> int | None:
        """Where the next part starts; what is left on the way is closed."""
        while found := boundaries.nearest(self._known(), at, len(self.raw)):
            place, line = found
            again = place - len(self.open)
            while again < 0 and len(self.open) > place + 1:
                self.left = [*self.left, self.open[-1].boundary][-MOST_LEFT:]
                self._close(line.start)
            if not line.closing or (again < 0 and self.open[-1].begins(line, len(self.raw))):
                return line.end
            if again < 0:
                self._close(line.start)
            else:
                del self.left[again]
            at = line.end
        return None

    def _close(self, end: int) -> None:
        """Leave the innermost multipart; one without any part was text."""
        left = self.open.pop()
        head = left.head
        if not left.children:
            self._add(leaf(self.raw[head.body : max(head.body, end)], head.fields, Valued(DEFAULT_TYPE)))
        else:
            self._place(Multipart(left.subtype, head.declared, tuple(left.children)))

    def _add(self, part: Node) -> None:
        self.seen += 1
        self._place(part)

    def _place(self, node: Node) -> None:
        (self.open[-1].children if self.open else self.top).append(node)
