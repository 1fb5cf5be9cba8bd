"""How a service consumes: batches from its topics to its delivery, acknowledged after they took effect.

Offsets are committed by hand; a batch whose offsets could not be committed comes again and is dropped by the
inbox. Limit: one batch at a time per process; more is had by more replicas, up to one for each partition.
"""

import asyncio
import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from gongdan.shared.bus import kafka, topics
from gongdan.shared.bus.delivery import BatchDelivery
from gongdan.shared.bus.epochs import Epochs
from gongdan.shared.bus.records import Record
from gongdan.shared.contracts.topics import Topic
from gongdan.shared.errors import RetryLater, StopService
from gongdan.shared.health import Health
from gongdan.shared.settings import BaseServiceSettings

log = structlog.get_logger()

POLL_MS = 1_000
AFTER_FAULT_SECONDS = 1.0


@dataclass(slots=True)
class Subscription:
    """The part of a service that consumes its topics and gives batches to its delivery."""

    settings: BaseServiceSettings
    topics: Sequence[Topic]
    delivery: BatchDelivery
    health: Health
    name: str = "subscription"
    _epochs: Epochs = field(init=False)
    _consumer: AIOKafkaConsumer | None = None
    _task: "asyncio.Task[None] | None" = None
    _idle: bool = False

    def __post_init__(self) -> None:
        """Remember what is read where the effects are kept."""
        self._epochs = Epochs(self.delivery.db)

    async def start(self) -> None:
        """Join the group once all topics exist. Raises RetryLater until then."""
        await topics.wait_for(self.settings.kafka_bootstrap, self.topics)
        consumer = kafka.subscribe(self.settings, self.delivery.service, self.topics)
        try:
            await consumer.start()
        except (KafkaError, OSError) as error:
            await consumer.stop()
            raise RetryLater(f"Kafka: {type(error).__name__}: {error}") from error
        self._consumer = consumer
        self._task = asyncio.create_task(self._consume(consumer), name="subscription")

    async def stop(self) -> None:
        """Finish the batch in hand, then leave the group."""
        self.delivery.stopping.set()
        if self._task:
            if self._idle:
                self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        if self._consumer:
            await self._consumer.stop()

    async def _consume(self, consumer: AIOKafkaConsumer) -> None:
        try:
            while not self.delivery.stopping.is_set():
                await self._next_batch(consumer)
        except StopService as error:
            self.health.fail(str(error))
        except RetryLater as fault:
            log.warning("batch_left_for_next_start", why=str(fault))
        except Exception as error:
            log.exception("consuming_ended")
            self.health.fail(f"consuming ended: {type(error).__name__}: {error}")

    async def _next_batch(self, consumer: AIOKafkaConsumer) -> None:
        loop = asyncio.get_running_loop()
        records = await self._poll(consumer)
        if records:
            again = loop.time() + self.settings.kafka_batch_gap_ms / 1000
            await self._take(consumer, records)
            await self._let_some_gather(again - loop.time())

    async def _poll(self, consumer: AIOKafkaConsumer) -> list[Record]:
        with self._interruptible():
            try:
                found = await consumer.getmany(timeout_ms=POLL_MS, max_records=self.settings.kafka_batch)
            except KafkaError as error:
                log.warning("consuming_waits", why=f"{type(error).__name__}: {error}")
                await asyncio.sleep(AFTER_FAULT_SECONDS)
                return []
        return [kafka.record_of(raw) for batch in found.values() for raw in batch]

    async def _let_some_gather(self, seconds: float) -> None:
        """Rest after a batch that came soon after the last: each costs much the same, however small it is."""
        if seconds > 0:
            with self._interruptible():
                await asyncio.sleep(seconds)

    @contextlib.contextmanager
    def _interruptible(self) -> Iterator[None]:
        """No batch is in hand: whoever stops need not wait."""
        self._idle = True
        try:
            yield
        finally:
            self._idle = False

    async def _take(self, consumer: AIOKafkaConsumer, records: Sequence[Record]) -> None:
        """Deliver a batch and commit its offsets. Its position has moved on, so it is never let go before that."""
        while True:
            try:
                await self._start_over(consumer, records)
                await self.delivery.deliver(records)
                await self._epochs.read(records)
            except (RetryLater, KafkaError) as fault:
                if self.delivery.stopping.is_set():
                    raise RetryLater(f"stopping while {fault}") from fault
                log.warning("batch_waits", why=f"{type(fault).__name__}: {fault}", records=len(records))
                await asyncio.sleep(AFTER_FAULT_SECONDS)
            else:
                await self._commit(consumer, records)
                return

    async def _commit(self, consumer: AIOKafkaConsumer, records: Sequence[Record]) -> None:
        reached = {TopicPartition(record.topic, record.partition): record.offset + 1 for record in records}
        try:
            await consumer.commit(reached)
        except (KafkaError, ValueError) as error:
            log.warning("offsets_not_committed", why=f"{type(error).__name__}: {error}")

    async def _start_over(self, consumer: AIOKafkaConsumer, records: Sequence[Record]) -> None:
        """Read partitions again whose log was lost and written again; what was seen is dropped on the way."""
        places = {TopicPartition(*place) for place in await self._epochs.look(records)}
        ours = places & consumer.assignment()
        self._epochs.leave(places - ours)
        if ours:
            log.warning("log_written_again_reading_from_start", partitions=len(ours))
            try:
                await consumer.seek_to_beginning(*ours)
            except KafkaError:
                self._epochs.leave(ours)
                raise
