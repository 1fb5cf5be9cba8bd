"""The relay: publishes the outbox in order, and writes the log again when the broker has lost it.

One relay per service is active (an advisory lock), so that order per key holds. Loss shows in three ways: a
topic is missing, a partition ends before what we know was published, or a fresh record gets an offset that
was given before. In each case every kept row of that topic is published again in its order; readers drop
what they have seen. Limit: rows are kept for `keep`; the definitions topic is rebuilt from its table instead.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise

import structlog
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaError

from gongdan.shared import metrics
from gongdan.shared.bus import kafka, topics
from gongdan.shared.bus.published import Store
from gongdan.shared.bus.rows import Pending, Published, Reach, offsets_of
from gongdan.shared.bus.writer import Writer
from gongdan.shared.contracts.topics import ServiceName
from gongdan.shared.db.pool import Connection
from gongdan.shared.db.session import Database, Transaction
from gongdan.shared.errors import RetryLater
from gongdan.shared.rest import Rest
from gongdan.shared.settings import BaseServiceSettings

log = structlog.get_logger()

Recovery = Callable[[Transaction], Awaitable[None]]
BATCH = 1_000
ASK_SECONDS = 2.0
WRITE_SECONDS = 30.0
STOP_SECONDS = 3.0


@dataclass(slots=True)
class Relay:
    """The part of a service that says what its transactions recorded.

    `recover` names topics whose content is rebuilt by a callback instead of from kept rows.
    """

    service: ServiceName
    db: Database
    settings: BaseServiceSettings
    recover: dict[str, Recovery] = field(default_factory=dict)
    check_every: timedelta = timedelta(seconds=2)
    name: str = "relay"
    rest: Rest = field(default_factory=Rest)
    settled: asyncio.Event = field(default_factory=asyncio.Event)
    _task: "asyncio.Task[None] | None" = None

    async def start(self) -> None:
        """Start publishing. Returns when this replica leads and its topics exist, or another one leads."""
        self.db.on_commit.append(self.rest.wake)
        self._task = asyncio.create_task(self._lead(), name="relay")
        try:
            await self.settled.wait()
        except asyncio.CancelledError:
            # Whoever did not start is not stopped.
            self._task.cancel()
            raise

    async def stop(self) -> None:
        """Publish what is committed, then stop."""
        self.rest.stop()
        if self._task:
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _lead(self) -> None:
        while not self.rest.stopping:
            try:
                async with self.db.connections.own() as conn:
                    await self._lead_on(conn)
            except asyncio.CancelledError:
                raise
            except Exception as fault:  # noqa: BLE001 - whatever went wrong, the outbox keeps everything; try again
                log.warning("relay_waits", why=f"{type(fault).__name__}: {fault}")
                await self._nap(0.5)

    async def _lead_on(self, conn: Connection) -> None:
        store = Store.on(conn, self.db, self.service)
        while not await store.lock():
            self.settled.set()
            await self._nap(1.0)
            if self.rest.stopping:
                return
        producer, asker = kafka.producer(self.settings), kafka.reader(self.settings)
        try:
            await producer.start()
            await asker.start()
            await _Publishing(self, store, Writer(producer), asker).run()
        except (KafkaError, OSError) as error:
            raise RetryLater(f"Kafka: {type(error).__name__}: {error}") from error
        finally:
            await _stop(producer, asker)

    async def _nap(self, seconds: float) -> None:
        """Wait, whatever is committed meanwhile, but no longer once it is time to stop."""
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        while not self.rest.stopping and (left := end - loop.time()) > 0:
            self.rest.begin()
            await self.rest.for_(left)


@dataclass(slots=True)
class _Publishing:
    """One stretch of leading, with live connections."""

    relay: Relay
    store: Store
    writer: Writer
    asker: AIOKafkaConsumer
    progress: dict[TopicPartition, Reach] = field(default_factory=dict)
    epochs: dict[str, int] = field(default_factory=dict)

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        next_check = 0.0
        while True:
            if loop.time() >= next_check:
                await self._look_for_loss()
                next_check = loop.time() + self.relay.check_every.total_seconds()
                self.relay.settled.set()
            began = loop.time()
            self.relay.rest.begin()
            rows = await self.store.pending(BATCH)
            if rows:
                await self._publish(rows)
            elif self.relay.rest.stopping:
                return
            if len(rows) < BATCH:
                await self.relay.rest.for_(max(0.01, min(0.2, next_check - loop.time())))
                await asyncio.sleep(began + self.relay.settings.kafka_batch_gap_ms / 2_000 - loop.time())

    async def _look_for_loss(self) -> None:
        made = await self._make_missing()
        self.progress = await self.store.progress()
        lost = dict.fromkeys(made, "the topic was missing")
        there = [place for place in self.progress if place.topic not in made]
        ends = await self._ends(there)
        for place in there:
            reach = self.progress[place]
            if ends.get(place, reach.next_offset) <= reach.flushed_from:
                lost[place.topic] = f"partition {place.partition} ends at {ends[place]}, not {reach.next_offset}"
        await self._rewind(lost)
        self.epochs = await self.store.epochs()

    async def _ends(self, places: Sequence[TopicPartition]) -> dict[TopicPartition, int]:
        """How far partitions reach; empty when the broker does not say: that is no reason to stop publishing."""
        try:
            async with asyncio.timeout(ASK_SECONDS):
                return await topics.listed_ends(self.asker, places)
        except (TimeoutError, KafkaError) as fault:
            log.warning("log_not_looked_at", why=f"{type(fault).__name__}: {fault}")
            return {}

    async def _make_missing(self) -> set[str]:
        settings = self.relay.settings
        wanted = topics.wanted_by(self.relay.service, settings.kafka_most_partitions)
        if {topic.name for topic in wanted} <= await self.asker.topics():
            return set()
        address, copies = settings.kafka_bootstrap, settings.kafka_replication
        return await topics.make_missing(address, wanted, copies, swept=settings.kafka_in_memory)

    async def _rewind(self, lost: Mapping[str, str]) -> None:
        written = {place.topic for place in self.progress}
        for topic, why in sorted(lost.items()):
            count = await self.store.rewind(topic, self.relay.recover.get(topic))
            self.progress = {place: at for place, at in self.progress.items() if place.topic != topic}
            if count and topic in written:
                metrics.OUTBOX_REPUBLISHED.labels(self.relay.service, topic).inc(count)
                # A broker that keeps its log in memory loses it whenever it ends: that is nothing to look after.
                tell = log.info if self.relay.settings.kafka_in_memory else log.warning
                tell("log_lost_publishing_again", topic=topic, why=why, records=count)

    async def _publish(self, rows: Sequence[Pending]) -> None:
        # A client that broke down within leaves what it had in hand unanswered for ever.
        async with asyncio.timeout(WRITE_SECONDS):
            written = await self.writer.write(rows, self.epochs)
        lost = self._take_note(written.done)
        await self.store.published(written.done)
        if lost:
            await self._rewind(lost)
            self.epochs = await self.store.epochs()
        if written.failed:
            raise written.failed

    def _take_note(self, done: Sequence[Published]) -> dict[str, str]:
        """Remember how far partitions reach now; returns the topics whose log was lost, each with the sign of it."""
        lost: dict[str, str] = {}
        for place, offsets in offsets_of(done).items():
            reach = self.progress.get(place, Reach(0, 0))
            again = _given_before(reach.next_offset, offsets)
            if again is not None:
                lost[place.topic] = f"offset {again} of partition {place.partition} was given before"
            self.progress[place] = Reach.of(offsets)
            metrics.OUTBOX_PUBLISHED.labels(self.relay.service, place.topic).inc(len(offsets))
        return lost


async def _stop(producer: AIOKafkaProducer, asker: AIOKafkaConsumer) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(STOP_SECONDS):
            await asyncio.gather(producer.stop(), kafka.let_go(asker), return_exceptions=True)


def _given_before(expected: int, offsets: Sequence[int]) -> int | None:
    """The first offset that does not lie behind the one before it; each row gets one that nobody had."""
    return next((after for before, after in pairwise([expected - 1, *offsets]) if after <= before), None)
