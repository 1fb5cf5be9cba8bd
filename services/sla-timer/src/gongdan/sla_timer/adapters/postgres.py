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

Columns = dict[str, list[Any]]


@dataclass(frozen=True, slots=True)
class PostgresBookStore:
    """Keeps books in the schema of this service."""

    shelf: TermsShelf = field(default_factory=TermsShelf)

    async def load(self, unit: Transaction, ids: Collection[UUID]) -> dict[UUID, Book]:
        """The books of these tickets, as far as they are known, locked until the transaction ends."""
        rows = await unit.all(sql.TICKETS, {"ids": list(ids)}) if ids else ()
        if not rows:
            return {}
        clocks: dict[UUID, dict[str, Clock]] = {row.id: {} for row in rows}
        found = await unit.all(sql.CLOCKS, {"ids": list(clocks)})
        await self.shelf.learn(unit, (row.terms for row in found))
        for row in found:
            clocks[row.ticket_id][row.metric] = self._clock(row)
        return {row.id: Book(_ticket(row, row.id), _cause(row), clocks[row.id]) for row in rows}

    async def snapshots(self, unit: Transaction, ids: Collection[UUID]) -> dict[UUID, TicketSnapshot]:
        """These tickets as they stand, in full."""
        rows = await unit.all(sql.SNAPSHOTS, {"ids": list(ids)})
        tickets = (TicketSnapshot.model_validate_json(row.snapshot) for row in rows)
        return {ticket.id: ticket for ticket in tickets}

    async def read(self, unit: Transaction, rows: Sequence[Row]) -> list[DueClock]:
        """Clocks that were claimed, with as much of their tickets as it takes to speak of them."""
        await self.shelf.learn(unit, (row.terms for row in rows))
        return [DueClock(self._clock(row), _ticket(row, row.ticket_id), _cause(row)) for row in rows]

    async def save(
        self, unit: Transaction, books: Sequence[tuple[Book, TicketSnapshot]], clocks: Sequence[Timed], stamp: Stamp
    ) -> None:
        """Keep books with their tickets as they stand, and the given ones of their clocks."""
        if books:
            await unit.execute(sql.SAVE_TICKETS, _ticket_columns(books) | {"revision": stamp.revision})
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
            "fired": [" ".join(sorted(one.clock.fired)) for one in clocks],
            "wake_at": [one.wake_at for one in clocks],
        }
        await unit.execute(sql.FIRED, columns)

    async def _save_clocks(self, unit: Transaction, clocks: Sequence[Timed], now: datetime) -> None:
        if not clocks:
            return
        columns = self._clock_columns(clocks)
        await self.shelf.keep(unit, {one for one in columns["terms"] if one is not None})
        await unit.execute(sql.SAVE_CLOCKS, columns)
        if any(at is not None and at - now < LONGEST for at in columns["wake_at"]):
            await unit.execute(sql.SAY_EARLIER)

    def _clock_columns(self, clocks: Sequence[Timed]) -> Columns:
        plain = [one.clock for one in clocks]
        return {
            "ticket_id": [clock.ticket_id for clock in plain],
            "metric": [clock.metric for clock in plain],
            "id": [clock.id for clock in plain],
            "cycle": [clock.cycle for clock in plain],
            "phase": [clock.phase for clock in plain],
            "at": [clock.at for clock in plain],
            "elapsed": [clock.elapsed for clock in plain],
            "terms": [self.shelf.number(clock.terms) for clock in plain],
            "due_at": [clock.due_at for clock in plain],
            "fired": [" ".join(sorted(clock.fired)) for clock in plain],
            "ran": [_written(clock.ran) for clock in plain],
            "wake_at": [one.wake_at for one in clocks],
        }

    def _clock(self, row: Row) -> Clock:
        return Clock(
            id=row["id"],
            ticket_id=row["ticket_id"],
            metric=row["metric"],
            cycle=row["cycle"],
            phase=row["phase"],
            at=row["at"],
            elapsed=row["elapsed"],
            terms=self.shelf.terms(row["terms"]),
            due_at=row["due_at"],
            fired=frozenset(row["fired"].split()),
            ran=_read(row["ran"]) if row["ran"] else (),
        )


def _ticket(row: Row, ticket_id: UUID) -> Ticket:
    return Ticket(
        id=ticket_id,
        number=row["number"],
        workspace=row["workspace"],
        category=row["category"],
        team=row["team"],
        assignee=row["assignee"],
        asks=row["asks"],
        gone=row["gone"],
    )


def _cause(row: Row) -> Cause:
    return Cause(str(row["event_id"]), row["correlation_id"], row["event_id"], MODES[row["mode"]])


def _written(ran: Sequence[Stretch]) -> str:
    return " ".join(f"{begin.isoformat()}/{end.isoformat()}" for begin, end in ran)


def _read(ran: str) -> tuple[Stretch, ...]:
    pairs = (stretch.split("/") for stretch in ran.split())
    return tuple((datetime.fromisoformat(begin), datetime.fromisoformat(end)) for begin, end in pairs)


def _ticket_columns(books: Sequence[tuple[Book, TicketSnapshot]]) -> Columns:
    tickets = [book.ticket for book, _ in books]
    return {
        "id": [ticket.id for ticket in tickets],
        "number": [ticket.number for ticket in tickets],
        "workspace": [ticket.workspace for ticket in tickets],
        "category": [ticket.category for ticket in tickets],
        "team": [ticket.team for ticket in tickets],
        "assignee": [ticket.assignee for ticket in tickets],
        "asks": [ticket.asks for ticket in tickets],
        "gone": [ticket.gone for ticket in tickets],
        "snapshot": [snapshot.model_dump_json() for _, snapshot in books],
        "event_id": [book.cause.event_id for book, _ in books],
        "correlation_id": [book.cause.correlation_id for book, _ in books],
        "mode": [str(book.cause.mode) for book, _ in books],
        "open": [book.open for book, _ in books],
    }
