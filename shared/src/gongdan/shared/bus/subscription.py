"""How a service consumes: batches from its topics to its delivery, acknowledged after they took effect.

Offsets are committed by hand, after the batch, and about once a second: what comes again after a crash is dropped
by the inbox. Limit: one batch at a time, in the lanes of its delivery; more is had by more replicas, up to one for
each partition. Topics that nobody waits for have a subscription of their own, which others are not behind.
"""

import asyncio
import contextlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from gongdan.shared.bus.delivery import BatchDelivery
from gongdan.shared.bus.epochs import Epochs
from gongdan.shared.bus.membership import Membership
from gongdan.shared.bus.polling import Polling
from gongdan.shared.bus.records import Record
from gongdan.shared.bus.watch import Watch
from gongdan.shared.contracts.topics import Topic
from gongdan.shared.errors import RetryLater, StopService
from gongdan.shared.health import Health
from gongdan.shared.loops import Loop
from gongdan.shared.settings import BaseServiceSettings

log = structlog.get_logger()

AFTER_FAULT_SECONDS = 1.0
WATCH_EVERY = timedelta(seconds=2)
COMMIT_SECONDS = 1.0
COMMIT_PATIENCE = 3.0


@dataclass(slots=True)
class Subscription:
    """The part of a service that consumes topics and gives batches to its delivery.

    A `leisurely` one reads what nobody waits for: seldom, in small batches, and half the time at most. Records of
    `patient` topics wait a moment for others to come along.
    Once a batch was left undone none is taken any more: acknowledging a later one would acknowledge it too.
    """

    settings: BaseServiceSettings
    topics: Sequence[Topic]
    delivery: BatchDelivery
    health: Health
    name: str = "subscription"
    leisurely: bool = False
    patient: Collection[Topic] = ()
    membership: Membership = field(init=False)
    _epochs: Epochs = field(init=False)
    _watch: Loop = field(init=False)
    _task: "asyncio.Task[None] | None" = None
    _idle: bool = False
    _reached: dict[TopicPartition, int] = field(default_factory=dict)
    _commit_at: float = 0.0

    def __post_init__(self) -> None:
        """Remember what is read where the effects are kept."""
        if self.leisurely:
            self.settings = self.settings.at_leisure()
        self.membership = Membership(self.settings, self.delivery.service, self.topics)
        self._epochs = Epochs(self.delivery.db)
        watch = Watch(lambda: self.membership.consumer)
        self._watch = Loop(f"{self.name}-watch", watch.look, self.health, WATCH_EVERY)

    async def start(self) -> None:
        """Join the group once all topics exist. Raises RetryLater until then."""
        consumer = await self.membership.join()
        self._task = asyncio.create_task(self._consume(consumer), name=self.name)
        await self._watch.start()

    async def stop(self) -> None:
        """Finish the batch in hand, then leave the group."""
        self.delivery.stopping.set()
        await self._watch.stop()
        if self._task:
            if self._idle:
                self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        if self.membership.consumer:
            await self._commit(self.membership.consumer)
        await self.membership.leave()

    async def _consume(self, consumer: AIOKafkaConsumer) -> None:
        polling = Polling(consumer, self.settings, self.patient)
        try:
            while not self.delivery.stopping.is_set():
                await self._next_batch(consumer, polling)
        except StopService as error:
            self.health.fail(str(error))
        except RetryLater as fault:
            log.warning("batch_left_for_next_start", why=str(fault))
        except Exception as error:
            log.exception("consuming_ended")
            self.health.fail(f"consuming ended: {type(error).__name__}: {error}")

    async def _next_batch(self, consumer: AIOKafkaConsumer, polling: Polling) -> None:
        loop = asyncio.get_running_loop()
        with self._interruptible():
            records = await polling.next()
        if records:
            began = loop.time()
            await self._take(consumer, records)
            await self._rest_after(loop.time() - began, full=len(records) >= self.settings.kafka_batch)
        if self._reached and loop.time() >= self._commit_at:
            await self._commit(consumer)
            self._commit_at = loop.time() + COMMIT_SECONDS

    async def _rest_after(self, took: float, *, full: bool) -> None:
        """Let some gather after a batch that was not full; after a full one only the leisurely rest, as long again."""
        rest = self.settings.kafka_batch_gap_ms / 1_000 - took
        if full:
            rest = took if self.leisurely else 0
        if rest > 0:
            with self._interruptible():
                await asyncio.sleep(rest)

    @contextlib.contextmanager
    def _interruptible(self) -> Iterator[None]:
        """No batch is in hand: whoever stops need not wait."""
        self._idle = True
        try:
            yield
        finally:
            self._idle = False

    async def _take(self, consumer: AIOKafkaConsumer, records: Sequence[Record]) -> None:
        """Deliver a batch. The consumer's position has moved on, so it is never let go before it took effect."""
        while True:
            try:
                await self._start_over(consumer, records)
                await self.delivery.deliver(records)
                await self._epochs.read(records)
            except RetryLater as fault:
                if self.delivery.stopping.is_set():
                    raise
                log.warning("batch_waits", why=str(fault), records=len(records))
                await asyncio.sleep(AFTER_FAULT_SECONDS)
            else:
                self._reached |= {TopicPartition(one.topic, one.partition): one.offset + 1 for one in records}
                return

    async def _commit(self, consumer: AIOKafkaConsumer) -> None:
        """Tell the group how far this member came. Of partitions that went to another, that one tells."""
        ours = consumer.assignment()
        self._reached = {place: offset for place, offset in self._reached.items() if place in ours}
        try:
            if self._reached:
                # Without a broker aiokafka would ask for ever.
                async with asyncio.timeout(COMMIT_PATIENCE):
                    await consumer.commit(self._reached)
            self._reached = {}
        except (KafkaError, ValueError, TimeoutError) as error:
            log.warning("offsets_not_committed", why=f"{type(error).__name__}: {error}")

    async def _start_over(self, consumer: AIOKafkaConsumer, records: Sequence[Record]) -> None:
        """Read partitions again whose log was lost and written again; what was seen is dropped on the way."""
        places = await self._epochs.look(records)
        if not places:
            return
        log.warning("log_written_again_reading_from_start", partitions=len(places))
        try:
            await consumer.seek_to_beginning(*(TopicPartition(*place) for place in places))
        except KafkaError as error:
            self._epochs.forget(places)
            log.warning("log_not_read_again", why=f"{type(error).__name__}: {error}")
