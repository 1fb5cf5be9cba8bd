"""A consumer is let go of whatever its client makes of its own cancellations."""

import asyncio
from typing import cast
from unittest.mock import AsyncMock

import pytest
from aiokafka import AIOKafkaConsumer

from gongdan.shared.bus import kafka


class Stopping:
    """A consumer that ends as it is told, or not at all."""

    def __init__(self, fault: BaseException | None) -> None:
        self._fault = fault
        self._client = AsyncMock()
        self.closed = self._client.close

    async def stop(self) -> None:
        if self._fault:
            raise self._fault
        await asyncio.Event().wait()


async def test_a_cancellation_that_nobody_asked_for_closes_the_connections_and_stops_nobody_else() -> None:
    consumer = Stopping(asyncio.CancelledError())
    await kafka.let_go(cast(AIOKafkaConsumer, consumer))
    consumer.closed.assert_awaited_once()


async def test_who_is_cancelled_while_letting_go_stays_cancelled() -> None:
    consumer = Stopping(None)
    task = asyncio.create_task(kafka.let_go(cast(AIOKafkaConsumer, consumer)))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert task.cancelled()


async def test_letting_go_for_too_long_is_a_timeout() -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await kafka.let_go(cast(AIOKafkaConsumer, Stopping(None)))
