"""Following a compacted topic from its beginning, without a group: how a service keeps all of it in memory.

A log that was lost is written again from the start; whoever is in the middle of it then starts over. The topic has
one partition. Limit: what was let go of meanwhile is not told; the follower must bear hearing the same twice.
"""

import asyncio
import sys
from collections.abc import Callable, Sequence

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from gongdan.shared.bus import kafka, topics
from gongdan.shared.bus.epochs import epoch_of
from gongdan.shared.bus.records import Record
from gongdan.shared.contracts.topics import Topic
from gongdan.shared.errors import RetryLater
from gongdan.shared.settings import BaseServiceSettings

log = structlog.get_logger()

POLL_MS = 1_000
AFTER_FAULT_SECONDS = 1.0

Take = Callable[[Sequence[Record]], None]


async def follow(settings: BaseServiceSettings, topic: Topic, take: Take) -> None:
    """Give every record of the topic to `take`, for ever.

    An empty batch says that all has been read that was there at the start, or that there is no more for now.
    """
    seen = _Seen()
    while True:
        consumer = kafka.reader(settings)
        try:
            await topics.wait_for(settings.kafka_bootstrap, [topic])
            await consumer.start()
            await _read(consumer, TopicPartition(topic, 0), seen, take)
        except (KafkaError, OSError, RetryLater) as fault:
            log.warning("following_waits", topic=topic, why=f"{type(fault).__name__}: {fault}")
            await asyncio.sleep(AFTER_FAULT_SECONDS)
        finally:
            await kafka.let_go(consumer)


class _Seen:
    """Which writing of the log is being read."""

    def __init__(self) -> None:
        self.epoch = 0

    def must_start_over(self, records: Sequence[Record]) -> bool:
        """Whether these are from the middle of a newer writing."""
        newest = max(map(epoch_of, records), default=0)
        if newest <= self.epoch:
            return False
        self.epoch = newest
        return records[0].offset > 0


async def _read(consumer: AIOKafkaConsumer, place: TopicPartition, seen: _Seen, take: Take) -> None:
    consumer.assign([place])
    await consumer.seek_to_beginning(place)
    end = (await consumer.end_offsets([place]))[place]
    while True:
        batch = await consumer.getmany(timeout_ms=POLL_MS, max_records=1_000)
        records = [kafka.record_of(raw) for raw in batch.get(place, [])]
        if seen.must_start_over(records):
            await consumer.seek_to_beginning(place)
        else:
            take(records)
            if records and records[-1].offset + 1 >= end:
                take(())
                end = sys.maxsize
