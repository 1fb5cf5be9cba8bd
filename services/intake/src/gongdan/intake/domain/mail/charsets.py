"""Bytes of a mail to text, whatever their label says. Never raises; what cannot be read becomes U+FFFD.

Labels lie in known ways: gb2312 on GBK text, us-ascii on anything, latin-1 on Windows code pages. Each is read
as the larger set that contains it. Source: WHATWG Encoding Standard, section 4.2 for the aliases.
"""

import re

from charset_normalizer import from_bytes

SAMPLE = 16_384

_LARGER_SET = {
    "gb2312": "gb18030",
    "gb_2312-80": "gb18030",
    "gb231280": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "cp936": "gb18030",
    "ms936": "gb18030",
    "windows-936": "gb18030",
    "euc-cn": "gb18030",
    "chinese": "gb18030",
    "hz-gb-2312": "hz",
    "big5": "big5hkscs",
    "x-big5": "big5hkscs",
    "euc-kr": "cp949",
    "ks_c_5601-1987": "cp949",
    "ksc5601": "cp949",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "iso-2022-jp": "iso2022_jp_ext",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-9": "cp1254",
    "windows-874": "cp874",
    "tis-620": "cp874",
    "x-mac-roman": "mac-roman",
    "unicode-1-1-utf-7": "utf-7",
    "utf8": "utf-8",
    "utf8mb4": "utf-8",
    "utf-8-sig": "utf-8",
    "cp65001": "utf-8",
}
_SAYS_NOTHING = {"", "us-ascii", "ascii", "ansi_x3.4-1968", "default", "unknown", "unknown-8bit", "x-unknown", "8bit"}
# codecs that are no character sets; some of them need quadratic time
_NOT_CHARSETS = {
    "idna",
    "punycode",
    "unicode_escape",
    "unicode-escape",
    "raw_unicode_escape",
    "undefined",
    "mbcs",
    "oem",
}
_HIGH = re.compile(rb"[\x80-\xff]+")
_COMMON_PAIR = re.compile(rb"[\xa1-\xa3\xb0-\xd7][\xa1-\xfe]")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff\ud800-\udfff]")


def decode(raw: bytes, label: str | None = None) -> str:
    """`raw` as text with `\\n` line ends: by its label, else as UTF-8, else by the likeliest guess."""
    return clean(_decode(raw, codec_of(label)))


def codec_of(label: str | None) -> str | None:
    """The codec for a label of a mail; None when the label says nothing."""
    name = (label or "").strip("\"' \t\r\n").lower()
    if name in _SAYS_NOTHING or name in _NOT_CHARSETS or len(name) > 40:
        return None
    return _LARGER_SET.get(name, name)


def clean(text: str) -> str:
    """Without controls, byte order marks and halves of pairs, none of which PostgreSQL or JSON could keep."""
    return _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _decode(raw: bytes, codec: str | None) -> str:
    for candidate in dict.fromkeys((codec or "utf-8", "utf-8")):
        text = _strictly(raw, candidate)
        if text is not None:
            return text
    return _by_guess(raw) if codec is None or not _exists(codec) else raw.decode(codec, "replace")


def _strictly(raw: bytes, codec: str) -> str | None:
    try:
        return raw.decode(codec)
    except (LookupError, UnicodeError, ValueError):
        return None


def _exists(codec: str) -> bool:
    try:
        b" ".decode(codec)
    except (LookupError, UnicodeError, ValueError):
        return False
    return True


def _by_guess(raw: bytes) -> str:
    if _looks_chinese(raw[:SAMPLE]) and (text := _strictly(raw, "gb18030")) is not None:
        return text
    best = from_bytes(raw[:SAMPLE], enable_fallback=False).best() if len(raw) >= 32 else None
    return raw.decode(best.encoding if best else "cp1252", "replace")


def _looks_chinese(raw: bytes) -> bool:
    """Whether most high bytes are pairs of GB 2312's common characters; in Western text they stand alone."""
    high = sum(map(len, _HIGH.findall(raw)))
    return 20 * len(_COMMON_PAIR.findall(raw)) >= 7 * high > 0
