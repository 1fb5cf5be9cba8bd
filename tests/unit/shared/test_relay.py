"""A relay that cannot start, since there is no database."""

import asyncio
import contextlib

from gongdan.shared.bus.relay import Relay
from gongdan.shared.db.session import Database
from tests.kit.service import settings
from tests.ports import free_port


async def test_a_relay_whose_start_is_cut_short_leaves_nothing_running() -> None:
    before = asyncio.all_tasks()
    config = settings(f"postgresql+asyncpg://nobody@127.0.0.1:{free_port()}/none", "127.0.0.1:1")
    relay = Relay("router", Database(config.database_url, "router", "gongdan.router.migrations"), config)
    start = asyncio.create_task(relay.start())
    await asyncio.sleep(0)
    start.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await start
    if left := asyncio.all_tasks() - before:
        await asyncio.wait(left, timeout=60)
    assert asyncio.all_tasks() == before
