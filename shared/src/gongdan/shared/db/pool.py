"""Connections to PostgreSQL, by asyncpg: lent one at a time, with rows that have attributes and JSON that is read.

A statement is prepared once per connection and kept for as long as the connection lives. A connection goes back as
it is: nothing here changes its settings; what takes locks or listens ends that itself, or ends the connection.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import asyncpg
import orjson

CONNECT_SECONDS = 5
LEND_SECONDS = 10
CLOSE_SECONDS = 3
KEPT_STATEMENTS = 1_000
JSONB_VERSION = b"\x01"

# asyncpg lends a proxy that has every method of a connection by delegation, which no type says.
Connection = Any


class Row(asyncpg.Record):  # type: ignore[misc]  # asyncpg has no types
    """A row: values by attribute, by name, by number, or in order."""

    __slots__ = ()

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - a column may hold anything
        try:
            return self[name]
        except KeyError:
            raise AttributeError(f"the row has no column {name!r}") from None

    def _asdict(self) -> dict[str, Any]:
        """The row as a dictionary."""
        return dict(self.items())


@dataclass(slots=True)
class Pool:
    """At most `size` connections to `schema` of the database at `url`, made when they are needed."""

    url: str
    schema: str
    size: int
    _pool: Any = None
    _making: asyncio.Lock = field(default_factory=asyncio.Lock)

    @asynccontextmanager
    async def lent(self) -> AsyncIterator[Connection]:
        """One connection for a while. Raises TimeoutError when none becomes free, and asyncpg's errors."""
        pool = self._pool or await self._made()
        async with pool.acquire(timeout=LEND_SECONDS) as conn:
            yield conn

    @asynccontextmanager
    async def own(self) -> AsyncIterator[Connection]:
        """As `lent`, but it never goes back among the others: locks and listeners end with it."""
        async with self.lent() as conn:
            try:
                yield conn
            finally:
                conn.terminate()

    async def close(self) -> None:
        """Close all connections; those still in use after a while, too."""
        pool, self._pool = self._pool, None
        if pool is None:
            return
        try:
            await asyncio.wait_for(pool.close(), CLOSE_SECONDS)
        except TimeoutError:
            pool.terminate()

    async def _made(self) -> Any:  # noqa: ANN401 - generic in a type that asyncpg keeps to itself
        async with self._making:
            if self._pool is None:
                self._pool = await asyncpg.create_pool(
                    driver_url(self.url),
                    min_size=0,
                    max_size=self.size,
                    max_queries=10_000_000,
                    init=_read_json,
                    reset=_as_it_is,
                    record_class=Row,
                    statement_cache_size=KEPT_STATEMENTS,
                    max_cached_statement_lifetime=0,
                    server_settings={"search_path": self.schema, "application_name": f"gongdan-{self.schema}"},
                    timeout=CONNECT_SECONDS,
                )
        return self._pool


def driver_url(url: str) -> str:
    """The address as asyncpg reads it."""
    return url.replace("postgresql+asyncpg://", "postgresql://", 1)


async def _read_json(conn: Connection) -> None:
    """JSON is given as text and comes back read. In binary, which COPY wants, jsonb has its version in front."""
    await conn.set_type_codec("json", schema="pg_catalog", encoder=str.encode, decoder=orjson.loads, format="binary")
    await conn.set_type_codec("jsonb", schema="pg_catalog", encoder=_to_jsonb, decoder=_from_jsonb, format="binary")


def _to_jsonb(text: str) -> bytes:
    return JSONB_VERSION + text.encode()


def _from_jsonb(data: bytes) -> object:
    return orjson.loads(memoryview(data)[len(JSONB_VERSION) :])


async def _as_it_is(conn: Connection) -> None:
    """Nothing to undo, and so no round trip."""
