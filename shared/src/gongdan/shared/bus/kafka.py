"""Connections to Kafka: the one place that fixes every policy of consuming and producing.

FastStream's defaults acknowledge before processing and start at the end of the log; both lose messages. So
nothing here is left to a default: offsets are committed by hand after the batch took effect, new groups
start at the beginning, group ids are the service's name.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import TypeVar

import structlog
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition
from aiokafka.errors import KafkaError
from faststream import AckPolicy
from faststream.kafka import KafkaBroker
from faststream.kafka.annotations import KafkaMessage
from faststream.kafka.subscriber.usecase import LogicSubscriber

from gongdan.shared.bus import topics
from gongdan.shared.bus.complaints import Complaints
from gongdan.shared.bus.delivery import BatchDelivery
from gongdan.shared.bus.epochs import Epochs
from gongdan.shared.bus.metadata import ask_without_making
from gongdan.shared.bus.records import Record
from gongdan.shared.bus.watch import Watch
from gongdan.shared.contracts.topics import ServiceName, Topic
from gongdan.shared.errors import RetryLater, StopService
from gongdan.shared.health import Health
from gongdan.shared.loops import Loop
from gongdan.shared.settings import BaseServiceSettings

log = structlog.get_logger()
ask_without_making()

METADATA_AGE_MS = 2_000
WATCH_EVERY = timedelta(seconds=2)
Result = TypeVar("Result")
MAX_RECORD_BYTES = 8 * 1024 * 1024


def group_id(service: ServiceName) -> str:
    """The consumer group of a service."""
    return f"gongdan.{service}"


def producer(settings: BaseServiceSettings) -> AIOKafkaProducer:
    """A producer that waits for all replicas and keeps the order of each partition."""
    return AIOKafkaProducer(
        bootstrap_servers=settings.kafka_bootstrap,
        acks="all",
        enable_idempotence=settings.kafka_idempotence,
        linger_ms=0,
        max_request_size=MAX_RECORD_BYTES,
        request_timeout_ms=10_000,
        retry_backoff_ms=100,
        metadata_max_age_ms=METADATA_AGE_MS,
    )


def reader(settings: BaseServiceSettings) -> AIOKafkaConsumer:
    """A consumer without a group, for reading a whole topic or asking for offsets."""
    return AIOKafkaConsumer(
        bootstrap_servers=settings.kafka_bootstrap,
        group_id=None,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        fetch_max_wait_ms=max(settings.kafka_fetch_wait_ms, 100),
        metadata_max_age_ms=METADATA_AGE_MS,
        request_timeout_ms=10_000,
    )


def record_of(raw: ConsumerRecord) -> Record:
    """Our view of a consumed record."""
    key = raw.key.decode("utf-8", "replace") if raw.key else ""
    headers = [(name, value or b"") for name, value in raw.headers]
    return Record(raw.topic, raw.partition, raw.offset, key, raw.value, headers)


def subscribe(
    broker: KafkaBroker,
    service: ServiceName,
    names: Sequence[Topic],
    settings: BaseServiceSettings,
    on_batch: Callable[[KafkaMessage], Awaitable[None]],
) -> None:
    """Subscribe a service to topics, in batches, acknowledged by hand. The only subscription of the project."""
    broker.subscriber(
        *names,
        batch=True,
        group_id=group_id(service),
        ack_policy=AckPolicy.MANUAL,
        auto_offset_reset="earliest",
        max_records=settings.kafka_batch,
        batch_timeout_ms=1_000,
        fetch_max_wait_ms=settings.kafka_fetch_wait_ms,
        max_partition_fetch_bytes=MAX_RECORD_BYTES,
        session_timeout_ms=10_000,
        heartbeat_interval_ms=2_000,
        max_poll_interval_ms=600_000,
        decoder=_leave_undecoded,
        no_reply=True,
    )(on_batch)


async def _leave_undecoded(_: object) -> None:
    """Reading payloads is ours: a broken one must reach the parking, not fail in the client."""


class Subscription:
    """The part of a service that consumes its topics and gives batches to its delivery.

    Once a batch was left undone none is taken any more: acknowledging a later one would acknowledge it too.
    """

    name = "subscription"

    def __init__(
        self, settings: BaseServiceSettings, names: Sequence[Topic], delivery: BatchDelivery, health: Health
    ) -> None:
        self._settings = settings
        self._names = list(names)
        self._delivery = delivery
        self._health = health
        self._epochs = Epochs(delivery.db)
        self._watch = Loop("subscription-watch", Watch(self._consumer).look, health, WATCH_EVERY)
        self._left = False
        self._gap = settings.kafka_batch_gap_ms / 1000
        self._began = -self._gap
        self.broker = KafkaBroker(
            settings.kafka_bootstrap,
            metadata_max_age_ms=METADATA_AGE_MS,
            request_timeout_ms=10_000,
            allow_auto_create_topics=False,
            logger=Complaints(health),
        )
        subscribe(self.broker, delivery.service, self._names, settings, self._on_batch)

    async def start(self) -> None:
        """Join the group once all topics exist. Raises RetryLater until then."""
        await topics.wait_for(self._settings.kafka_bootstrap, self._names)
        try:
            await self.broker.start()
        except (KafkaError, OSError) as error:
            raise RetryLater(f"Kafka: {type(error).__name__}: {error}") from error
        await self._watch.start()

    async def stop(self) -> None:
        """Finish the batch in hand, then leave the group."""
        self._delivery.stopping.set()
        await self._watch.stop()
        await self.broker.stop()

    def _consumer(self) -> AIOKafkaConsumer | None:
        return next((item.consumer for item in self.broker.subscribers if isinstance(item, LogicSubscriber)), None)

    async def _let_some_gather(self) -> None:
        """Rest after a batch that came soon after the last: each costs much the same, however small it is."""
        now = asyncio.get_running_loop().time()
        if now < self._began + self._gap:
            await asyncio.sleep(self._began + self._gap - now)

    async def _on_batch(self, message: KafkaMessage) -> None:
        if self._left:
            return
        self._began = asyncio.get_running_loop().time()
        raw = message.raw_message
        records = [record_of(item) for item in (raw if isinstance(raw, tuple) else (raw,))]
        try:
            await self._start_over(message, records)
            await self._delivery.deliver(records)
            await self._patiently(lambda: self._epochs.read(records))
            await message.ack()
            await self._let_some_gather()
        except KafkaError as error:
            log.warning("offsets_not_committed", why=f"{type(error).__name__}: {error}")
        except RetryLater as fault:
            self._left = True
            log.warning("batch_left_for_next_start", why=str(fault))
        except Exception as error:  # noqa: BLE001 - whatever it was, going on would lose this batch
            self._left = True
            self._health.fail(str(error) if isinstance(error, StopService) else f"{type(error).__name__}: {error}")

    async def _start_over(self, message: KafkaMessage, records: Sequence[Record]) -> None:
        """Read partitions again whose log was lost and written again; what was seen is dropped on the way."""
        places = await self._patiently(lambda: self._epochs.look(records))
        if not places:
            return
        log.warning("log_written_again_reading_from_start", partitions=len(places))
        consumer: AIOKafkaConsumer = message.consumer
        try:
            await consumer.seek_to_beginning(*(TopicPartition(*place) for place in places))
        except KafkaError as error:
            self._epochs.forget(places)
            log.warning("log_not_read_again", why=f"{type(error).__name__}: {error}")

    async def _patiently(self, step: Callable[[], Awaitable[Result]]) -> Result:
        """Take a step again after passing faults. Raises RetryLater when the service stops meanwhile."""
        while True:
            try:
                return await step()
            except RetryLater as fault:
                if self._delivery.stopping.is_set():
                    raise
                log.warning("batch_waits", why=str(fault), seconds=fault.delay.total_seconds())
                await asyncio.sleep(fault.delay.total_seconds())
