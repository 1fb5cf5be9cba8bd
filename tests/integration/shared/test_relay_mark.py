"""Installations whose rows said themselves whether they are published go on where they were."""

from importlib.resources import files

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine

from gongdan.shared.db.session import Database

KIT = "tests.kit.migrations"
SCHEMA = "source"
ROW = """
    INSERT INTO outbox (id, aggregatetype, aggregateid, type, headers, published_at, error)
    VALUES (gen_random_uuid(), 'topic', 'key', 'type', '[]', CASE WHEN :state = 'published' THEN now() END,
            CASE WHEN :state = 'refused' THEN 'too large' END)
"""


def first_version(conn: Connection) -> None:
    """The tables as they were at first."""
    config = Config()
    config.set_main_option("script_location", str(files(KIT)))
    config.set_main_option("path_separator", "os")
    config.attributes.update(connection=conn, schema=SCHEMA)
    command.upgrade(config, "0001")


async def as_it_was(url: str, *states: str) -> None:
    """A database of the first version with rows in these states."""
    engine = create_async_engine(url, connect_args={"server_settings": {"search_path": SCHEMA}})
    async with engine.connect() as conn:
        await conn.execute(text(f"CREATE SCHEMA {SCHEMA}"))
        await conn.run_sync(first_version)
        for state in states:
            await conn.execute(text(ROW), {"state": state})
        await conn.commit()
    await engine.dispose()


@pytest.mark.parametrize(
    ("states", "reached"),
    [
        ((), 0),
        (("published", "published"), 2),
        (("published", "pending", "published", "pending"), 1),
        (("pending",), 0),
        (("published", "refused"), 2),
    ],
)
async def test_what_was_published_counts_as_published_and_nothing_else(
    fresh_database: str, states: tuple[str, ...], reached: int
) -> None:
    await as_it_was(fresh_database, *states)
    db = Database(fresh_database, SCHEMA, KIT)
    await db.start()
    async with db.transaction() as unit:
        mark = await unit.one("SELECT * FROM relay_mark")
    await db.stop()
    assert mark is not None
    assert (mark.reached, mark.again) == (reached, [])
