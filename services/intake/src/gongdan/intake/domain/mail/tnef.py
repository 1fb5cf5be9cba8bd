"""`winmail.dat`: the text and the files that Outlook packs into one part. Never raises; what is broken is left out.

Written here because the readers to be had copy the rest of the data at every attribute and end at the first fault.
Limits: `MOST` attributes and files, `DEEPEST` mails packed into each other, `LONGEST_RTF` bytes of rich text. Linear.
Source: MS-OXTNEF for the frame, MS-OXPROPS and MS-OXCDATA 2.11 for the properties, MS-OXRTFCP for rich text.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from compressed_rtf import decompress
from striprtf.striprtf import rtf_to_text

from gongdan.intake.domain.mail import charsets

SIGNATURE = b"\x78\x9f\x3e\x22"
MOST = 5_000
DEEPEST = 3
LONGEST_RTF = 100_000

_ATTACHMENT_STARTS, _ATTACHMENT_DATA, _ATTACHMENT_TITLE = 0x9002, 0x800F, 0x8010
_MESSAGE_PROPERTIES, _ATTACHMENT_PROPERTIES, _BODY, _CODE_PAGE = 0x9003, 0x9005, 0x800C, 0x9007

_PLAIN, _RICH, _HTML, _INTERNET_CODE_PAGE = 0x1000, 0x1009, 0x1013, 0x3FDE
_DATA, _FILE_NAME, _LONG_NAME, _MIME_TYPE, _CONTENT_ID, _DISPLAY_NAME = 0x3701, 0x3704, 0x3707, 0x370E, 0x3712, 0x3001

_FIXED = {0x02: 4, 0x03: 4, 0x04: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x0A: 4, 0x0B: 4, 0x14: 8, 0x40: 8, 0x48: 16}
_VARIABLE = {0x0D, 0x1E, 0x1F, 0x102}
_UNICODE = 0x1F
_MANY = 0x1000
_OBJECT = 0x0D
_INTERFACE = 16


@dataclass(slots=True)
class Packed:
    """A file in the parcel."""

    name: str = ""
    content_type: str = ""
    content_id: str = ""
    content: bytes = b""


@dataclass(slots=True)
class Parcel:
    """What was in it. `html` is empty where there was none."""

    text: str = ""
    html: str = ""
    files: list[Packed] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Property:
    number: int
    kind: int
    value: bytes

    def text(self, page: str) -> str:
        """The value as text; `page` is the set of what is not Unicode."""
        raw = self.value
        return charsets.decode(raw, "utf-16-le" if self.kind == _UNICODE else page).rstrip("\0")


def unpack(raw: bytes, depth: int = 0) -> Parcel | None:
    """Take a parcel apart; None for what is none."""
    if not raw.startswith(SIGNATURE):
        return None
    parcel, page = Parcel(), "cp1252"
    for number, value in _attributes(raw):
        if number == _CODE_PAGE and len(value) >= 4:
            page = f"cp{struct.unpack_from('<I', value)[0]}"
        elif number == _BODY:
            parcel.text = parcel.text or charsets.decode(value, page)
        elif number == _MESSAGE_PROPERTIES:
            _read_body(parcel, list(_properties(value)), page)
        elif number == _ATTACHMENT_STARTS:
            parcel.files.append(Packed())
        elif parcel.files:
            _read_file(parcel, number, value, page, depth)
    parcel.files = [each for each in parcel.files if each.content or each.name]
    return parcel


def _attributes(raw: bytes) -> Iterator[tuple[int, bytes]]:
    """Number and value of each: a level, the number, a type, a length, the value, a checksum."""
    at = 6
    for _ in range(MOST):
        if at + 9 > len(raw):
            return
        number, _kind, length = struct.unpack_from("<HHI", raw, at + 1)
        yield number, raw[at + 9 : at + 9 + length]
        at += 9 + length + 2


def _read_body(parcel: Parcel, found: list[_Property], page: str) -> None:
    known = {each.number: each for each in found}
    if (told := known.get(_INTERNET_CODE_PAGE)) and len(told.value) >= 4:
        page = f"cp{struct.unpack_from('<I', told.value)[0]}"
    if plain := known.get(_PLAIN):
        parcel.text = plain.text(page)
    if html := known.get(_HTML):
        parcel.html = html.text(page)
    if (rich := known.get(_RICH)) and not parcel.text and not parcel.html:
        parcel.text = _rich_text(rich.value, page)


def _rich_text(raw: bytes, page: str) -> str:
    """Compressed rich text as plain text; empty when it is longer than is read, or broken."""
    if len(raw) < 16 or struct.unpack_from("<I", raw, 4)[0] > LONGEST_RTF or len(raw) > LONGEST_RTF:
        return ""
    try:
        rich = decompress(raw)[:LONGEST_RTF].decode("latin-1")
        text: str = rtf_to_text(rich, encoding=page, errors="replace")  # type: ignore[no-untyped-call]
        return charsets.clean(text).strip()
    except (ValueError, LookupError, IndexError, KeyError, TypeError, struct.error, OverflowError):
        return ""


def _read_file(parcel: Parcel, number: int, value: bytes, page: str, depth: int) -> None:
    file = parcel.files[-1]
    if number == _ATTACHMENT_DATA:
        file.content = value
    elif number == _ATTACHMENT_TITLE:
        file.name = file.name or charsets.decode(value, page).strip("\0 ")
    elif number == _ATTACHMENT_PROPERTIES:
        known = {each.number: each for each in _properties(value)}
        names = (known.get(each) for each in (_LONG_NAME, _DISPLAY_NAME, _FILE_NAME))
        file.name = next((each.text(page) for each in names if each and each.value), file.name)
        file.content_type = known[_MIME_TYPE].text(page).lower() if _MIME_TYPE in known else file.content_type
        file.content_id = known[_CONTENT_ID].text(page).strip("<> ") if _CONTENT_ID in known else file.content_id
        if data := known.get(_DATA):
            _read_data(parcel, file, data, depth)


def _read_data(parcel: Parcel, file: Packed, data: _Property, depth: int) -> None:
    """A file's content; that of a packed mail is its text, and its files come after it."""
    content = data.value[_INTERFACE:] if data.kind == _OBJECT else data.value
    inner = unpack(content, depth + 1) if depth < DEEPEST else None
    if inner is None:
        file.content = content
        return
    file.content, file.content_type = (inner.html or inner.text).encode(), "text/html" if inner.html else "text/plain"
    file.name = f"{file.name or 'message'}.{'html' if inner.html else 'txt'}"
    parcel.files.extend(inner.files[: MOST - len(parcel.files)])


def _properties(raw: bytes) -> Iterator[_Property]:
    """A count, then properties: type, number, perhaps a name, one value or several, each filled up to four bytes."""
    at = 4
    count = min(struct.unpack_from("<I", raw)[0] if len(raw) >= 4 else 0, MOST)
    for _ in range(count):
        if at + 4 > len(raw):
            return
        kind, number = struct.unpack_from("<HH", raw, at)
        at = _past_name(raw, at + 4) if number >= 0x8000 else at + 4
        values, at = _values(raw, at, kind)
        if values is None:
            return
        if values:
            yield _Property(number, kind & ~_MANY, values[0])


def _past_name(raw: bytes, at: int) -> int:
    """A named property says its set, then a number, or a length and a name."""
    if at + 24 > len(raw):
        return len(raw)
    by_number, length = struct.unpack_from("<II", raw, at + 16)
    return at + 24 if by_number == 0 else at + 24 + length + -length % 4


def _values(raw: bytes, at: int, kind: int) -> tuple[list[bytes] | None, int]:
    """The values of one property and where the next one starts; None where the rest makes no sense."""
    single = kind & ~_MANY
    count = 1
    if kind & _MANY or single in _VARIABLE:
        if at + 4 > len(raw):
            return None, at
        count, at = struct.unpack_from("<I", raw, at)[0], at + 4
    found: list[bytes] = []
    for _ in range(min(count, MOST)):
        length = _FIXED.get(single)
        if single in _VARIABLE and at + 4 <= len(raw):
            length, at = struct.unpack_from("<I", raw, at)[0], at + 4
        if length is None or at > len(raw):
            return None, at
        found.append(raw[at : at + length])
        at += length + -length % 4
    return found, at
