"""Which tickets are found by which of their texts, and what is shown of those.

Asked are only texts that the reader may see: a ticket's own come from the ticket as it was redacted, what was said on
it is handed in by the field that governs it. So nothing hidden can make a hit, whatever an index lets through.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from uuid import UUID

from pydantic import JsonValue

from gongdan.api.domain.option_titles import NO_TITLES, OptionTitles
from gongdan.api.domain.terms import Span, Term
from gongdan.api.domain.views import Piece, Snippet, Ticket
from gongdan.api.domain.words import FOLDING, MOST_CHARACTERS, folded, words_of, words_of_phone
from gongdan.shared.access.fields import FORM_FIELD

NUMBER = "number"
SUBJECT = "subject"
REQUESTER = "requester"
MESSAGES = "messages"
NOTES = "notes"
MOST_OWN_TEXTS = 200
MOST_FILES = 50
MOST_SNIPPETS = 3
BEFORE, WIDTH = 30, 140
CUT = "…"


@dataclass(frozen=True, slots=True)
class Text:
    """A text of a ticket, with the field that governs it. `event_id`: the event of the timeline that it was said in."""

    field: str
    text: str
    event_id: UUID | None = None
    is_phone: bool = False

    @property
    def words(self) -> set[str]:
        """What the index has of it."""
        return words_of(self.text) | (words_of_phone(self.text) if self.is_phone else set())


def own_texts(ticket: Ticket, titles: OptionTitles = NO_TITLES) -> Iterator[Text]:
    """What a ticket says of itself; of a redacted one, what of that is shown. Titles are shown with their answers."""
    yield Text(NUMBER, ticket.number)
    if ticket.subject:
        yield Text(SUBJECT, ticket.subject)
    if who := ticket.requester:
        named = ((who.name, False), (who.email, False), (who.phone, True), (who.id, False))
        yield from (Text(REQUESTER, text, is_phone=is_phone) for text, is_phone in named if text)
    values = ((name, text) for name, value in ticket.fields.items() for text in _texts_in(value))
    answers = ((name, text) for name, value in values for text in (value, *titles.of(ticket.workspace, name, value)))
    yield from (Text(FORM_FIELD + name, text) for name, text in islice(answers, MOST_OWN_TEXTS))


def said_texts(field: str, text: str, files: Sequence[str], event_id: UUID | None = None) -> Iterator[Text]:
    """What a message says, and the names of its files: who may read the one may read the other."""
    yield Text(field, text, event_id)
    yield from (Text(field, name, event_id) for name in islice(files, MOST_FILES))


def _texts_in(value: JsonValue) -> Iterator[str]:
    match value:
        case bool() | None:
            return
        case str() | int() | float():
            yield str(value)
        case list():
            yield from (text for one in value for text in _texts_in(one))
        case dict():
            yield from (text for one in value.values() for text in _texts_in(one))


def found_in(terms: Sequence[Term], texts: Iterable[Text]) -> list[Snippet]:
    """What shows where the terms are, the first text of each; empty unless each of them is somewhere."""
    wanted = dict.fromkeys(terms)
    shown: list[_Marked] = []
    for text in texts:
        marked = _marked(terms, text)
        fresh = [term for term in wanted if term in marked.found]
        if fresh:
            shown.append(marked)
            for term in fresh:
                del wanted[term]
        if not wanted:
            return [one.snippet() for one in shown[:MOST_SNIPPETS]]
    return []


@dataclass(frozen=True, slots=True)
class _Marked:
    """A text with where terms are in it, by its own characters."""

    of: Text
    text: str
    found: frozenset[Term]
    spans: tuple[Span, ...]

    def snippet(self) -> Snippet:
        first = self.spans[0][0]
        start = max(0, first - BEFORE) if len(self.text) > WIDTH else 0
        end = min(len(self.text), start + WIDTH)
        pieces = [*_pieces(self.text, self.spans, start, end)]
        if start:
            pieces.insert(0, Piece(text=CUT))
        if end < len(self.text):
            pieces.append(Piece(text=CUT))
        return Snippet(field=self.of.field, event_id=self.of.event_id, pieces=pieces)


def _marked(terms: Sequence[Term], of: Text) -> _Marked:
    text = unicodedata.normalize("NFC", " ".join(of.text[:MOST_CHARACTERS].split()))
    compared = folded(text)
    spans = {term: term.spans(compared) for term in terms}
    found = frozenset(term for term in terms if spans[term] or (of.is_phone and term.in_phone(text)))
    every = [span for term in found for span in (spans[term] or [(0, len(compared))])]
    return _Marked(of, text, found, tuple(_apart(_unfolded(text, every))))


def _unfolded(text: str, spans: Sequence[Span]) -> list[Span]:
    """Places in a folded text as places in the text."""
    if text.isascii() or not spans:
        return list(spans)
    places = [place for place, one in enumerate(text) for _ in FOLDING[ord(one)]]
    return [(places[start], places[end - 1] + 1) for start, end in spans]


def _apart(spans: Iterable[Span]) -> Iterator[Span]:
    """In order, what overlaps or touches as one."""
    last: Span | None = None
    for start, end in sorted(spans):
        if last and start <= last[1]:
            last = (last[0], max(last[1], end))
            continue
        if last:
            yield last
        last = (start, end)
    if last:
        yield last


def _pieces(text: str, spans: Iterable[Span], start: int, end: int) -> Iterator[Piece]:
    place = start
    for first, last in ((max(first, start), min(last, end)) for first, last in spans):
        if first >= last:
            continue
        if place < first:
            yield Piece(text=text[place:first])
        yield Piece(text=text[first:last], hit=True)
        place = last
    if place < end:
        yield Piece(text=text[place:end])
