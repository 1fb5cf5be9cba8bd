"""Asking a broker about a topic must not make it.

aiokafka allows the broker to make each topic it asks about, and has no setting against it. A lost topic would then
come back with the broker's number of partitions instead of ours, as a whole one in the eyes of its writer, and
records would go to partitions that no reader knows of. While a topic is missing aiokafka also asks without rest.
Limit: what is set here holds for all aiokafka clients of the process.
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


def ask_without_making() -> None:
    """Let no client of this process make topics by asking about them, or ask for a missing one without rest."""
    client.MetadataRequest = partial(MetadataRequest, allow_auto_topic_creation=False)
    client.AIOKafkaClient._metadata_update = _ask_calmly  # noqa: SLF001
