"""Notices a reader that waits behind the end of a log, and lets it read that log from its beginning.

A topic that was deleted and made again is shorter than what was read of the old one. Apache Kafka tells a reader so;
the embedded broker answers that nothing has come yet, until as much was written as was read before. What was seen
is dropped on the way. Limit: acts on what fetches say, and only when two of them, a look apart, say the same.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import IllegalStateError, KafkaError

log = structlog.get_logger()

ANSWER_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class _Behind:
    """A place that is read behind its end, and when (ms) the broker last said where that end is."""

    position: int
    told_at: int


@dataclass(slots=True)
class Watch:
    """Looks after the consumer that `consumer` returns, None while there is none. `look` is a step of a loop."""

    consumer: Callable[[], AIOKafkaConsumer | None]
    _behind: dict[TopicPartition, _Behind] = field(default_factory=dict)

    async def look(self) -> None:
        """Read from their beginning those partitions that were behind their ends at the last look, and still are."""
        consumer = self.consumer()
        if consumer is None:
            return
        found = {place: at for place in consumer.assignment() if (at := await _behind(consumer, place))}
        stuck = [place for place, at in found.items() if self._since_last_look(place, at)]
        self._behind = {place: at for place, at in found.items() if place not in stuck}
        if stuck:
            log.warning("log_shorter_than_read_reading_from_start", partitions=len(stuck))
            await _read_again(consumer, stuck)

    def _since_last_look(self, place: TopicPartition, at: _Behind) -> bool:
        before = self._behind.get(place)
        return before is not None and before.position == at.position and before.told_at < at.told_at


async def _behind(consumer: AIOKafkaConsumer, place: TopicPartition) -> _Behind | None:
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            position = await consumer.position(place)
        end, told_at = consumer.highwater(place), consumer.last_poll_timestamp(place)
    except (TimeoutError, AssertionError, IllegalStateError, KafkaError):
        return None  # taken away, or not yet known where to begin: nothing to judge
    return _Behind(position, told_at) if end is not None and position > end else None


async def _read_again(consumer: AIOKafkaConsumer, places: list[TopicPartition]) -> None:
    try:
        await consumer.seek_to_beginning(*places)
    except (IllegalStateError, KafkaError) as fault:
        log.warning("log_not_read_again", why=f"{type(fault).__name__}: {fault}")
