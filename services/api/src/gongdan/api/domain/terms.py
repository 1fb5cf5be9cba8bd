"""What a search asks for: terms, each of which must be found in some text of the ticket that its reader may see.

| written | is found in texts that have |
| --- | --- |
| `refund` | a word that begins so, in singular or plural; words of one or two letters only as they are |
| `打印机` | these characters one after another |
| `打印机卡纸` | these, or pieces of two characters or more that make up all of it: 打印机又卡纸了 |
| `li.wei@example`, `A4纸` | these words one after another, the last as above |
| `"paper jam"` (also “…” and 「…」) | exactly these words one after another |
| `+86 138 0013 8000` | a telephone number with these digits in it |

A term says twice what it asks for: to the index as a tsquery, which lets through all that has the term and perhaps
more, and to us as a pattern, which decides.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from gongdan.api.domain.words import DENSE, IS_DENSE, LONGEST, RUNS, digits_of, folded, pairs
from gongdan.shared.errors import Complaint, FixInput

MOST_TERMS = 8
MOST_WORDS = 64
SHORTEST_BEGINNING = 3
SHORTEST_PHONE = 4
LOOSE = range(4, 13)
SPOKEN_PAUSES = str.maketrans(dict.fromkeys("，、。；：！？“”「」", " ") | dict.fromkeys("“”「」", '"'))
WRITTEN = re.compile(r'"(?P<quoted>[^"]*)"?|(?P<phone>\+\d[\d ().-]*\d)|(?P<plain>[^\s"]+)')
PHONE = re.compile(r"[\d+() .-]+")
NO_LETTER_BEFORE = rf"(?<![^\W_{DENSE}])"
NO_LETTER_AFTER = rf"(?![^\W_{DENSE}])"
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Term:
    """One of the things asked for. `query` and `loose_query` are tsqueries; `loose` may also be found in pieces."""

    pattern: re.Pattern[str]
    query: str
    loose: str = ""
    loose_query: str = ""
    digits: str = ""

    @property
    def words(self) -> int:
        """How many words it has the index look up."""
        return (self.query + self.loose_query).count("'") // 2

    @property
    def widest_query(self) -> str:
        """What lets through all that may have it."""
        return self.loose_query or self.query

    @property
    def plain(self) -> bool:
        """Whether the index alone can say where it is."""
        return self.words == 1

    def spans(self, text: str) -> list[Span]:
        """Where it is in a folded text; empty where it is not."""
        whole = [match.span() for match in self.pattern.finditer(text)]
        if whole or not self.loose:
            return whole
        pieces = _pieces(self.loose, text)
        return [match.span() for piece in pieces or () for match in _one_after_another(piece).finditer(text)]

    def in_phone(self, number: str) -> bool:
        """Whether a telephone number has its digits."""
        return bool(self.digits) and self.digits in digits_of(number)


def terms_of(text: str) -> tuple[Term, ...]:
    """The terms of a search. Raises FixInput where there are none, or too many."""
    found = {
        term.query: term for match in WRITTEN.finditer(folded(text.translate(SPOKEN_PAUSES))) if (term := _term(match))
    }
    terms = tuple(found.values())
    if not terms:
        raise _unfit("has no letter and no digit", "write at least one word, name or number")
    if len(terms) > MOST_TERMS:
        raise _unfit(f"has {len(terms)} terms", f"write at most {MOST_TERMS}, or put what belongs together in quotes")
    if sum(term.words for term in terms) > MOST_WORDS:
        raise _unfit("is too long", "write fewer words, or a shorter run of characters")
    return terms


def _unfit(problem: str, cure: str) -> FixInput:
    return FixInput("invalid-input", "that cannot be searched for", Complaint("q", problem, cure))


def _term(match: re.Match[str]) -> Term | None:
    quoted = match["quoted"] is not None
    text = match["quoted"] if quoted else match[0]
    runs = ["".join(run.split()) for run in RUNS.findall(text)]
    if not runs:
        return None
    digits = digits_of(text) if PHONE.fullmatch(text) else ""
    digits = digits if len(digits) >= SHORTEST_PHONE else ""
    loose = runs[0] if not quoted and len(runs) == 1 and IS_DENSE.match(runs[0]) and len(runs[0]) in LOOSE else ""
    return Term(
        pattern=_pattern(runs, open_end=not quoted),
        query=_query(runs, open_end=not quoted) if len(runs) == 1 or not digits else _either(runs, digits),
        loose=loose,
        loose_query=_loosely(loose) if loose else "",
        digits=digits,
    )


def _query(runs: Sequence[str], *, open_end: bool) -> str:
    """What the index is asked: all of the words."""
    last = len(runs) - 1
    return " & ".join(_asked(run, open_end=open_end and place == last) for place, run in enumerate(runs))


def _either(runs: Sequence[str], digits: str) -> str:
    return f"({_query(runs, open_end=True)}) | '{digits[:LONGEST]}':*"


def _asked(run: str, *, open_end: bool) -> str:
    if IS_DENSE.match(run):
        inner = list(pairs(run))[:-1]
        return " & ".join(f"'{pair}'" for pair in inner) or f"'{run}':*"
    if not _begins(run, open_end=open_end):
        return f"'{run[:LONGEST]}'"
    return "(" + " | ".join(f"'{form[:LONGEST]}':*" for form in _forms(run)) + ")"


def _loosely(run: str) -> str:
    """Pieces of two or more: the first and the last pair are there, and of each two neighbouring ones either."""
    first, *middle, last = (f"'{pair}'" for pair in list(pairs(run))[:-1])
    gaps = (f"({one} | {two})" for one, two in pairwise(middle))
    return " & ".join([first, *gaps, last])


def _pattern(runs: Sequence[str], *, open_end: bool) -> re.Pattern[str]:
    parts: list[str] = []
    for place, run in enumerate(runs):
        if place:
            dense = IS_DENSE.match(run) or IS_DENSE.match(runs[place - 1])
            parts.append(r"[\W_]*" if dense else r"[\W_]+")
        parts.append(_part(run, open_end=open_end and place == len(runs) - 1))
    return re.compile("".join(parts))


def _part(run: str, *, open_end: bool) -> str:
    if IS_DENSE.match(run):
        return r"\s*".join(run)
    if not _begins(run, open_end=open_end):
        return f"{NO_LETTER_BEFORE}{run}{NO_LETTER_AFTER}"
    return f"{NO_LETTER_BEFORE}(?:{'|'.join(_forms(run))})"


def _begins(run: str, *, open_end: bool) -> bool:
    return open_end and len(run) >= SHORTEST_BEGINNING


def _forms(word: str) -> tuple[str, ...]:
    """The beginnings by which an English word is found in singular and plural; of any other word itself."""
    if not (word.isascii() and word.isalpha() and len(word) > SHORTEST_BEGINNING):
        return (word,)
    if word.endswith("ies"):
        return (word[:-3] + "y", word)
    if word.endswith(("sses", "xes", "ches", "shes", "zes")):
        return (word[:-2],)
    if word.endswith("y") and word[-2] not in "aeiou":
        return (word, word[:-1] + "ies")
    return (word[:-1],) if word.endswith("s") and not word.endswith(("ss", "us", "is")) else (word,)


def _pieces(run: str, text: str) -> tuple[str, ...] | None:
    """The run cut into pieces of two characters or more that are all in the text, the first as long as can be."""
    return next(_cuts(run, text), None)


def _cuts(run: str, text: str) -> Iterator[tuple[str, ...]]:
    if not run:
        yield ()
    for size in range(len(run), 1, -1):
        if len(run) - size != 1 and _one_after_another(run[:size]).search(text):
            yield from ((run[:size], *rest) for rest in _cuts(run[size:], text))


@lru_cache(maxsize=1024)
def _one_after_another(run: str) -> re.Pattern[str]:
    return re.compile(r"\s*".join(run))
