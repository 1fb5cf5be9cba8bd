"""A PostgreSQL for a bench, in a temporary folder, set up as in the embedded mode."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import psutil

from gongdan.shared.embedded.layout import open_data_dir
from gongdan.shared.embedded.postgres import Postgres
from tests.ports import free_port


class Measured(Postgres):
    """A PostgreSQL that knows how much work it had."""

    def cpu(self) -> float:
        """CPU seconds of the server and its processes, of those that ended, too."""
        if self.pid is None:
            return 0.0
        own = psutil.Process(self.pid)
        times = [own.cpu_times(), *(child.cpu_times() for child in own.children())]
        return sum(one.user + one.system for one in times) + times[0].children_user + times[0].children_system


@asynccontextmanager
async def server() -> AsyncIterator[Measured]:
    """A server while it runs."""
    with tempfile.TemporaryDirectory() as folder:
        postgres = Measured(open_data_dir(Path(folder)), free_port())
        await postgres.start()
        while not await postgres.ready():
            await asyncio.sleep(0.05)
        try:
            yield postgres
        finally:
            await postgres.stop(5)
