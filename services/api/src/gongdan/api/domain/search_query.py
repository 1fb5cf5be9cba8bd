"""What may be asked of the search, and where a page of it goes on."""

import re
from dataclasses import dataclass
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from gongdan.api.domain.queries import TicketFilters, read_cursor, strange_cursor
from gongdan.api.domain.searchable import Searchable
from gongdan.api.domain.terms import Term
from gongdan.api.domain.views import Ticket
from gongdan.api.domain.words import folded

NUMBER = re.compile(r"(?:[A-Z][A-Z0-9]*-)?[0-9]{1,18}")
Order = Literal["best", "newest"]
# How well a ticket fits: by its number; by number, subject or requester; by any text; by pieces of a longer run.
BY_NUMBER, BY_TITLE, BY_TEXT, BY_PIECES = 3, 2, 1, 0


class SearchQuery(TicketFilters):
    """Tickets that have every term of `q` in some text that you may see, and that fit all filters.

    `q` is looked for in numbers, subjects, messages, notes, requesters and answers of forms: words by how they
    begin, Chinese by any characters that follow each other, `"in quotes"` exactly as written. `sort` best: the ticket
    with that number, then those found by subject or requester, each newest first; newest: by time alone, as is always
    the order of what is found nearly everywhere.
    """

    q: Annotated[str, Field(min_length=1, max_length=200)]
    sort: Order = "best"
    cursor: Annotated[str, Field(max_length=400)] | None = None
    limit: Annotated[int, Field(ge=1, le=50)] = 20

    @property
    def filters(self) -> TicketFilters:
        """Everything but what is searched for."""
        return TicketFilters.model_validate(self.model_dump(include=set(TicketFilters.model_fields) - {"q"}))

    @property
    def number(self) -> str:
        """The number of a ticket, with or without its letters, where that is all that is searched for; else empty."""
        text = folded(self.q).strip().upper()
        return text if NUMBER.fullmatch(text) else ""


class SearchCursor(BaseModel):
    """After this ticket. `walk`: the pages are those of words that are nearly everywhere, without ranks."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sort: Order
    rank: Annotated[int, Field(ge=BY_PIECES, le=BY_NUMBER)]
    created_at: AwareDatetime
    id: UUID
    walk: bool = False


@dataclass(frozen=True, slots=True)
class SearchQuestion:
    """What an index is asked."""

    terms: tuple[Term, ...]
    searchable: Searchable
    filters: TicketFilters
    order: Order
    number: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A ticket that an index takes for a hit. `alike`: how many there are; None where it walks, which cannot tell."""

    ticket: Ticket
    rank: int
    alike: int | None


def search_cursor(query: SearchQuery) -> SearchCursor | None:
    """Where the page of a query begins, None at the start. Raises FixInput when the cursor sorts otherwise."""
    if query.cursor is None:
        return None
    cursor = read_cursor(SearchCursor, query.cursor)
    if cursor.sort != query.sort:
        raise strange_cursor(f"belongs to sort={cursor.sort}")
    return cursor


def cursor_after(query: SearchQuery, last: Candidate) -> SearchCursor:
    """Where a page goes on after this ticket."""
    ticket = last.ticket
    walk = last.alike is None
    return SearchCursor(sort=query.sort, rank=last.rank, created_at=ticket.created_at, id=ticket.id, walk=walk)
