"""The way back for parked records: list what is parked, and send it to its topic again.

A released record is only for the service that parked it (`ce_releasedfor`); the others pass over it. What is listed is
what nobody has released. Releasing a record twice is harmless, since the service takes it once; one that still cannot
be processed is parked anew.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from gongdan.shared.bus import kafka, topics
from gongdan.shared.bus.parked import PREFIX, release_headers, released_mark, waiting
from gongdan.shared.bus.records import Record
from gongdan.shared.contracts.topics import TOPICS, ServiceName, parked_topic
from gongdan.shared.errors import RetryLater
from gongdan.shared.settings import BaseServiceSettings


@dataclass(frozen=True, slots=True)
class Parked:
    """A record that was set aside, with why and when, and its place on the parked topic."""

    service: ServiceName
    topic: str
    record: Record

    @property
    def reason(self) -> str:
        """The stable slug of the reason."""
        return self.record.header(PREFIX + "reason") or "unknown"

    @property
    def detail(self) -> str:
        """The reason as a sentence."""
        return self.record.header(PREFIX + "detail") or ""

    @property
    def at(self) -> str:
        """When it was parked, ISO 8601."""
        return self.record.header(PREFIX + "at") or ""


async def list_parked(settings: BaseServiceSettings, service: ServiceName | None = None) -> list[Parked]:
    """What is parked and was not released, oldest first per topic. Raises RetryLater while Kafka is away."""
    found: list[Parked] = []
    async with _reader(settings) as consumer:
        known = await consumer.topics()
        for spec in TOPICS.values():
            for reader in spec.readers:
                name = parked_topic(spec.topic, reader)
                if name in known and service in {None, reader}:
                    left = waiting(await _all(consumer, name))
                    found += [Parked(reader, spec.topic, record) for record in left]
    return found


async def release(settings: BaseServiceSettings, parked: Sequence[Parked]) -> int:
    """Send records to their topics again; returns how many. Raises RetryLater while Kafka is away."""
    producer = kafka.producer(settings)
    try:
        await producer.start()
        for item in parked:
            await producer.send_and_wait(
                item.topic,
                value=item.record.value,
                key=item.record.key.encode(),
                headers=release_headers(item.record.headers, item.service),
            )
            await producer.send_and_wait(
                item.record.topic,
                value=None,
                key=item.record.key.encode(),
                partition=item.record.partition,
                headers=released_mark(item.record),
            )
    except (KafkaError, OSError) as error:
        raise RetryLater(f"Kafka: {type(error).__name__}: {error}") from error
    finally:
        await producer.stop()
    return len(parked)


@asynccontextmanager
async def _reader(settings: BaseServiceSettings) -> AsyncIterator[AIOKafkaConsumer]:
    consumer = kafka.reader(settings)
    try:
        await consumer.start()
        yield consumer
    except (KafkaError, OSError) as error:
        raise RetryLater(f"Kafka: {type(error).__name__}: {error}") from error
    finally:
        await kafka.let_go(consumer)


async def _all(consumer: AIOKafkaConsumer, topic: str) -> list[Record]:
    place = TopicPartition(topic, 0)
    end = (await topics.end_offsets(consumer, [place]))[place]
    consumer.assign([place])
    await consumer.seek_to_beginning(place)
    records: list[Record] = []
    while end and await consumer.position(place) < end:
        batch = await consumer.getmany(place, timeout_ms=1000)
        records += [kafka.record_of(raw) for raw in batch.get(place, [])]
    return records
