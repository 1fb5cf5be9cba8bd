"""Books in PostgreSQL, a batch at a time: a row a ticket, and a row a clock, which holds when to look at it next.

Of each metric only the latest cycle is kept: earlier ones are over, and what was said about them is in the log.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from gongdan.shared.contracts.envelope import Mode
from gongdan.shared.contracts.tickets import TicketSnapshot
from gongdan.shared.db.pool import Row
from gongdan.shared.db.session import Transaction
from gongdan.sla_timer.adapters import sql
from gongdan.sla_timer.adapters.terms import TermsShelf
from gongdan.sla_timer.adapters.wheel import LONGEST
from gongdan.sla_timer.domain.book import Book
from gongdan.sla_timer.domain.clock import Clock, Stretch
from gongdan.sla_timer.domain.facts import Cause, Ticket
from gongdan.sla_timer.ports import DueClock, Stamp, Timed

# Asking the enumeration takes as long as all the rest of a row.
MODES = {mode.value: mode for mode in Mode}

# Where clocks are taken apart and put together by the places of their fields, which are those of sql.CLOCK_COLUMNS.
TERMS = sql.CLOCK_COLUMNS.index("terms")
WIDTH = len(sql.CLOCK_COLUMNS)
NOTHING: frozenset[str] = frozenset()

Columns = dict[str, list[Any]]
Values = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class PostgresBookStore:
    """Keeps books in the schema of this service."""

    shelf: TermsShelf = field(default_factory=TermsShelf)

    async def load(self, unit: Transaction, ids: Collection[UUID]) -> dict[UUID, Book]:
        """The books of these tickets, as far as they are known, locked until the transaction ends."""
        rows = await unit.all(sql.TICKETS, {"ids": list(ids)}) if ids else ()
        if not rows:
            return {}
        clocks: dict[UUID, dict[str, Clock]] = {row["id"]: {} for row in rows}
        found = await unit.all(sql.CLOCKS, {"ids": list(clocks)})
        await self.shelf.learn(unit, {row["terms"] for row in found})
        for clock in map(self._clock, found):
            clocks[clock.ticket_id][clock.metric] = clock
        return {row["id"]: Book(_ticket(row, row["id"]), _cause(row), clocks[row["id"]]) for row in rows}

    async def snapshots(self, unit: Transaction, ids: Collection[UUID]) -> dict[UUID, TicketSnapshot]:
        """These tickets as they stand, in full."""
        rows = await unit.all(sql.SNAPSHOTS, {"ids": list(ids)})
        tickets = (TicketSnapshot.model_validate_json(row.snapshot) for row in rows)
        return {ticket.id: ticket for ticket in tickets}

    async def read(self, unit: Transaction, rows: Sequence[Row]) -> list[DueClock]:
        """Clocks that were claimed, with as much of their tickets as it takes to speak of them."""
        await self.shelf.learn(unit, {row["terms"] for row in rows})
        return [DueClock(self._clock(row), _ticket(row, row["ticket_id"]), _cause(row)) for row in rows]

    async def save(
        self, unit: Transaction, books: Sequence[tuple[Book, TicketSnapshot]], clocks: Sequence[Timed], stamp: Stamp
    ) -> None:
        """Keep books with their tickets as they stand, and the given ones of their clocks."""
        if books:
            kept = [_kept(book, snapshot) for book, snapshot in books]
            await unit.execute(sql.SAVE_TICKETS, {"tickets": kept, "revision": stamp.revision})
        await self._save_clocks(unit, clocks, stamp.now)

    async def followed(self, unit: Transaction, books: Sequence[Book], clocks: Sequence[Timed], stamp: Stamp) -> None:
        """Keep the given clocks of books that now follow other policies; their tickets are as they were."""
        columns = {"id": [book.ticket.id for book in books], "open": [book.open for book in books]}
        await unit.execute(sql.FOLLOWED, columns | {"revision": stamp.revision})
        await self._save_clocks(unit, clocks, stamp.now)

    async def fired(self, unit: Transaction, clocks: Sequence[Timed]) -> None:
        """Keep what clocks have said, and when to look at them next."""
        columns: Columns = {
            "ticket_id": [one.clock.ticket_id for one in clocks],
            "metric": [one.clock.metric for one in clocks],
            "fired": [_marks(one.clock) for one in clocks],
            "wake_at": [one.wake_at for one in clocks],
        }
        await unit.execute(sql.FIRED, columns)

    async def _save_clocks(self, unit: Transaction, clocks: Sequence[Timed], now: datetime) -> None:
        if not clocks:
            return
        kept = [self._row(one.clock, one.wake_at) for one in clocks]
        await self.shelf.keep(unit, {terms for row in kept if (terms := row[TERMS]) is not None})
        await unit.execute(sql.SAVE_CLOCKS, {"clocks": kept})
        if any(one.wake_at is not None and one.wake_at - now < LONGEST for one in clocks):
            await unit.execute(sql.SAY_EARLIER)

    def _row(self, clock: Clock, wake_at: datetime | None) -> Values:
        terms, fired, ran = self.shelf.number(clock.terms), _marks(clock), _written(clock.ran)
        return (*clock[:TERMS], terms, clock.due_at, fired, ran, wake_at)

    def _clock(self, row: Row) -> Clock:
        terms, due_at, fired, ran = row[TERMS:WIDTH]
        marks = frozenset(fired.split()) if fired else NOTHING
        return Clock._make((*row[:TERMS], self.shelf.terms(terms), due_at, marks, _read(ran) if ran else ()))


def _ticket(row: Row, ticket_id: UUID) -> Ticket:
    return Ticket(
        ticket_id,
        row["number"],
        row["workspace"],
        row["category"],
        row["team"],
        row["assignee"],
        row["asks"],
        row["gone"],
    )


def _cause(row: Row) -> Cause:
    return Cause(str(row["event_id"]), row["correlation_id"], row["event_id"], MODES[row["mode"]])


def _marks(clock: Clock) -> str:
    return " ".join(sorted(clock.fired)) if clock.fired else ""


def _written(ran: Sequence[Stretch]) -> str:
    return " ".join(f"{begin.isoformat()}/{end.isoformat()}" for begin, end in ran)


def _read(ran: str) -> tuple[Stretch, ...]:
    pairs = (stretch.split("/") for stretch in ran.split())
    return tuple((datetime.fromisoformat(begin), datetime.fromisoformat(end)) for begin, end in pairs)


def _kept(book: Book, snapshot: TicketSnapshot) -> Values:
    cause, text = book.cause, snapshot.as_json().decode()
    return (*book.ticket, text, cause.event_id, cause.correlation_id, cause.mode.value, book.open)
