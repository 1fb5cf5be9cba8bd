"""Values with parameters (Content-Type, Content-Disposition), and the names of files in them. Never raises.

Source: RFC 2045 section 5.1, RFC 2231 sections 3 and 4 for names that are split or carry a character set.
Limits: the first `MOST` parameters. Linear in the header's length.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import unquote_to_bytes

from gongdan.intake.domain.mail import charsets, encoded

MOST = 100
LONGEST_NAME = 200
SHORT = 200

_PARAMETER = re.compile(rb'[;\s][ \t]*([^\s=;"]{1,60})[ \t]*=[ \t]*("(?:[^"\\]|\\.)*"?|[^;]*)', re.DOTALL)
_ESCAPED = re.compile(rb"\\(.)", re.DOTALL)
_WINDOWS_PATH = re.compile(rb"[A-Za-z]:\\")
_BACKSLASH = re.compile(r"\\(.)", re.DOTALL)
_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]+/[a-z0-9!#$&^_.+-]+")
_UNSAFE = re.compile(r"[\x00-\x1f\x7f<>:\"|?*\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class Valued:
    """A value in lower case and its parameters, names in lower case, still encoded."""

    value: str = ""
    parameters: Mapping[str, bytes] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """A parameter as text, put together when it was split."""
        if name + "*" in self.parameters:
            return _with_charset(self.parameters[name + "*"])
        if name in self.parameters:
            return encoded.text_of(self.parameters[name])
        return _put_together(self.parameters, name) if "*" in "".join(self.parameters) else ""


NOTHING = Valued()


def read(raw: bytes) -> Valued:
    """Read a header value; also one that was sent as an encoded word as a whole."""
    if not raw:
        return NOTHING
    return _again(raw) if len(raw) <= SHORT else _read(raw[: encoded.LONGEST])


def _read(raw: bytes) -> Valued:
    if raw.lstrip().startswith(b"=?"):
        raw = encoded.text_of(raw).encode()
    value = raw.lstrip(b' \t\r\n"').partition(b";")[0].partition(b" ")[0].strip(b' \t\r\n"').lower()
    found: dict[str, bytes] = {}
    for match in _PARAMETER.finditer(raw):
        found.setdefault(match[1].decode("latin-1").lower(), _plain(match[2]))
        if len(found) == MOST:
            break
    return Valued(value.decode("ascii", "replace")[:100], found)


# Most mails say the same few things of their parts, and each is asked for more than once.
_again = lru_cache(maxsize=256)(_read)


def _plain(value: bytes) -> bytes:
    value = value.strip()
    if not value.startswith(b'"'):
        return value
    inner = value[1:].removesuffix(b'"')
    return inner if _WINDOWS_PATH.match(inner) else _ESCAPED.sub(rb"\1", inner)


def _put_together(parameters: Mapping[str, bytes], name: str) -> str:
    """`name*0*=charset'lang'%xx`, `name*1=` and so on, in the order of their numbers."""
    first = 0 if f"{name}*0" in parameters or f"{name}*0*" in parameters else 1
    label: str | None = None
    joined = b""
    for number in range(first, MOST):
        key = f"{name}*{number}"
        piece = parameters.get(key + "*", parameters.get(key))
        if piece is None:
            break
        if key + "*" in parameters:
            charset, piece = _charset_of(piece) if number == first else (label, piece)
            label, piece = charset, unquote_to_bytes(piece)
        joined += piece
    return encoded.text_of(joined) if label is None else charsets.decode(joined, label)


def _with_charset(value: bytes) -> str:
    label, text = _charset_of(value)
    return charsets.decode(unquote_to_bytes(text), label)


def _charset_of(value: bytes) -> tuple[str, bytes]:
    """The character set and the text of `charset'language'text`."""
    charset, first, rest = value.partition(b"'")
    _language, second, text = rest.partition(b"'")
    return (charset.decode("ascii", "replace"), text) if first and second else ("", value)


def file_name(disposition: Valued, content_type: Valued) -> str:
    """The name of a file without any path, safe to show and to save; empty when it has none."""
    given = disposition.text("filename") or content_type.text("name")
    quoted = len(given) > 2 and given[0] == given[-1] == "'"
    return safe_name(given.strip("'") if quoted else given) if given else ""


def stated_name(disposition: Valued, content_type: Valued) -> str:
    """The name of a file by the letter, path and all; empty when it has none. Only to be told, never to save or show.

    By the letter a backslash only says that the next character counts, and a field without a value is none.
    """
    given = disposition.text("filename") if disposition.value else ""
    given = given or content_type.text("name")
    return _BACKSLASH.sub(r"\1", given) if given[1:3] == ":\\" else given


def safe_name(given: str) -> str:
    """A name without its path and without characters that systems or readers take for something else."""
    last = re.split(r"[/\\]", given.rstrip("/\\ "))[-1]
    return shortened(_UNSAFE.sub("_", last).strip(" ."))


def is_type(value: str) -> bool:
    """Whether it is written as a media type, in lower case."""
    return bool(_TYPE.fullmatch(value))


def shortened(name: str) -> str:
    """At most `LONGEST_NAME` characters, with the extension kept."""
    if len(name) <= LONGEST_NAME:
        return name
    stem, dot, extension = name.rpartition(".")
    tail = dot + extension if stem and len(extension) <= 16 else ""
    return name[: LONGEST_NAME - len(tail)] + tail
