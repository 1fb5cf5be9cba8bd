"""The words that a text is found by.

Chinese and Japanese are written without spaces, and what is a word there depends on who reads. So no dictionary is
asked: each two neighbouring characters are a word (三楼, 楼打, 打印, 印机 …), and the last character of a run by
itself. Any part of a run of two characters or more is then found by its pairs, whatever it means, names and new words
included, with nothing to load at start; a single character by what begins with it. Of other scripts a word is what
stands between spaces and signs. Case, width, Latin accents, and whether characters are traditional or simplified make
no difference.

Limits: a word counts by its first LONGEST characters, a text by its first MOST_CHARACTERS.
"""

import re
import unicodedata
from collections.abc import Iterator
from operator import add

from gongdan.api.domain.characters import SIMPLIFIED

LONGEST = 40
MOST_CHARACTERS = 20_000
SHORTEST_END_OF_PHONE = 4
# Han, kana, Hangul, and what marks repetition among them.
DENSE = (
    "\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
)
# Lines of a mail are broken anywhere, so white space ends no run of dense characters.
RUNS = re.compile(rf"[{DENSE}](?:\s*[{DENSE}])*|[^\W_{DENSE}]+")
IS_DENSE = re.compile(f"[{DENSE}]")
DIGITS = re.compile(r"\D+")
BASIC_PLANE = 0x10000


class _Folding(dict[int, str]):
    """What stands for a character when texts are compared, by code point, for `str.translate`."""

    def __missing__(self, code: int) -> str:
        found = _folded(chr(code))
        if code < BASIC_PLANE:
            self[code] = found
        return found


def _folded(character: str) -> str:
    plain = unicodedata.normalize("NFKC", character.casefold())
    parts = unicodedata.normalize("NFKD", plain)
    accented = parts[:1].isascii() and len(parts) > 1
    if accented:
        return "".join(part for part in parts if not unicodedata.combining(part))
    return "".join(SIMPLIFIED.get(part, part) for part in plain)


FOLDING = _Folding()


def folded(text: str) -> str:
    """A text as it is compared. One character may become several, or none."""
    return unicodedata.normalize("NFC", text).translate(FOLDING)


def words_of(text: str) -> set[str]:
    """The words of a text."""
    found: set[str] = set()
    for run in RUNS.findall(folded(text[:MOST_CHARACTERS])):
        if IS_DENSE.match(run):
            found.update(pairs("".join(run.split())))
        else:
            found.add(run[:LONGEST])
    return found


def pairs(run: str) -> Iterator[str]:
    """The words of a run of dense characters: its pairs, and its last character."""
    yield from map(add, run, run[1:])
    yield run[-1:]


def words_of_phone(number: str) -> set[str]:
    """The words of a telephone number: its ends, so that it is found by any digits of it that follow each other."""
    digits = digits_of(number)[:LONGEST]
    return {digits[place:] for place in range(len(digits) - SHORTEST_END_OF_PHONE + 1)}


def digits_of(text: str) -> str:
    """Only the digits."""
    return DIGITS.sub("", text)
