"""Data folders that have a database already, to be copied: making it takes most of a first start.

One has the tables of every service, the other those of none.
"""

import asyncio
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from gongdan.shared.db.session import Database
from gongdan.shared.embedded.layout import DataDir, open_data_dir
from gongdan.shared.embedded.postgres import Postgres
from tests.ports import free_port

SCHEMAS = ("intake", "router", "sla_timer", "notifier", "api")
START_SECONDS, STOP_SECONDS = 60, 10


async def prepare(folder: Path, schemas: Sequence[str] = SCHEMAS) -> DataDir:
    """Make such a folder, with the tables of these services."""
    data = open_data_dir(folder)
    server = Postgres(data, free_port())
    await server.start()
    async with asyncio.timeout(START_SECONDS):
        while not await server.ready():
            await asyncio.sleep(0.05)
    for schema in schemas:
        await Database(server.url(), schema, f"gongdan.{schema}.migrations").start()
    await server.stop(STOP_SECONDS)
    return data


def copy_of(prepared: DataDir, folder: Path) -> Path:
    """A data folder of its own with a copy of the prepared database; its secrets are its own but for the database's."""
    data = open_data_dir(folder)
    # As it is, for PostgreSQL's files belong to PostgreSQL's user.
    subprocess.run(["cp", "--archive", str(prepared.postgres), str(data.postgres)], check=True)
    shutil.copy2(prepared.postgres_password, data.postgres_password)
    return folder
