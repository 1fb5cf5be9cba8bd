"""Empty databases on a server that tests share."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

import asyncpg

from gongdan.shared.embedded.postgres import Postgres


@asynccontextmanager
async def database_on(server: Postgres) -> AsyncIterator[str]:
    """The address (postgresql+asyncpg://…) of an empty database, gone afterwards."""
    name = f"test_{uuid4().hex[:16]}"
    connection = await asyncpg.connect(server.url("postgresql", "postgres"))
    try:
        await connection.execute(f'CREATE DATABASE "{name}"')
        yield server.url(database=name)
        await connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
    finally:
        await connection.close()
