"""Empty databases on a server that tests share."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

import asyncpg

from gongdan.shared.db.session import Database
from gongdan.shared.embedded.postgres import Postgres

UNSAFE = ("fsync", "full_page_writes", "synchronous_commit")


async def forget_safety(server: Postgres) -> None:
    """Let a server that only tests use write without waiting for its disk."""
    connection = await asyncpg.connect(server.url("postgresql", "postgres"))
    for setting in UNSAFE:
        await connection.execute(f"ALTER SYSTEM SET {setting} = off")
    await connection.execute("SELECT pg_reload_conf()")
    await connection.close()


async def template(server: Postgres, schema: str, migrations: str) -> str:
    """The name of a database with the tables of one service; copying it is quicker than migrating again."""
    name = f"template_{schema}_{uuid4().hex[:8]}"
    connection = await asyncpg.connect(server.url("postgresql", "postgres"))
    await connection.execute(f'CREATE DATABASE "{name}"')
    await connection.close()
    database = Database(server.url(database=name), schema, migrations)
    await database.start()
    await database.stop()
    return name


@asynccontextmanager
async def database_on(server: Postgres, template: str = "template1") -> AsyncIterator[str]:
    """The address (postgresql+asyncpg://…) of a database like `template`, usually empty; gone afterwards."""
    name = f"test_{uuid4().hex[:16]}"
    connection = await asyncpg.connect(server.url("postgresql", "postgres"))
    try:
        await connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')
        yield server.url(database=name)
        await connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
    finally:
        await connection.close()
