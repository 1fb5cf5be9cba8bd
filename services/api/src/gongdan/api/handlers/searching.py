"""Searching tickets, as far as the reader may see them.

The index lets through what may fit; each ticket and each text is asked about again before anything of it is shown, so
a wrong index could make a page short and could not tell what is hidden. For readers whose scopes SQL says exactly, it
lets through nothing that they may not see. Limit: for others a page ends after MOST_READ tickets, shown or not, with
a cursor that goes on from there; they are not told how many tickets there are.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from gongdan.api.domain import asking
from gongdan.api.domain.option_titles import OptionTitles
from gongdan.api.domain.queries import write_cursor
from gongdan.api.domain.search_query import (
    Candidate,
    SearchCursor,
    SearchQuery,
    SearchQuestion,
    cursor_after,
    search_cursor,
)
from gongdan.api.domain.searchable import searchable_by
from gongdan.api.domain.searching import Text, found_in, own_texts
from gongdan.api.domain.terms import terms_of
from gongdan.api.domain.views import Hit, SearchPage, Ticket, Total
from gongdan.api.ports import Search
from gongdan.shared.access.fields import HIDE
from gongdan.shared.access.rights import Rights, redact

MOST_READ = 2_000
READ_AT_ONCE = 200
Found = tuple[Candidate, Hit]


@dataclass(frozen=True, slots=True)
class Searching:
    """Finds tickets. Raises SlowDown and RetryLater."""

    index: Search
    titles: Callable[[], OptionTitles]

    async def page(self, rights: Rights, query: SearchQuery) -> SearchPage:
        """One page. Raises FixInput for what cannot be searched for, NotAllowed for a filter that would tell."""
        filters = query.filters
        asking.allow(rights, filters)
        question = SearchQuestion(
            terms=terms_of(query.q),
            searchable=searchable_by(rights),
            filters=filters,
            order=query.sort,
            number=query.number,
        )
        return await self._page(rights, query, question)

    async def _page(self, rights: Rights, query: SearchQuery, question: SearchQuestion) -> SearchPage:
        """Read on until there is one hit more than shown: only what may be seen tells that there is another page."""
        cursor, found = search_cursor(query), list[Found]()
        alike: int | None = None
        for place in range(MOST_READ // READ_AT_ONCE):
            at_once = READ_AT_ONCE if place or not question.searchable.exact else query.limit + 1
            rows = await self.index.candidates(question, cursor, at_once)
            alike = rows[0].alike if rows and not place else alike
            found += await self._hits(rights, question, rows)
            if len(found) > query.limit:
                following = cursor_after(query, found[query.limit - 1][0])
                return _page_of(found[: query.limit], following, _about(query, question, alike))
            if len(rows) < at_once:
                return _page_of(found, None, _all_of(query, found))
            cursor = cursor_after(query, rows[-1])
        return _page_of(found, cursor, _about(query, question, alike))

    async def _hits(self, rights: Rights, question: SearchQuestion, rows: Sequence[Candidate]) -> list[Found]:
        """Those of the candidates that are hits by what may be seen of them."""
        shown = [(row, ticket) for row in rows if (ticket := redact(rights, row.ticket))]
        told = await self.index.told(question.terms, [ticket.id for _, ticket in shown]) if shown else {}
        texts = ((row, ticket, _visible(rights, row.ticket, told.get(ticket.id, ()))) for row, ticket in shown)
        titles = self.titles()
        snippets = (
            (row, ticket, found_in(question.terms, [*own_texts(ticket, titles), *said])) for row, ticket, said in texts
        )
        return [(row, Hit(ticket=ticket, snippets=found)) for row, ticket, found in snippets if found]


def _visible(rights: Rights, ticket: Ticket, texts: Iterable[Text]) -> Iterator[Text]:
    rules = rights.sight(ticket).fields
    return (text for text in texts if rules.of(text.field) > HIDE)


def _page_of(found: Sequence[Found], following: SearchCursor | None, total: Total | None) -> SearchPage:
    items = [hit for _, hit in found]
    return SearchPage(items=items, next=write_cursor(following) if following else None, total=total)


def _all_of(query: SearchQuery, found: Sequence[Found]) -> Total | None:
    return None if query.cursor else Total(count=len(found), kind="exactly")


def _about(query: SearchQuery, question: SearchQuestion, alike: int | None) -> Total | None:
    if query.cursor or alike is None or not question.searchable.exact:
        return None
    return Total(count=alike, kind="exactly" if all(term.plain for term in question.terms) else "about")
