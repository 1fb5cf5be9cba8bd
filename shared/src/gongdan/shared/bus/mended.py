"""aiokafka, mended where it has no setting for what we need. Limit: holds for all its clients in the process.

Asking about a topic must not make it: a lost topic would come back with the broker's number of partitions instead
of ours, as a whole one in the eyes of its writer, and records would go to partitions that no reader knows of. And
while a topic is missing, aiokafka asks for it without rest.
"""

import asyncio
from collections.abc import Collection
from functools import partial

from aiokafka import client
from aiokafka.cluster import ClusterMetadata
from aiokafka.protocol.metadata import MetadataRequest

MISSING_SECONDS = 0.1

_ask = client.AIOKafkaClient._metadata_update  # noqa: SLF001 - the one place where all its questions are asked


async def _ask_calmly(self: client.AIOKafkaClient, cluster: ClusterMetadata, topics: Collection[str] | None) -> bool:
    answered: bool = await _ask(self, cluster, topics)
    if any(cluster.partitions_for_topic(topic) is None for topic in topics or ()):
        await asyncio.sleep(MISSING_SECONDS)
    return answered


def mend() -> None:
    """Make no topics by asking, and ask for missing ones calmly."""
    client.MetadataRequest = partial(MetadataRequest, allow_auto_topic_creation=False)
    client.AIOKafkaClient._metadata_update = _ask_calmly  # noqa: SLF001
