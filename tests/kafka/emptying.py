"""Makes a node that others used as good as new: it runs, knows no topics, and of no group how far that came."""

import asyncio

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from gongdan.shared.embedded.stack import Broker
from tests.kafka.answers import answers

OFFSETS = "__consumer_offsets"
SECONDS = 60


async def empty(kafka: Broker) -> None:
    """Delete all topics, and with them what groups committed; start it first if a test left it killed."""
    if not await answers(int(kafka.bootstrap.rpartition(":")[2])):
        await kafka.start()
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka.bootstrap)
    await admin.start()
    try:
        async with asyncio.timeout(SECONDS):
            while not await _is_empty(admin):
                await asyncio.sleep(0.05)
    finally:
        await admin.close()


async def _is_empty(admin: AIOKafkaAdminClient) -> bool:
    """Delete what there is; False if there was something, or the node does not know its groups yet."""
    try:
        groups = [name for name, *_ in await admin.list_consumer_groups()]
        if topics := sorted(set(await admin.list_topics()) - {OFFSETS}):
            await admin.delete_topics(topics)
            return False
        return not any([await admin.list_consumer_group_offsets(name) for name in groups])
    except KafkaError:
        return False
