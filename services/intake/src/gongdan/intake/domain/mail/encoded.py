"""Header values to text: encoded words (RFC 2047) also where they are cut inside a character, and bare 8-bit text.

Limits: one header value is read up to `LONGEST` bytes. Never raises. Neighbouring words of one character set
are joined as bytes before they are decoded, because many senders cut inside a character.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from gongdan.intake.domain.mail import charsets, transfer

LONGEST = 65_536
SHORT = 2_000
_START = b"=?"
# The text may hold a `?` of its own, which the standard forbids; it ends before the next `=?` at the latest.
_WORD = re.compile(rb"=\?([^?\s*]{1,40})(?:\*[^?\s]{0,20})?\?([bBqQ])\?((?:[^?=]|\?(?!=)|=(?!\?(?!=)))*)\?=")


def text_of(raw: bytes) -> str:
    """One line of text, white space collapsed."""
    raw = raw[:LONGEST]
    if raw.isascii() and _START not in raw and (text := raw.decode("ascii")).isprintable():
        return " ".join(text.split())
    return _again(raw) if len(raw) <= SHORT else _decoded(raw)


def _decoded(raw: bytes) -> str:
    return " ".join("".join(_pieces(raw)).split())


# One value is asked for several times while its mail is read.
_again = lru_cache(maxsize=64)(_decoded)


def _pieces(raw: bytes) -> Iterator[str]:
    end = 0
    words: list[tuple[str, str, bytes]] = []
    for match in _WORD.finditer(raw):
        between = raw[end : match.start()]
        if not words or between.strip(b" \t\r\n"):
            yield from _joined(words)
            words = []
            yield charsets.decode(between)
        label, kind, text = match.groups()
        words.append((label.decode("ascii", "replace"), kind.decode().lower(), text))
        end = match.end()
    yield from _joined(words)
    yield charsets.decode(raw[end:])


def _joined(words: list[tuple[str, str, bytes]]) -> Iterator[str]:
    """Decode a run of neighbouring words, those of one character set together."""
    at = 0
    while at < len(words):
        label = words[at][0]
        codec = charsets.codec_of(label)
        same = at
        while same < len(words) and charsets.codec_of(words[same][0]) == codec:
            same += 1
        yield charsets.decode(_bytes_of(words[at:same]), label)
        at = same


def _bytes_of(words: list[tuple[str, str, bytes]]) -> bytes:
    """The bytes of words; base64 without padding goes on in the next word."""
    done: list[bytes] = []
    open_base64: list[bytes] = []
    for _, kind, text in words:
        if kind == "b":
            open_base64.append(text)
            if not text.rstrip().endswith(b"="):
                continue
        done.append(transfer.base64(b"".join(open_base64)))
        open_base64 = []
        if kind == "q":
            done.append(transfer.quoted(text.replace(b"_", b"=20")))
    return b"".join([*done, transfer.base64(b"".join(open_base64))])
