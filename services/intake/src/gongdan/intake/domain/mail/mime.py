"""A mail taken apart: header, text, HTML and files. Never raises, whatever the bytes; time is linear in their number.

The parser of the standard library is not used: it recurses once per nested part, asks every open boundary about
every line and decodes each encoded word alone. Limits are in `Limits`; what lies beyond them is not lost, for
`Mail.cut` names it and the raw mail is kept. Source: RFC 2045 to 2047, RFC 2231, RFC 2387.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeAlias

from gongdan.intake.domain.mail import boundaries, charsets, headers, parameters, transfer
from gongdan.intake.domain.mail.boundaries import Boundary
from gongdan.intake.domain.mail.headers import Headers
from gongdan.intake.domain.mail.parameters import Valued

DEFAULT_TYPE = "text/plain"
READABLE = ("text/plain", "text/html")

_CHARSET_IN_HTML = re.compile(rb"<meta[^>]{0,200}charset=[\"' ]?([\w.:-]{1,40})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Limits:
    """`depth` of nested multiparts, number of `parts`."""

    depth: int = 20
    parts: int = 200


LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Part:
    """A leaf, decoded. `declared` is its Content-Type as it stands; `content_type` is sound and in lower case."""

    content_type: str
    declared: Valued
    name: str
    content_id: str
    disposition: str
    content: bytes
    headers: Headers

    def text(self, most: int | None = None) -> str:
        """The content as text, of at most so many bytes."""
        content = self.content[:most]
        label = self.declared.text("charset")
        if not label and self.content_type == "text/html" and (said := _CHARSET_IN_HTML.search(content, 0, 4096)):
            label = said[1].decode("ascii", "replace")
        return charsets.decode(content, label)


@dataclass(frozen=True, slots=True)
class Multipart:
    """Parts that belong together in some way: mixed, alternative, related, …"""

    subtype: str
    declared: Valued
    children: tuple["Node", ...]


Node: TypeAlias = Part | Multipart


@dataclass(frozen=True)
class Mail:
    """Header and parts of a mail in their order. `cut` says what was left out, each a sentence."""

    headers: Headers
    content_type: Valued
    root: Node
    cut: tuple[str, ...] = ()

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """The leaves."""
        return tuple(_leaves(self.root))

    @cached_property
    def multiparts(self) -> tuple[Multipart, ...]:
        """What is no leaf, outermost first."""
        return tuple(_branches(self.root))


def parse(raw: bytes, limits: Limits = LIMITS) -> Mail:
    """Take a mail apart."""
    if raw.find(b"\n", 0, headers.LONGEST) < 0:
        raw = raw.replace(b"\r", b"\n")
    reader = _Reader(raw, limits)
    reader.read()
    top = reader.headers
    cut = (*(("the header is too long",) if top.cut else ()), *dict.fromkeys(reader.cut))
    return Mail(top, _content_type(top, DEFAULT_TYPE), _sole(reader.top), cut)


def _sole(found: list[Node]) -> Node:
    """The one thing that a mail is made of."""
    return found[0] if found else Multipart("mixed", Valued(), ())


def _leaves(node: Node) -> Iterator[Part]:
    if isinstance(node, Part):
        yield node
        return
    for child in node.children:
        yield from _leaves(child)


def _branches(node: Node) -> Iterator[Multipart]:
    if isinstance(node, Multipart):
        yield node
        for child in node.children:
            yield from _branches(child)


@dataclass(slots=True)
class _Open:
    """A multipart whose end is not reached."""

    declared: Valued
    headers: Headers
    body: int
    boundary: Boundary
    children: list[Node] = field(default_factory=list)

    @property
    def subtype(self) -> str:
        return self.declared.value.partition("/")[2]

    @property
    def default_type(self) -> str:
        """What a part is that does not say."""
        return "message/rfc822" if self.subtype == "digest" else DEFAULT_TYPE


@dataclass(slots=True)
class _Reader:
    """Walks through a mail from boundary to boundary."""

    raw: bytes
    limits: Limits
    top: list[Node] = field(default_factory=list)
    open: list[_Open] = field(default_factory=list)
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
        fields, body = headers.split(self.raw, start, end)
        self.headers = self.headers if start else fields
        declared = _content_type(fields, self.open[-1].default_type if self.open else DEFAULT_TYPE)
        if not declared.value.startswith("multipart/"):
            self._add(_leaf(self.raw[body:end], fields, declared))
        elif len(self.open) == self.limits.depth:
            self.cut.append(f"parts are nested deeper than {self.limits.depth}")
            self._add(Multipart("mixed", declared, ()))
        else:
            self._enter(_Open(declared, fields, body, self._boundary(declared, body, end)))
        return self._next(body)

    def _end(self, start: int) -> int:
        """Where the content ends that starts here: the line end before a boundary belongs to the boundary."""
        found = boundaries.nearest([each.boundary for each in self.open], start, len(self.raw))
        if found is None:
            return self._forgotten_end(start) if self.open else len(self.raw)
        end = found[1].start
        return max(start, end - 1 if self.raw[end - 1 : end] == b"\r" else end)

    def _forgotten_end(self, start: int) -> int:
        """Before a last boundary that lacks its line break, at the end of the mail."""
        mark = b"--" + self.open[-1].boundary.mark + b"--"
        found = self.raw.rfind(mark, max(start, len(self.raw) - len(mark) - 4))
        return found if found >= 0 and not self.raw[found + len(mark) :].strip() else len(self.raw)

    def _boundary(self, declared: Valued, body: int, end: int) -> Boundary:
        mark = declared.parameters.get("boundary", b"").rstrip()
        return Boundary(self.raw, mark or boundaries.likely(self.raw, body, end))

    def _enter(self, entered: _Open) -> None:
        """Go into a multipart. Two Content-Types say that its header runs into that of its first part."""
        self.open.append(entered)
        second = entered.headers.fields["content-type"][1:2] if "content-type" in entered.headers.fields else ()
        declared = parameters.read(second[0]) if second else Valued()
        content = self.raw[entered.body : self._end(entered.body)] if declared.value in READABLE else b""
        if content.strip():
            self._add(_leaf(content, entered.headers, declared))

    def _next(self, at: int) -> int | None:
        """Where the next part starts; what is left on the way is closed."""
        while found := boundaries.nearest([each.boundary for each in self.open], at, len(self.raw)):
            place, line = found
            while len(self.open) > place + 1:
                self._close(line.start)
            if not line.closing:
                return line.end
            self._close(line.start)
            at = line.end
        return None

    def _close(self, end: int) -> None:
        """Leave the innermost multipart; one without any part was text."""
        left = self.open.pop()
        if not left.children:
            self._add(_leaf(self.raw[left.body : max(left.body, end)], left.headers, Valued(DEFAULT_TYPE)))
        else:
            self._place(Multipart(left.subtype, left.declared, tuple(left.children)))

    def _add(self, part: Node) -> None:
        self.seen += 1
        self._place(part)

    def _place(self, node: Node) -> None:
        (self.open[-1].children if self.open else self.top).append(node)


def _leaf(body: bytes, fields: Headers, declared: Valued) -> Part:
    disposition = parameters.read(fields.raw("content-disposition"))
    encoding = parameters.read(fields.raw("content-transfer-encoding")).value
    return Part(
        content_type=declared.value or DEFAULT_TYPE,
        declared=declared,
        name=parameters.file_name(disposition, declared),
        content_id=fields.text("content-id").strip("<> ")[: parameters.LONGEST_NAME],
        disposition=disposition.value,
        content=transfer.decode(body, encoding),
        headers=fields,
    )


def _content_type(fields: Headers, default: str) -> Valued:
    found = parameters.read(fields.raw("content-type"))
    if parameters.is_type(found.value):
        return found
    return Valued(DEFAULT_TYPE if found.value.startswith("text") else default, found.parameters)
