"""Content transfer encodings, read leniently: what is broken is left out, the rest is kept. Never raises.

Source: RFC 2045 section 6; uuencode as in POSIX.1.
"""

import binascii
import re

import pybase64

MOST_BLOCKS = 1_000

_NOT_BASE64 = bytes(set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="))
_BEGIN = re.compile(rb"^begin [0-7]{3,4} [^\r\n]*\r?\n", re.MULTILINE)


def decode(raw: bytes, encoding: str) -> bytes:
    """The content of a body in a transfer encoding; an unknown one is taken as it stands."""
    match encoding.strip().lower():
        case "base64":
            return base64(raw)
        case "quoted-printable":
            return quoted(raw)
        case "x-uuencode" | "uuencode" | "x-uue":
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


def _block(block: bytes) -> bytes:
    whole = block[:-1] if len(block) % 4 == 1 else block
    return pybase64.b64decode(whole + b"=" * (-len(whole) % 4))


def quoted(raw: bytes) -> bytes:
    """Quoted-printable; a stray `=` stays as it is."""
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
