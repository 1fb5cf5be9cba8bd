"""Whether a broker does its work already, not only listens."""

import asyncio
from collections.abc import Awaitable, Callable

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from gongdan.shared.embedded.probe import accepts

START_SECONDS = 90


async def until_answers(port: int, ended: Callable[[], Awaitable[str | None]]) -> None:
    """Wait for the broker on 127.0.0.1. `ended` tells why it will never answer, None while it may.

    Raises RuntimeError with what `ended` tells, TimeoutError after START_SECONDS.
    """
    async with asyncio.timeout(START_SECONDS):
        while not await answers(port):
            if said := await ended():
                raise RuntimeError(f"Apache Kafka {said}")
            await asyncio.sleep(0.1)


async def answers(port: int) -> bool:
    """Whether it lists its topics."""
    if not await accepts(port):
        return False
    client = AIOKafkaAdminClient(bootstrap_servers=f"127.0.0.1:{port}")
    try:
        await client.start()
        await client.list_topics()
    except (KafkaError, OSError):
        return False
    finally:
        await client.close()
    return True
