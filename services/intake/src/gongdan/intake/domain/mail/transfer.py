"""Content transfer encodings, read leniently: what is broken is left out, the rest is kept. Never raises.

Source: RFC 2045 section 6; uuencode as in POSIX.1.
"""

import binascii
import re

import pybase64

MOST_BLOCKS = 1_000

_NOT_BASE64 = bytes(set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="))
_BASE64_LINES = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=\r\n"
_BASE64_LINE = re.compile(rb"(?:[A-Za-z0-9+/]*={0,2}[ \t]*\r*\n)*+(?:[A-Za-z0-9+/]+={1,2})?")
_APART = re.compile(rb"[^\s][ \t]{1,8}[^\s]")
_SOFT_BREAK = re.compile(rb"=[ \t]{1,99}(?=\r?\n)")
_SEPARATORS = str.maketrans("", "", "-_, \t\r\n")
_BEGIN = re.compile(rb"^begin [0-7]{3,4} [^\r\n]*\r?\n", re.MULTILINE)


def decode(raw: bytes, encoding: str, is_text: bool = False) -> bytes:
    """The content of a body in a transfer encoding; an unknown one is taken as it stands."""
    match encoding.translate(_SEPARATORS).lower():
        case "base64" | "b64":
            return base64_text(raw) if is_text else base64(raw)
        case "quotedprintable" | "qp":
            return quoted(raw)
        case "xuuencode" | "uuencode" | "xuue" | "uue":
            return uuencoded(raw)
    return raw


def base64(raw: bytes) -> bytes:
    """Also several padded blocks one after another, foreign characters between, and a missing end."""
    padding = raw.find(b"=")
    if padding < 0 or not raw[padding:].strip(b"= \t\r\n"):
        try:
            return pybase64.b64decode(raw)
        except binascii.Error:
            pass
    *blocks, rest = raw.translate(None, _NOT_BASE64).split(b"=", MOST_BLOCKS)
    return b"".join(map(_block, blocks)) + _block(rest.replace(b"=", b""))


def base64_text(raw: bytes) -> bytes:
    """Base64 that holds a text; from where words stand that decode to none, what follows is text as it stands.

    So are footers that were added on the way, and bodies that only say to be in base64.
    """
    if not raw.translate(None, _BASE64_LINES):
        return base64(raw)
    lines = _BASE64_LINE.match(raw)
    end = lines.end() if lines else 0
    rest = raw[end:]
    if not _APART.search(rest) or _is_text(base64(rest)):
        return base64(raw)
    first = base64(raw[:end])
    return first + b"\n" + rest if first else rest


def _is_text(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


def _block(block: bytes) -> bytes:
    whole = block[:-1] if len(block) % 4 == 1 else block
    return pybase64.b64decode(whole + b"=" * (-len(whole) % 4))


def quoted(raw: bytes) -> bytes:
    """Quoted-printable; a stray `=` stays as it is, and white space after a soft line break is none of the text."""
    if b"= " in raw or b"=\t" in raw:
        raw = _SOFT_BREAK.sub(b"=", raw)
    return binascii.a2b_qp(raw)


def uuencoded(raw: bytes) -> bytes:
    """The first uuencoded file of a body; the body itself when there is none."""
    begin = _BEGIN.search(raw)
    if not begin:
        return raw
    content = bytearray()
    for line in raw[begin.end() :].splitlines():
        if line.strip() in (b"end", b"`", b""):
            break
        content += _uu_line(line)
    return bytes(content)


def _uu_line(line: bytes) -> bytes:
    try:
        return binascii.a2b_uu(line)
    except binascii.Error:
        return _uu_line_cut(line)


def _uu_line_cut(line: bytes) -> bytes:
    """Some encoders pad the last group wrongly: read as many characters as the length byte asks for."""
    wanted = (((line[0] - 32) & 63) * 4 + 5) // 3
    try:
        return binascii.a2b_uu(line[:wanted])
    except binascii.Error:
        return b""
