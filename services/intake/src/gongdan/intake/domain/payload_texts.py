"""What a payload says, in whichever charset it is written: partners' programs are of all ages and countries.

A body counts as UTF-8; where it is not, its label counts, then how it looks. Nothing here is for signatures, which are
over bytes.
"""

import re
from urllib.parse import parse_qsl

from python_multipart.multipart import parse_options_header

from gongdan.intake.domain import limits
from gongdan.intake.domain.mail import charsets

_DECLARED = re.compile(rb"""\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,60})["']""")
_DECLARATION = re.compile(r"\s*<\?xml[^>]*\?>")
# Every escape in JSON, so that none begins in the middle of another.
_ESCAPE = re.compile(r"\\(?:u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}|u[\da-fA-F]{4}|.)", re.DOTALL)
_HALF = re.compile(r"\\u[dD][89a-fA-F][\da-fA-F]{2}")


def charset_of(content_type: str) -> str | None:
    """The charset that a body is labelled with."""
    if "charset" not in content_type.lower():
        return None
    found = parse_options_header(content_type)[1].get(b"charset")
    return found.decode("latin-1") if found else None


def text_of(body: bytes, label: str | None) -> str:
    """A body as text."""
    return charsets.decode(body, label or "utf-8")


def pairs_of(body: bytes, label: str | None) -> list[tuple[str, str]]:
    """The pairs of a form in their order. Raises ValueError when there are too many."""
    pairs = parse_qsl(
        body.decode("latin-1"), keep_blank_values=True, max_num_fields=limits.PAYLOAD_FIELDS, encoding="latin-1"
    )
    return [(_again(name, label), _again(value, label)) for name, value in pairs]


def json_of(body: bytes, label: str | None) -> bytes:
    """JSON that was refused as it is, in UTF-8 and without halves of characters, which texts that were cut leave."""
    return _ESCAPE.sub(_whole, text_of(body, label)).encode()


def xml_of(body: bytes, label: str | None) -> bytes:
    """XML in UTF-8. Its label goes before its declaration. Source: RFC 7303 section 3."""
    codec = _xml_codec(body, label)
    if codec is None or codec.startswith("utf"):
        return body
    return _DECLARATION.sub("", charsets.decode(body, codec), count=1).encode()


def bytes_of(content_type: str, text: str) -> bytes:
    """The inverse: a body as its partner would have written it; in UTF-8 where its charset has no such letters."""
    body = text.encode()
    codec = _xml_codec(body, charset_of(content_type))
    try:
        return text.encode(codec) if codec else body
    except (LookupError, UnicodeEncodeError):
        return body


def _xml_codec(body: bytes, label: str | None) -> str | None:
    declared = _DECLARED.match(body)
    return charsets.codec_of(label) or charsets.codec_of(declared[1].decode() if declared else None)


def _again(text: str, label: str | None) -> str:
    return text if text.isascii() else text_of(text.encode("latin-1"), label)


def _whole(escape: re.Match[str]) -> str:
    return r"\ufffd" if _HALF.fullmatch(escape[0]) else escape[0]
