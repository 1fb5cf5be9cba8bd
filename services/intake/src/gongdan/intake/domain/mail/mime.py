"""A mail taken apart: header, text, HTML and files. Never raises, whatever the bytes; time is linear in their number.

The parser of the standard library is not used: it recurses once per nested part, asks every open boundary about
every line and decodes each encoded word alone. Limits are in `Limits`; what lies beyond them is not lost, for
`Mail.cut` names it and the raw mail is kept. Source: RFC 2045 to 2047, RFC 2231, RFC 2387.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from gongdan.intake.domain.mail import charsets, headers, parameters, transfer
from gongdan.intake.domain.mail.headers import Headers
from gongdan.intake.domain.mail.parameters import Valued

DEFAULT_TYPE = "text/plain"


@dataclass(frozen=True, slots=True)
class Limits:
    """`depth` of nested multiparts, number of `parts`."""

    depth: int = 20
    parts: int = 200


LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Part:
    """A leaf, decoded. `alternative` says that it is one of several forms of the same thing."""

    content_type: str
    charset: str
    name: str
    content_id: str
    disposition: str
    content: bytes
    headers: Headers
    alternative: bool = False

    @property
    def is_file(self) -> bool:
        """Whether it is something to save rather than to read."""
        if self.disposition == "attachment" or self.name:
            return True
        return self.content_type not in ("text/plain", "text/html")

    def text(self) -> str:
        """The content as text."""
        label = self.charset or (_charset_in_html(self.content) if self.content_type == "text/html" else "")
        return charsets.decode(self.content, label)


@dataclass(frozen=True, slots=True)
class Mail:
    """Header and leaves of a mail in their order. `cut` says what was left out, each a sentence."""

    headers: Headers
    content_type: Valued
    parts: tuple[Part, ...]
    body: bytes
    cut: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Place:
    """A stretch of the raw mail that is one part, and where in the tree it is."""

    start: int
    end: int
    depth: int = 0
    default_type: str = DEFAULT_TYPE
    alternative: bool = False


def parse(raw: bytes, limits: Limits = LIMITS) -> Mail:
    """Take a mail apart."""
    top, body = headers.split(raw)
    cut = ["the header is too long"] if top.cut else []
    found: list[Part] = []
    for part in _leaves(raw, _Place(0, len(raw)), limits, cut):
        if len(found) == limits.parts:
            cut.append(f"there are more than {limits.parts} parts")
            break
        found.append(part)
    return Mail(top, _content_type(top, DEFAULT_TYPE), tuple(found), raw[body:], tuple(dict.fromkeys(cut)))


def _leaves(raw: bytes, place: _Place, limits: Limits, cut: list[str]) -> Iterator[Part]:
    fields, body = headers.split(raw, place.start, place.end)
    content_type = _content_type(fields, place.default_type)
    if not content_type.value.startswith("multipart/"):
        yield _leaf(raw[body : place.end], fields, content_type, place)
        return
    if place.depth == limits.depth:
        cut.append(f"parts are nested deeper than {limits.depth}")
        return
    inside = _Place(
        place.start,
        place.end,
        place.depth + 1,
        "message/rfc822" if content_type.value == "multipart/digest" else DEFAULT_TYPE,
        place.alternative or content_type.value == "multipart/alternative",
    )
    boundary = content_type.parameters.get("boundary") or _likely_boundary(raw, body, place.end)
    stretches = list(_stretches(raw, body, place.end, boundary, limits.parts + 1))
    if not stretches:
        yield _leaf(raw[body : place.end], fields, Valued(DEFAULT_TYPE), place)
    for start, end in stretches:
        yield from _leaves(raw, replace(inside, start=start, end=end), limits, cut)


def _stretches(raw: bytes, body: int, end: int, boundary: bytes, most: int) -> Iterator[tuple[int, int]]:
    """Where the parts between boundaries start and end; the last one may lack its end."""
    line = re.compile(rb"\n--" + re.escape(boundary.rstrip()) + rb"(--)?[ \t]*\r?(?=\n|\Z)")
    start: int | None = None
    for match in line.finditer(raw, max(body - 1, 0), end):
        if start is not None:
            yield start, _without_line_end(raw, start, match.start())
            most -= 1
        start = min(match.end() + 1, end)
        if match[1] or most == 0:
            return
    if start is not None:
        yield start, end


def _likely_boundary(raw: bytes, body: int, end: int) -> bytes:
    """The first line that looks like one, for a multipart that does not say."""
    match = re.compile(rb"^--([^\s]{1,70})[ \t]*\r?$", re.MULTILINE).search(raw, body, min(end, body + 65_536))
    return match[1] if match else b"\0"


def _without_line_end(raw: bytes, start: int, end: int) -> int:
    """The line end before a boundary belongs to the boundary."""
    return end - 1 if end > start and raw[end - 1 : end] == b"\r" else max(start, end)


def _leaf(body: bytes, fields: Headers, content_type: Valued, place: _Place) -> Part:
    disposition = parameters.read(fields.raw("content-disposition"))
    encoding = parameters.read(fields.raw("content-transfer-encoding")).value
    return Part(
        content_type=content_type.value or DEFAULT_TYPE,
        charset=content_type.text("charset"),
        name=parameters.file_name(disposition, content_type),
        content_id=fields.text("content-id").strip("<> ")[: parameters.LONGEST_NAME],
        disposition=disposition.value,
        content=transfer.decode(body, encoding),
        headers=fields,
        alternative=place.alternative,
    )


def _content_type(fields: Headers, default: str) -> Valued:
    found = parameters.read(fields.raw("content-type"))
    if re.fullmatch(r"[a-z0-9!#$&^_.+-]+/[a-z0-9!#$&^_.+-]+", found.value):
        return found
    return Valued(DEFAULT_TYPE if found.value.startswith("text") else default, found.parameters)


def _charset_in_html(content: bytes) -> str:
    """What a page says of its own character set, when its header says nothing."""
    match = re.search(rb"<meta[^>]{0,200}charset=[\"' ]?([\w.:-]{1,40})", content[:4096], re.IGNORECASE)
    return match[1].decode("ascii", "replace") if match else ""
