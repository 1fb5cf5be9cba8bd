"""One api over HTTP on an embedded PostgreSQL of its own, for benches that fill its tables themselves."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from gongdan.shared.embedded.layout import open_data_dir
from gongdan.shared.embedded.postgres import Postgres
from tests.integration.api.live import Live, running
from tests.kit.databases import database_on, forget_safety
from tests.ports import free_port


@asynccontextmanager
async def api_alone() -> AsyncIterator[Live]:
    """The api, with nothing in its tables; everything is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="gongdan-bench-") as folder:
        server = Postgres(open_data_dir(Path(folder) / "data"), free_port())
        await server.start()
        while not await server.ready():
            await asyncio.sleep(0.05)
        await forget_safety(server)
        async with database_on(server) as url, running(url, Path(folder)) as live:
            yield live
        await server.stop(10)
