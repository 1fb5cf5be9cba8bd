"""Books in PostgreSQL, a batch at a time. The row in `tickets` is the lock of everything about a ticket.

Only the latest clock of each metric is loaded: earlier cycles are over.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from gongdan.shared.contracts.envelope import Mode
from gongdan.shared.contracts.sla import Metric
from gongdan.shared.contracts.tickets import TicketSnapshot
from gongdan.shared.db.session import Transaction
from gongdan.sla_timer.domain.book import Book
from gongdan.sla_timer.domain.clock import Clock
from gongdan.sla_timer.domain.facts import Cause
from gongdan.sla_timer.domain.terms import Terms
from gongdan.sla_timer.ports import Timed

TICKETS = """
    SELECT id, snapshot, event_id, correlation_id, mode FROM tickets
    WHERE id = ANY(:ids) ORDER BY id FOR NO KEY UPDATE
"""
CLOCKS = """
    SELECT DISTINCT ON (ticket_id, metric) * FROM clocks
    WHERE ticket_id = ANY(:ids) ORDER BY ticket_id, metric, cycle DESC
"""
SAVE_TICKETS = """
    INSERT INTO tickets (id, snapshot, event_id, correlation_id, mode, open, policies_revision)
    SELECT *, CAST(:revision AS bigint) FROM unnest(
        CAST(:id AS uuid[]), CAST(:snapshot AS jsonb[]), CAST(:event_id AS uuid[]), CAST(:correlation_id AS uuid[]),
        CAST(:mode AS text[]), CAST(:open AS boolean[]))
    ON CONFLICT (id) DO UPDATE SET
        snapshot = excluded.snapshot, event_id = excluded.event_id, correlation_id = excluded.correlation_id,
        mode = excluded.mode, open = excluded.open, policies_revision = excluded.policies_revision
"""
SAVE_CLOCKS = """
    INSERT INTO clocks (id, ticket_id, metric, cycle, phase, at, elapsed, policy, policy_version, target, warn,
                        due_at, fired)
    SELECT * FROM unnest(
        CAST(:id AS uuid[]), CAST(:ticket_id AS uuid[]), CAST(:metric AS text[]), CAST(:cycle AS int[]),
        CAST(:phase AS text[]), CAST(:at AS timestamptz[]), CAST(:elapsed AS interval[]),
        CAST(:policy AS text[]), CAST(:policy_version AS int[]), CAST(:target AS interval[]), CAST(:warn AS text[]),
        CAST(:due_at AS timestamptz[]), CAST(:fired AS text[]))
    ON CONFLICT (ticket_id, metric, cycle) DO UPDATE SET
        phase = excluded.phase, at = excluded.at, elapsed = excluded.elapsed, policy = excluded.policy,
        policy_version = excluded.policy_version, target = excluded.target, warn = excluded.warn,
        due_at = excluded.due_at, fired = excluded.fired
"""
DROP_TIMERS = "DELETE FROM timers WHERE id = ANY(:ids)"
SAVE_TIMERS = """
    INSERT INTO timers (id, due_at, ticket_id, metric, kind, threshold)
    SELECT * FROM unnest(
        CAST(:id AS uuid[]), CAST(:due_at AS timestamptz[]), CAST(:ticket_id AS uuid[]), CAST(:metric AS text[]),
        CAST(:kind AS text[]), CAST(:threshold AS text[]))
    ON CONFLICT (id) DO UPDATE SET
        due_at = excluded.due_at, kind = excluded.kind, threshold = excluded.threshold
"""

Columns = dict[str, list[Any]]


class PostgresBookStore:
    """Keeps books in the schema of this service."""

    async def load(self, unit: Transaction, ids: Collection[UUID]) -> dict[UUID, Book]:
        """The books of these tickets, as far as they are known, locked until the transaction ends."""
        if not ids:
            return {}
        rows = await unit.all(TICKETS, {"ids": list(ids)})
        clocks: dict[UUID, dict[Metric, Clock]] = {row.id: {} for row in rows}
        for row in await unit.all(CLOCKS, {"ids": list(clocks)}) if rows else ():
            clocks[row.ticket_id][row.metric] = _clock(row)
        return {row.id: _book(row, clocks[row.id]) for row in rows}

    async def save(self, unit: Transaction, books: Sequence[Book], clocks: Sequence[Timed], revision: int) -> None:
        """Keep books, clocks and their timers, in one statement each."""
        if books:
            await unit.execute(SAVE_TICKETS, _ticket_columns(books) | {"revision": revision})
        if clocks:
            await unit.execute(SAVE_CLOCKS, _clock_columns(clock for clock, _ in clocks))
            await self._save_timers(unit, clocks)

    async def _save_timers(self, unit: Transaction, clocks: Sequence[Timed]) -> None:
        idle = [clock.id for clock, due in clocks if due is None]
        if idle:
            await unit.execute(DROP_TIMERS, {"ids": idle})
        if len(idle) < len(clocks):
            await unit.execute(SAVE_TIMERS, _timer_columns(clocks))


def _book(row: Row[Any], clocks: dict[Metric, Clock]) -> Book:
    cause = Cause(str(row.event_id), row.correlation_id, row.event_id, Mode(row.mode))
    return Book(TicketSnapshot.model_validate(row.snapshot), cause, clocks)


def _clock(row: Row[Any]) -> Clock:
    warn = tuple(row.warn.split())
    return Clock(
        id=row.id,
        ticket_id=row.ticket_id,
        metric=row.metric,
        cycle=row.cycle,
        phase=row.phase,
        at=row.at,
        elapsed=row.elapsed,
        terms=Terms(row.policy, row.policy_version, row.target, warn) if row.policy else None,
        due_at=row.due_at,
        fired=frozenset(row.fired.split()),
    )


def _ticket_columns(books: Sequence[Book]) -> Columns:
    return {
        "id": [book.ticket.id for book in books],
        "snapshot": [book.ticket.model_dump_json() for book in books],
        "event_id": [book.cause.event_id for book in books],
        "correlation_id": [book.cause.correlation_id for book in books],
        "mode": [str(book.cause.mode) for book in books],
        "open": [book.open for book in books],
    }


def _clock_columns(clocks: Iterable[Clock]) -> Columns:
    rows = [(clock, clock.terms) for clock in clocks]
    return {
        "id": [clock.id for clock, _ in rows],
        "ticket_id": [clock.ticket_id for clock, _ in rows],
        "metric": [clock.metric for clock, _ in rows],
        "cycle": [clock.cycle for clock, _ in rows],
        "phase": [clock.phase for clock, _ in rows],
        "at": [clock.at for clock, _ in rows],
        "elapsed": [clock.elapsed for clock, _ in rows],
        "policy": [terms and terms.policy for _, terms in rows],
        "policy_version": [terms and terms.version for _, terms in rows],
        "target": [terms and terms.target for _, terms in rows],
        "warn": [" ".join(terms.warn) if terms else "" for _, terms in rows],
        "due_at": [clock.due_at for clock, _ in rows],
        "fired": [" ".join(sorted(clock.fired)) for clock, _ in rows],
    }


def _timer_columns(clocks: Sequence[Timed]) -> Columns:
    rows = [(clock, due) for clock, due in clocks if due is not None]
    return {
        "id": [clock.id for clock, _ in rows],
        "due_at": [due.at for _, due in rows],
        "ticket_id": [clock.ticket_id for clock, _ in rows],
        "metric": [clock.metric for clock, _ in rows],
        "kind": [due.kind for _, due in rows],
        "threshold": [due.threshold for _, due in rows],
    }
