"""A broker that is killed: the embedded one forgets everything, Apache Kafka keeps it, and neither is noticed."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest

from gongdan.shared.embedded.stack import Broker
from tests.kit.pair import Pair


@pytest.fixture
async def pair(fresh_database: str, any_broker: Broker) -> AsyncIterator[Pair]:
    """A running pair on a broker of its own."""
    async with AsyncExitStack() as stack:
        pair = Pair(fresh_database, any_broker)
        await pair.start(stack)
        yield pair


async def test_a_broker_that_was_killed_gets_what_it_lacks_and_nothing_takes_effect_twice(pair: Pair) -> None:
    for version in range(1, 21):
        await pair.say("before", version)
    await pair.effects(20, "before")
    await pair.broker.kill()
    for version in range(1, 21):
        await pair.say("while-away", version)
    await pair.broker.start()
    for version in range(21, 41):
        await pair.say("before", version)
    assert await pair.effects(40, "before") == list(range(1, 41))
    assert await pair.effects(20, "while-away") == list(range(1, 21))


async def test_a_kill_in_the_middle_of_a_stream_loses_and_doubles_nothing(pair: Pair) -> None:
    async def stream() -> None:
        for version in range(1, 301):
            await asyncio.gather(*(pair.say(f"stream-{number}", version) for number in range(3)))

    streaming = asyncio.create_task(stream())
    for _ in range(2):
        await asyncio.sleep(0.4)
        await pair.broker.kill()
        await pair.broker.start()
    await streaming
    for number in range(3):
        assert await pair.effects(300, f"stream-{number}") == list(range(1, 301))


async def test_a_writer_leads_again_on_whichever_connection_it_gets_after_its_broker_was_away(pair: Pair) -> None:
    await pair.say("leading", 1)
    await pair.effects(1, "leading")
    await pair.broker.kill()
    async with AsyncExitStack() as held:
        for _ in range(3):
            await held.enter_async_context(pair.source.connections.lent())
            await asyncio.sleep(1)
        await pair.broker.start()
        await pair.say("leading", 2)
        assert await pair.effects(2, "leading") == [1, 2]
