"""The wheel hears of what was set for sooner than it looks again by itself."""

import asyncio

from gongdan.sla_timer.adapters.listening import Listening
from tests.handlers.sla_timer.floor import Floor
from tests.kit.story import Story

HEARD = "SELECT 1 FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname = current_database()"


async def listening(floor: Floor) -> tuple[Listening, asyncio.Event]:
    """What listens on a replica's database, and what it sets when it hears something."""
    woken = asyncio.Event()
    part = Listening(floor.db, woken.set)
    await part.start()
    async with asyncio.timeout(60):
        while not await floor.query(HEARD):
            await asyncio.sleep(0.01)
    return part, woken


async def test_a_timer_that_is_due_within_a_second_wakes_every_replica(floor: Floor, twin: Floor) -> None:
    part, woken = await listening(floor)
    story = Story()
    twin.clock.at = story.at(0)
    await twin.hears(story.opened(), story.timer(0, "far", after="1h"))
    assert not woken.is_set()
    await twin.hears(story.timer(0, "soon", after="0.5s"))
    async with asyncio.timeout(60):
        await woken.wait()
    await part.stop()


async def test_it_listens_again_after_its_connection_was_lost(floor: Floor) -> None:
    part, woken = await listening(floor)
    await floor.query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' "
        "AND datname = current_database() AND pid <> pg_backend_pid()"
    )
    async with asyncio.timeout(60):
        while await floor.query(HEARD):
            await asyncio.sleep(0.01)
        while not await floor.query(HEARD):
            await asyncio.sleep(0.05)
    async with floor.db.transaction() as unit:
        await unit.execute("SELECT pg_notify('gongdan_sla_timer', '')")
    async with asyncio.timeout(60):
        await woken.wait()
    await part.stop()
