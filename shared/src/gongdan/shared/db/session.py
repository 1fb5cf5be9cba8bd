"""A service's database: its schema, its transactions, and what to do when PostgreSQL is away.

One unit of work is one transaction. Events emitted in it are written to the outbox just before it commits,
so that state and what is said about it can never differ.
"""

from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import asyncpg

from gongdan.shared.contracts.registry import Event
from gongdan.shared.db import outbox, schema
from gongdan.shared.db.pool import Connection, Pool, Row
from gongdan.shared.db.statements import numbered
from gongdan.shared.errors import RetryLater

# 55000: a database that lets nobody in.
PASSING_SQLSTATES = ("08", "40", "53", "55000", "55P03", "57P", "58")
FAULTS = (TimeoutError, OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)

Values = Mapping[str, Any]


@dataclass(slots=True)
class Transaction:
    """One unit of work. `emit` what happened; it is said if and only if the transaction commits."""

    conn: Connection
    rows: list[outbox.OutboxRow] = field(default_factory=list)

    def emit(self, *events: Event) -> Sequence[outbox.OutboxRow]:
        """Say these when the transaction commits, in this order; returns them as they will be said."""
        said = [outbox.row_of(event) for event in events]
        self.rows.extend(said)
        return said

    async def execute(self, sql: str, values: Values | None = None) -> int:
        """Run one statement with named parameters (`:name`). Returns how many rows it touched."""
        return touched(await self.conn.execute(*numbered(sql, values)))

    async def all(self, sql: str, values: Values | None = None) -> Sequence[Row]:
        """All rows of a query."""
        return await rows_of(self.conn, sql, values)

    async def one(self, sql: str, values: Values | None = None) -> Row | None:
        """The first row of a query, or None."""
        found = await rows_of(self.conn, sql, values)
        return found[0] if found else None

    async def stream(self, sql: str, values: Values | None = None) -> AsyncIterator[Row]:
        """The rows of a query, read as they are asked for."""
        async for row in self.conn.cursor(*numbered(sql, values)):
            yield row


@dataclass(slots=True)
class Database:
    """Connections to one service's schema. `on_commit` hooks run after each commit that emitted something."""

    url: str
    schema: str
    migrations: str
    pool: int = 8
    name: str = "database"
    on_commit: list[Callable[[], None]] = field(default_factory=list)
    _pool: Pool | None = None

    @property
    def connections(self) -> Pool:
        """The pool, made at first use."""
        if self._pool is None:
            self._pool = Pool(self.url, self.schema, self.pool)
        return self._pool

    async def start(self) -> None:
        """Bring the schema up to date. Raises RetryLater while PostgreSQL is away."""
        try:
            await schema.bring_up_to_date(self.url, self.schema, self.migrations)
        except FAULTS as error:
            raise as_retry(error) from error

    async def stop(self) -> None:
        """Close all connections."""
        if self._pool is not None:
            await self._pool.close()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """One unit of work: commits at the end, rolls back on any error. Raises RetryLater on passing faults."""
        try:
            async with self.connections.lent() as conn, conn.transaction():
                unit = Transaction(conn)
                yield unit
                await outbox.insert(conn, unit.rows)
        except FAULTS as error:
            if is_passing(error):
                raise as_retry(error) from error
            raise
        if unit.rows:
            self.committed()

    async def at_once(self, sql: str, values: Values | None = None) -> Sequence[Row]:
        """The rows of one statement that commits by itself: one round trip. Raises RetryLater on passing faults."""
        try:
            async with self.connections.lent() as conn:
                return await rows_of(conn, sql, values)
        except FAULTS as error:
            if is_passing(error):
                raise as_retry(error) from error
            raise

    def committed(self) -> None:
        """Tell whoever waits for commits (the relay) that there is something to publish."""
        for hook in self.on_commit:
            hook()

    async def insert_rows(self, unit: Transaction, sql: str, columns: Mapping[str, Iterable[Any]]) -> None:
        """Insert many rows at once: `sql` selects from `unnest` of the named arrays."""
        await unit.execute(sql, {name: list(values) for name, values in columns.items()})


async def rows_of(conn: Connection, sql: str, values: Values | None = None) -> Sequence[Row]:
    """All rows of a query on a connection."""
    found: Sequence[Row] = await conn.fetch(*numbered(sql, values))
    return found


def touched(tag: str) -> int:
    """The number in a command's tag (`UPDATE 3`, `INSERT 0 1`); 0 where there is none."""
    count = tag.rpartition(" ")[2]
    return int(count) if count.isdecimal() else 0


def is_passing(error: BaseException) -> bool:
    """Whether the same statement may succeed later: connection lost, deadlock, out of resources, shutting down."""
    if isinstance(error, asyncpg.PostgresError):
        return (error.sqlstate or "").startswith(PASSING_SQLSTATES)
    if isinstance(error, asyncpg.InterfaceError):
        # A value that does not fit its parameter never will.
        return not isinstance(error, ValueError)
    # asyncpg loses its thread when PostgreSQL ends a connection that lay idle.
    return isinstance(error, OSError | TimeoutError | asyncpg.InternalClientError)


def as_retry(error: BaseException) -> RetryLater:
    """Our word for a passing fault of the database."""
    first_line = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    return RetryLater(f"PostgreSQL: {first_line}", timedelta(milliseconds=500))
