"""Whether a service's tables are as its code wants them; where they are not, Alembic brings them there.

Alembic, and SQLAlchemy with it, takes as long to load as all else that a service needs, and most starts find nothing to
do. So it is loaded only by those that do. A migration's file is named after its revision: `0004_snoozed.py` is `0004`.
"""

import importlib
from importlib.resources import files

import asyncpg

from gongdan.shared.db.pool import CONNECT_SECONDS, driver_url

MIGRATING = "gongdan.shared.db.migrate"


async def bring_up_to_date(url: str, schema: str, package: str) -> None:
    """Run the migrations in `package` (dotted name) that `schema` lacks.

    Raises OSError, TimeoutError or asyncpg's errors while PostgreSQL is away.
    """
    if await revision_of(url, schema) != newest(package):
        await importlib.import_module(MIGRATING).upgrade(url, schema, package)


async def revision_of(url: str, schema: str) -> str | None:
    """The revision that a schema's tables are at; None where there are none."""
    conn = await asyncpg.connect(driver_url(url), timeout=CONNECT_SECONDS)
    try:
        table = f'"{schema}".alembic_version'
        if await conn.fetchval("SELECT to_regclass($1)", table) is None:
            return None
        found: str | None = await conn.fetchval(f"SELECT version_num FROM {table}")  # noqa: S608
    finally:
        await conn.close(timeout=CONNECT_SECONDS)
    return found


def newest(package: str) -> str:
    """The revision of a package's last migration."""
    names = (path.name for path in (files(package) / "versions").iterdir())
    return max(name.partition("_")[0] for name in names if name.endswith(".py"))
