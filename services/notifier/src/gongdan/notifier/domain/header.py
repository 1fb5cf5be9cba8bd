"""Mail header fields that cannot be broken out of, and that keep to the line lengths.

Written out by hand rather than with `email.policy`, which takes over a millisecond of processor time a mail.
Source: RFC 5322 sections 2.1.1 and 2.2.3, RFC 2047, RFC 2231.
"""

import base64
import re
from collections.abc import Iterator
from urllib.parse import quote

LINE = 76
WORD_BYTES = 42  # 56 in base64, 68 with `=?utf-8?b?` and `?=`: within the 75 that RFC 2047 allows
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
QUOTABLE = re.compile(r"[ !#-\[\]-~]{1,60}")
MEDIA_TYPE = re.compile(r"[A-Za-z0-9!#$&^_.+-]{1,60}/[A-Za-z0-9!#$&^_.+-]{1,60}")


def clean(text: str) -> str:
    """Text on one line: whatever could end a line or confuse a reader becomes one space."""
    return text.strip() if text.isprintable() else CONTROL.sub(" ", text).strip()


def field(name: str, text: str) -> str:
    """A field of plain text, encoded where it is not ASCII, folded where it is long. Ends with CRLF."""
    value = clean(text)
    if value.isascii() and "=?" not in value and all(len(word) < LINE for word in value.split(" ")):
        return _folded(name, value.split(" "))
    return _folded(name, list(_encoded_words(value)))


def structured(name: str, *parts: str) -> str:
    """A field of parts that may be folded between them. The parts must be clean; nothing is encoded."""
    return _folded(name, [clean(part) for part in parts])


def address(email: str, name: str | None) -> tuple[str, ...]:
    """The parts of a mailbox with its display name. `email` must be usable (see `addresses.is_usable`).

    A name is cut to one encoded word: readers disagree about the space between two in a name.
    """
    shown = clean(name or "")
    if not shown:
        return (email,)
    if QUOTABLE.fullmatch(shown) and "=?" not in shown:
        return (f'"{shown}"', f"<{email}>")
    return (next(_encoded_words(shown)), f"<{email}>")


def media_type(text: str) -> str:
    """A media type without parameters; `application/octet-stream` where it is not one."""
    plain = text.partition(";")[0].strip().lower()
    return plain if MEDIA_TYPE.fullmatch(plain) else "application/octet-stream"


def file_name(name: str) -> str:
    """The `filename` parameters of an attachment, for old and for new readers."""
    shown = clean(name).replace("/", "_").replace("\\", "_")[:150] or "file"
    plain = "".join(char if char.isascii() and char not in '"%' else "_" for char in shown)
    return f'filename="{plain}"' if plain == shown else f"filename*=UTF-8''{quote(shown, safe='')}"


def _folded(name: str, words: list[str]) -> str:
    lines, line = [], f"{name}:"
    for word in words:
        if len(line) + 1 + len(word) > LINE and line != f"{name}:":
            lines.append(line)
            line = ""
        line += f" {word}"
    return "\r\n".join([*lines, line]) + "\r\n"


def _encoded_words(text: str) -> Iterator[str]:
    """UTF-8 encoded words; no character is cut in two."""
    chunk, size = "", 0
    for char in text:
        width = len(char.encode())
        if size + width > WORD_BYTES:
            yield _encoded_word(chunk)
            chunk, size = "", 0
        chunk, size = chunk + char, size + width
    yield _encoded_word(chunk)


def _encoded_word(text: str) -> str:
    return f"=?utf-8?b?{base64.b64encode(text.encode()).decode()}?="
