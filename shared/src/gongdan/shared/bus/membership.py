"""A service's place among the readers of its topics: a member of its group, or where it is alone, all partitions.

The embedded broker belongs to one process of each service. There nobody shares the work, so all partitions are taken
without asking: its groups would keep whoever comes after a crash waiting for the member that died, and after the
broker's own crash leave readers with nothing. How far a service came is kept under the group's name either way.
"""

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import dataclass

from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaError

from gongdan.shared.bus import kafka, topics
from gongdan.shared.contracts.topics import ServiceName, Topic
from gongdan.shared.errors import RetryLater
from gongdan.shared.settings import BaseServiceSettings

LEAVE_SECONDS = 3.0


@dataclass(slots=True)
class Membership:
    """Holds the consumer, None while there is none."""

    settings: BaseServiceSettings
    service: ServiceName
    names: Sequence[Topic]
    consumer: AIOKafkaConsumer | None = None

    async def join(self) -> AIOKafkaConsumer:
        """Take the place once all topics exist; returns the consumer to read from. Raises RetryLater until then."""
        await topics.wait_for(self.settings.kafka_bootstrap, self.names)
        alone = self.settings.kafka_in_memory
        consumer = kafka.subscribe(self.settings, self.service, () if alone else self.names)
        try:
            await consumer.start()
            if alone:
                consumer.assign([place for name in self.names for place in await topics.partitions_of(consumer, name)])
        except (KafkaError, OSError) as error:
            await _stop(consumer)
            raise RetryLater(f"Kafka: {type(error).__name__}: {error}") from error
        except asyncio.CancelledError:
            await _stop(consumer)
            raise
        self.consumer = consumer
        return consumer

    async def leave(self) -> None:
        """Give up the place, or at least stop reading."""
        consumer, self.consumer = self.consumer, None
        if consumer:
            await _stop(consumer)


async def _stop(consumer: AIOKafkaConsumer) -> None:
    with contextlib.suppress(TimeoutError, KafkaError):
        async with asyncio.timeout(LEAVE_SECONDS):
            await kafka.let_go(consumer)
