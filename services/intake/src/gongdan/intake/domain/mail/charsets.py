"""Bytes of a mail to text, whatever their label says. Never raises; what cannot be read becomes U+FFFD.

Labels lie in known ways: gb2312 on GBK text, us-ascii on anything, latin-1 on Windows code pages or UTF-8. Each is
read as the larger set that contains it; where that fails, the set is found by what the bytes look like.
Source: WHATWG Encoding Standard, section 4.2 for the aliases.
"""

import codecs
import re
from collections.abc import Iterator
from functools import lru_cache
from unicodedata import normalize

from chardetng_py import detect

SAMPLE = 4_096
"""Bytes from the first that is not ASCII, by which a set is found."""

LONGEST_LABEL = 60

SHORT = 12
"""Bytes by which no set can be told from its neighbours."""

MANY = 2
"""Characters of three bytes that are read as UTF-8 whatever the label says, where all the rest can be as well."""

_LARGER_SET = {
    "gb2312": "gb18030",
    "gb_2312-80": "gb18030",
    "gb231280": "gb18030",
    "gbk": "gb18030",
    "gb18030-2000": "gb18030",
    "cp936": "gb18030",
    "ms936": "gb18030",
    "euc-cn": "gb18030",
    "chinese": "gb18030",
    "hz-gb-2312": "hz",
    "big5": "big5hkscs",
    "big-5": "big5hkscs",
    "big5-hkscs": "big5hkscs",
    "cp950": "big5hkscs",
    "euc-kr": "cp949",
    "ks_c_5601-1987": "cp949",
    "ks_c_5601": "cp949",
    "ksc5601": "cp949",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "ms_kanji": "cp932",
    "cp31j": "cp932",
    "x-euc-jp": "euc_jp",
    "cp51932": "euc_jp",
    "iso-2022-jp": "iso2022_jp_ext",
    "cp50220": "iso2022_jp_ext",
    "cp50221": "iso2022_jp_ext",
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "iso_8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "l1": "cp1252",
    "ansi": "cp1252",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-8-e": "iso-8859-8",
    "iso-8859-9": "cp1254",
    "iso-8859-11": "cp874",
    "tis-620": "cp874",
    "macintosh": "mac-roman",
    "mac-ukrainian": "mac-cyrillic",
    "mac-ce": "mac-latin2",
    "koi": "koi8-r",
    "koi8": "koi8-r",
    "koi8-ru": "koi8-u",
    "unicode-1-1-utf-7": "utf-7",
    "unicode-1-1-utf-8": "utf-8",
    "utf8": "utf-8",
    "utf8mb4": "utf-8",
    "utf-8-sig": "utf-8",
    "cp65001": "utf-8",
    "cp1200": "utf-16-le",
    "cp1201": "utf-16-be",
    "unicode": "utf-16",
    "ucs-2": "utf-16",
    "iso-10646-ucs-2": "utf-16",
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
# Sets with more characters than the one that is meant; asked only after it, for they read some bytes differently.
_EXTENDED = {"euc_jp": "euc_jis_2004", "cp932": "shift_jis_2004"}
_ASCII_WITHIN = {None, "utf-8", "gb18030", "big5hkscs", "cp949", "cp932", "euc_jp", "cp1252", "cp1254", "koi8-r"}
_CODE_PAGE = re.compile(r"(?:x-)?(?:windows|win|cp|ibm)[-_ ]?(\d{3,5})")
_SINGLE_BYTE = re.compile(r"cp125\d|iso[-_]?8859.*|koi8.*|mac.*|latin.*")
_WESTERN = {"cp1252", "iso-8859-15", "iso8859-15", "latin-9"}
_PAIRS = {"gb18030", "big5hkscs", "cp949", "euc_jp", "euc-jp"}
_TWO_BYTES = {"gb18030", "big5hkscs", "cp949", "cp932", "euc_jp"}
_THREE_BYTES = re.compile(rb"[\xe1-\xef][\x80-\xbf][\x80-\xbf]")
# Sets that write accents as characters of their own.
_APART = {"cp1258"}
_BYTE_ORDER = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_HIGH = re.compile(rb"[\x80-\xff]+")
_NOT_ASCII = re.compile(rb"[\x80-\xff]")
_COMMON_PAIR = re.compile(rb"[\xa1-\xa3\xb0-\xd7][\xa1-\xfe]")
_JIS_ESCAPE = re.compile(rb"\x1b(?:\$[@B]|\([BJI])")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff\ud800-\udfff]")
_CONTROL_BYTES = bytes({*range(32), 127} - {*b"\t\n\r"})


def decode(raw: bytes, label: str | None = None) -> str:
    """`raw` as text with `\\n` line ends: by its label, else as UTF-8, else by the likeliest guess."""
    return clean(_decode(raw, codec_of(label)))


@lru_cache(maxsize=256)
def codec_of(label: str | None) -> str | None:
    """The codec for a label of a mail; None when the label says nothing."""
    name = (label or "")[:LONGEST_LABEL].strip("\"' \t\r\n").lower().partition(";")[0]
    if name in _SAYS_NOTHING or name in _NOT_CHARSETS or len(name) == LONGEST_LABEL:
        return None
    if page := _CODE_PAGE.fullmatch(name):
        name = f"cp{page[1]}"
    known = name if name in _LARGER_SET else name.removeprefix("x-")
    return _LARGER_SET.get(known, known)


def clean(text: str) -> str:
    """Without controls, byte order marks and halves of pairs, none of which PostgreSQL or JSON could keep."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROLS.sub("", text) if _needs_cleaning(text) else text


def _needs_cleaning(text: str) -> bool:
    """Whether anything is to be taken out. Bytes are looked through in half the time that characters take."""
    if text.isprintable():
        return False
    try:
        raw = text.encode()
    except UnicodeEncodeError:
        return True
    return "\ufeff" in text or len(raw.translate(None, _CONTROL_BYTES)) < len(raw)


def _decode(raw: bytes, codec: str | None) -> str:
    if codec in _ASCII_WITHIN and raw.isascii():
        return _japanese(raw) or raw.decode("ascii")
    if raw[:2] in _BYTE_ORDER and (text := _strictly(raw, "utf-16")):
        return text
    if codec is None:
        return _strictly(raw, "utf-8") or _japanese(raw) or _by_look(raw)
    text = _strictly(raw, codec)
    if text is not None:
        return _mislabelled(raw, codec) or (normalize("NFC", text) if codec in _APART else text)
    return next(filter(None, _otherwise(raw, codec)), None) or _by_look(raw)


def _otherwise(raw: bytes, codec: str) -> Iterator[str | None]:
    """Readings of bytes that their label cannot read."""
    yield _japanese(raw) or _strictly(raw, "utf-8") or (_cut_short(raw) if codec == "utf-8" else None)
    if codec in _EXTENDED:
        yield _strictly(raw, _EXTENDED[codec])
    if _exists(codec):
        text = raw.decode(codec, "replace")
        sound = text.rstrip("\ufffd")
        strange = len(sound) - len(sound.encode("ascii", "ignore"))
        yield text if (2 if codec == "utf-8" else 10) * sound.count("\ufffd") < strange else None


def _mislabelled(raw: bytes, codec: str) -> str | None:
    """Text under a label that can read its bytes and yet lies; None where the label may well be right."""
    if codec.startswith("utf-16") and b"\0" not in raw:
        return _strictly(raw, "utf-8")
    if raw.isascii():
        return None
    if codec in _TWO_BYTES:
        return _strictly(raw, "utf-8") if len(_THREE_BYTES.findall(raw, 0, SAMPLE)) >= MANY else None
    if _SINGLE_BYTE.fullmatch(codec):
        text = _strictly(raw, "utf-8")
        return _by_pairs(raw) if text is None and codec in _WESTERN else text
    return None


def _strictly(raw: bytes, codec: str) -> str | None:
    try:
        return raw.decode(codec)
    except (LookupError, UnicodeError, ValueError):
        return None


def _cut_short(raw: bytes) -> str | None:
    """UTF-8 that ends inside a character."""
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        whole = raw[: error.start]
        return f"{whole.decode()}\ufffd" if error.reason == "unexpected end of data" else None


def _exists(codec: str) -> bool:
    try:
        b" ".decode(codec)
    except (LookupError, UnicodeError, ValueError):
        return False
    return True


def _japanese(raw: bytes) -> str | None:
    """ISO-2022-JP, which is ASCII with escapes, also with the characters that vendors added to its second row."""
    if b"\x1b" not in raw or not _JIS_ESCAPE.search(raw):
        return None
    newer = raw.replace(b"\x1b$B", b"\x1b$(Q")
    return _strictly(raw, "iso2022_jp_ext") or _strictly(newer, "iso2022_jp_2004")


def _by_look(raw: bytes) -> str:
    """By the first `SAMPLE` bytes that say something; too few to tell Chinese from Korean are Chinese."""
    sample = _sample(raw)
    if len(sample) < SHORT and _in_pairs(sample) and (text := _strictly(raw, "gb18030")) is not None:
        return text
    codec = codec_of(detect(sample)) or "utf-8"
    return raw.decode(codec if _exists(codec) else "cp1252", "replace")


def _by_pairs(raw: bytes) -> str | None:
    """Text of a set that writes characters as pairs of bytes, which Western text hardly ever looks like."""
    sample = _sample(raw)
    codec = codec_of(detect(sample)) if _in_pairs(sample) else None
    return _strictly(raw, codec) if codec in _PAIRS else None


def _in_pairs(sample: bytes) -> bool:
    """Whether bytes that are not ASCII come in even numbers, most of them pairs of common characters."""
    runs = [len(run) for run in _HIGH.findall(sample)]
    uneven = sum(length % 2 for length in runs[:-1])
    return 20 * len(_COMMON_PAIR.findall(sample)) >= 7 * sum(runs) > 0 and 10 * uneven <= len(runs)


def _sample(raw: bytes) -> bytes:
    first = _NOT_ASCII.search(raw)
    return raw[first.start() : first.start() + SAMPLE] if first else b""
