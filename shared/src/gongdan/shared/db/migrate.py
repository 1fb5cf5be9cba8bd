"""Each service's own Alembic history, run at start under an advisory lock so that replicas take turns."""

from importlib.resources import files
from typing import Any

from alembic import command, context
from alembic.config import Config
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

from gongdan.shared.db.pool import CONNECT_SECONDS


async def upgrade(url: str, schema: str, package: str) -> None:
    """Create `schema` and run the migrations found in `package` (dotted name) up to head.

    Raises OSError, TimeoutError or asyncpg's errors while PostgreSQL is away.
    """
    settings = {"search_path": schema, "application_name": f"gongdan-{schema}-migrations"}
    engine = create_async_engine(
        url, poolclass=NullPool, connect_args={"server_settings": settings, "timeout": CONNECT_SECONDS}
    )
    try:
        async with engine.connect() as conn:
            await _in_turn(conn, schema, package)
    except DBAPIError as error:
        raise _of_the_driver(error) from error
    finally:
        await engine.dispose()


def _of_the_driver(error: DBAPIError) -> BaseException:
    """asyncpg's own error, where SQLAlchemy has wrapped it."""
    return (error.orig.__cause__ if error.orig else None) or error


async def _in_turn(conn: AsyncConnection, schema: str, package: str) -> None:
    await conn.execute(text("SELECT pg_advisory_lock(hashtext(:name))"), {"name": f"gongdan-migrate-{schema}"})
    try:
        await conn.execute(text(f'CREATE SCHEMA IF NOT EXISTS "{schema}"'))
        await conn.commit()
        await conn.run_sync(_upgrade, schema, package)
        await conn.commit()
    finally:
        await conn.rollback()
        await conn.execute(text("SELECT pg_advisory_unlock(hashtext(:name))"), {"name": f"gongdan-migrate-{schema}"})
        await conn.commit()


def _upgrade(conn: Connection, schema: str, package: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(files(package)))
    config.set_main_option("path_separator", "os")
    config.attributes.update(connection=conn, schema=schema)
    command.upgrade(config, "head")


def run_environment() -> None:
    """The whole of a service's `migrations/env.py`."""
    attributes: dict[str, Any] = context.config.attributes
    context.configure(
        connection=attributes["connection"],
        version_table_schema=attributes["schema"],
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()
