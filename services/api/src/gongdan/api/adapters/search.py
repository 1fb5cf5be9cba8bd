"""Finding tickets by the words of their texts, as far as their reader may see these.

Each term is looked up by itself among the texts whose field the reader may see on that ticket; a ticket fits that has
all terms, whichever text has which. What comes out is as exact as words are: neighbours in a phrase, and scopes that
no net can express, are for who asked to look at again.

The index gives rows in no order, so a page costs as much as all that fits. The rarest term therefore leads: what it
finds is asked for the others. Where even that is in MOST_RANKED texts or more, tickets are walked from the newest on
until a page is full, which is then soon. Nothing takes longer than PATIENCE, and few at a time may take that long.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

import asyncpg

from gongdan.api.adapters.search_statements import MOST_RANKED, TOLD, Values, ranked, sizes, walked
from gongdan.api.adapters.tickets import clocks_of
from gongdan.api.domain.search_query import Candidate, SearchCursor, SearchQuestion
from gongdan.api.domain.searching import MESSAGES, NOTES, Text, said_texts
from gongdan.api.domain.terms import Term
from gongdan.api.domain.views import Ticket
from gongdan.shared.db.pool import Row
from gongdan.shared.db.session import Database, Transaction
from gongdan.shared.errors import Complaint, FixInput, SlowDown

PATIENCE = timedelta(seconds=3)
AT_A_TIME = 3
# Sequential scans would read the words of every text there is. Plans are made for the words at hand.
SETTINGS = """
    SELECT set_config('statement_timeout', :milliseconds, true),
        set_config('enable_seqscan', 'off', true), set_config('plan_cache_mode', 'force_custom_plan', true)
    """


@dataclass(frozen=True, slots=True)
class PostgresSearch:
    """The table `search_parts`, with the texts that it stands for. `most_ranked`: what is in more texts is walked."""

    db: Database
    most_ranked: int = MOST_RANKED
    patience: timedelta = PATIENCE
    _turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_A_TIME))

    async def candidates(self, question: SearchQuestion, cursor: SearchCursor | None, most: int) -> Sequence[Candidate]:
        """The next tickets that fit, in order. Raises FixInput for what is found too often, SlowDown, RetryLater."""
        async with self._turn() as unit:
            sql, values = await self._statement(unit, question, cursor)
            rows = await unit.all(sql, values | {"most": most})
            clocks = await clocks_of(unit, [row.ticket_id for row in rows])
        return [
            Candidate(Ticket(**row._asdict(), clocks=clocks.get(row.ticket_id, [])), row.rank, row.alike)
            for row in rows
        ]

    async def told(self, terms: Sequence[Term], ids: Sequence[UUID]) -> dict[UUID, list[Text]]:
        """Messages and notes of these tickets that may have one of the terms: of each term the newest few."""
        values = {"ids": list(ids), "queries": [term.widest_query for term in terms], "fields": [MESSAGES, NOTES]}
        async with self._turn() as unit:
            rows = await unit.all(TOLD, values)
        found: dict[UUID, dict[UUID, Row]] = {}
        for row in rows:
            found.setdefault(row.ticket_id, {}).setdefault(row.event_id, row)
        return {ticket: [text for row in said.values() for text in _texts(row)] for ticket, said in found.items()}

    async def _statement(
        self, unit: Transaction, question: SearchQuestion, cursor: SearchCursor | None
    ) -> tuple[str, Values]:
        """How to find the page: a search that began to walk goes on walking."""
        counted = await unit.one(*sizes(question.terms, self.most_ranked))
        found = list(counted) if counted else []
        walk = cursor.walk if cursor else min(found) >= self.most_ranked
        return walked(question, cursor) if walk else ranked(question, found, cursor)

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[Transaction]:
        try:
            async with asyncio.timeout(self.patience.total_seconds()):
                await self._turns.acquire()
        except TimeoutError:
            raise SlowDown("too many are searching") from None
        try:
            async with self.db.transaction() as unit:
                await unit.one(SETTINGS, {"milliseconds": str(int(self.patience.total_seconds() * 1000))})
                yield unit
        except asyncpg.QueryCanceledError as error:
            raise _too_broad(self.patience) from error
        finally:
            self._turns.release()


def _texts(row: "Row") -> Iterator[Text]:
    return said_texts(row.field, row.text or "", [one["name"] for one in row.attachments or ()], row.event_id)


def _too_broad(patience: timedelta) -> FixInput:
    problem = f"could not be answered within {patience.total_seconds():g} seconds"
    cure = "add a word that fewer tickets have, or a filter such as created_since, or try again later"
    return FixInput("too-broad", "the search takes too long", Complaint("q", problem, cure))
