"""Topics that are asked for only now and then, because nobody waits for what they carry.

Each partition of a fetch costs the embedded broker and its reader something, whether it has news or not. So the
partitions of these topics are paused most of the time. Limit: what is fetched when a pause begins is fetched again.
"""

from collections.abc import Collection
from dataclasses import dataclass

from aiokafka import AIOKafkaConsumer

from gongdan.shared.contracts.topics import Topic

POLLS_OPEN = 2
OPEN_SECONDS = 0.04
LONGEST_POLL = 1.0


@dataclass(slots=True)
class Seldom:
    """Opens `topics` every `every` seconds; 0 leaves them open. Closes them once two polls could bring their news."""

    topics: Collection[Topic]
    every: float
    _polls: int = 0
    _open_at: float = 0.0

    def turn(self, consumer: AIOKafkaConsumer, now: float) -> float:
        """Call before each poll, with a monotonic time in seconds. Returns how many seconds the poll may wait."""
        places = [place for place in consumer.assignment() if place.topic in self.topics]
        if not places or not self.every:
            return LONGEST_POLL
        if now >= self._open_at and self._polls < POLLS_OPEN:
            consumer.resume(*places)
            self._polls += 1
            return OPEN_SECONDS
        if now >= self._open_at:
            self._polls, self._open_at = 0, now + self.every
        consumer.pause(*places)
        return self._open_at - now
