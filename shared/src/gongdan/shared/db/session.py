"""A service's database: its schema, its transactions, and what to do when PostgreSQL is away.

One unit of work is one transaction. Events emitted in it are written to the outbox just before it commits,
so that state and what is said about it can never differ.
"""

from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import lru_cache
from typing import Any

import asyncpg
from sqlalchemy import CursorResult, Row, TextClause, text
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from gongdan.shared.contracts.registry import Event
from gongdan.shared.db import migrate, outbox
from gongdan.shared.errors import RetryLater

PASSING_SQLSTATES = ("08", "40", "53", "55P03", "57P", "58")
FAULTS = (TimeoutError, DBAPIError, OSError, asyncpg.PostgresError, asyncpg.InterfaceError)


@lru_cache(maxsize=512)
def _statement(sql: str) -> TextClause:
    """Each statement is read once: finding its parameters takes longer than many a statement runs."""
    return text(sql)


@dataclass(slots=True)
class Transaction:
    """One unit of work. `emit` what happened; it is said if and only if the transaction commits."""

    conn: AsyncConnection
    rows: list[outbox.OutboxRow] = field(default_factory=list)

    def emit(self, *events: Event) -> Sequence[outbox.OutboxRow]:
        """Say these when the transaction commits, in this order; returns them as they will be said."""
        said = [outbox.row_of(event) for event in events]
        self.rows.extend(said)
        return said

    async def execute(self, sql: str, values: Mapping[str, Any] | None = None) -> CursorResult[Any]:
        """Run one statement with named parameters."""
        return await self.conn.execute(_statement(sql), values or {})

    async def all(self, sql: str, values: Mapping[str, Any] | None = None) -> Sequence[Row[Any]]:
        """All rows of a query."""
        return (await self.execute(sql, values)).all()

    async def one(self, sql: str, values: Mapping[str, Any] | None = None) -> Row[Any] | None:
        """The first row of a query, or None."""
        return (await self.execute(sql, values)).first()


@dataclass(slots=True)
class Database:
    """Connections to one service's schema. `on_commit` hooks run after each commit that emitted something."""

    url: str
    schema: str
    migrations: str
    pool: int = 8
    name: str = "database"
    on_commit: list[Callable[[], None]] = field(default_factory=list)
    _engine: AsyncEngine | None = None

    @property
    def engine(self) -> AsyncEngine:
        """The engine, made at first use."""
        if self._engine is None:
            self._engine = create_async_engine(
                self.url,
                pool_size=self.pool,
                max_overflow=0,
                pool_timeout=10,
                connect_args={
                    "server_settings": {
                        "search_path": self.schema,
                        "application_name": f"gongdan-{self.schema}",
                    },
                    "timeout": 5,
                },
            )
        return self._engine

    async def start(self) -> None:
        """Bring the schema up to date. Raises RetryLater while PostgreSQL is away."""
        try:
            async with self.engine.connect() as conn:
                await migrate.upgrade(conn, self.schema, self.migrations)
        except FAULTS as error:
            raise as_retry(error) from error

    async def stop(self) -> None:
        """Close all connections."""
        if self._engine is not None:
            await self._engine.dispose()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """One unit of work: commits at the end, rolls back on any error. Raises RetryLater on passing faults."""
        try:
            async with self.engine.begin() as conn:
                unit = Transaction(conn)
                yield unit
                await outbox.insert(conn, unit.rows)
        except FAULTS as error:
            if is_passing(error):
                raise as_retry(error) from error
            raise
        if unit.rows:
            self.committed()

    async def at_once(self, sql: str, values: Mapping[str, Any] | None = None) -> Sequence[Row[Any]]:
        """The rows of one statement that commits by itself: one round trip. Raises RetryLater on passing faults."""
        try:
            async with self.engine.connect() as conn:
                alone = await conn.execution_options(isolation_level="AUTOCOMMIT")
                found = await alone.execute(_statement(sql), values or {})
                return found.all() if found.returns_rows else []
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


def is_passing(error: BaseException) -> bool:
    """Whether the same statement may succeed later: connection lost, deadlock, out of resources, shutting down."""
    if isinstance(error, OSError | TimeoutError):
        return True
    if isinstance(error, asyncpg.InterfaceError):
        return True
    if isinstance(error, asyncpg.PostgresError):
        return (error.sqlstate or "").startswith(PASSING_SQLSTATES)
    if isinstance(error, DBAPIError):
        if error.connection_invalidated or isinstance(error, InterfaceError):
            return True
        state = getattr(error.orig, "sqlstate", None) or ""
        return state.startswith(PASSING_SQLSTATES) or (isinstance(error, OperationalError) and not state)
    return False


def as_retry(error: BaseException) -> RetryLater:
    """Our word for a passing fault of the database."""
    first_line = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    return RetryLater(f"PostgreSQL: {first_line}", timedelta(milliseconds=500))
