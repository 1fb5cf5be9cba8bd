"""A service's place in its consumer group: joined at the start, joined anew when it leads nowhere.

After the embedded broker was started again, a reader may find itself a follower of a member that is long gone, with
no partitions and nobody to give it some, or only with those of topics that were there when it joined. There a service
has the group to itself, so lacking a topic for a while is always wrong. With several replicas it may be right, so
nothing is done about it on other brokers.
"""

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import dataclass

import structlog
from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaError

from gongdan.shared.bus import kafka, topics
from gongdan.shared.contracts.topics import ServiceName, Topic
from gongdan.shared.errors import RetryLater
from gongdan.shared.settings import BaseServiceSettings

log = structlog.get_logger()

STRANDED_SECONDS = 8.0
LEAVE_SECONDS = 3.0


@dataclass(slots=True)
class Membership:
    """Holds the consumer, None while there is none."""

    settings: BaseServiceSettings
    service: ServiceName
    names: Sequence[Topic]
    consumer: AIOKafkaConsumer | None = None
    _placed_at: float = 0.0

    async def join(self) -> None:
        """Join the group once all topics exist. Raises RetryLater until then."""
        await topics.wait_for(self.settings.kafka_bootstrap, self.names)
        consumer = kafka.subscribe(self.settings, self.service, self.names)
        try:
            await consumer.start()
        except (KafkaError, OSError) as error:
            await consumer.stop()
            raise RetryLater(f"Kafka: {type(error).__name__}: {error}") from error
        self.consumer = consumer
        self._placed_at = asyncio.get_running_loop().time()

    async def leave(self) -> None:
        """Leave the group, or at least stop being part of it."""
        consumer, self.consumer = self.consumer, None
        if consumer:
            with contextlib.suppress(TimeoutError, KafkaError):
                async with asyncio.timeout(LEAVE_SECONDS):
                    await consumer.stop()

    async def joined(self) -> AIOKafkaConsumer:
        """The consumer to read from; one that was stranded is replaced. Raises RetryLater while none can be had."""
        if self.consumer and self._is_stranded(self.consumer):
            log.warning("topics_not_assigned_joining_again")
            await self.leave()
        if self.consumer is None:
            await self.join()
        if self.consumer is None:
            raise RetryLater("left the group")
        return self.consumer

    def _is_stranded(self, consumer: AIOKafkaConsumer) -> bool:
        now = asyncio.get_running_loop().time()
        assigned = {place.topic for place in consumer.assignment()}
        if assigned.issuperset(self.names) or not self.settings.kafka_in_memory:
            self._placed_at = now
        return now - self._placed_at > STRANDED_SECONDS
