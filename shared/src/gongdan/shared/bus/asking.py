"""When a reader asks the broker, and for which of its topics: each question costs both, whether there is news or not.

The client asks for more as soon as it has handed out what it had; after a small batch that brings the few records which
came first, and those behind them wait for another round. So it is held back until the next batch is wanted. And each
partition of a question costs something, too: those of topics that nobody waits for are paused most of the time. Limit:
what is fetched when a pause begins is fetched again.
"""

from collections.abc import Collection
from dataclasses import dataclass

from aiokafka import AIOKafkaConsumer, TopicPartition

from gongdan.shared.contracts.topics import Topic

POLLS_OPEN = 2
OPEN_SECONDS = 0.04
LONGEST_POLL = 1.0


@dataclass(slots=True)
class Asking:
    """Opens the `seldom` topics every `every` seconds, until two polls could bring their news; 0 leaves them open."""

    seldom: Collection[Topic]
    every: float
    _polls: int = 0
    _open_at: float = 0.0

    def begin(self, consumer: AIOKafkaConsumer, now: float) -> float:
        """Call before each poll, with a monotonic time in seconds. Returns how many seconds the poll may wait."""
        rare = [place for place in consumer.assignment() if self.every and place.topic in self.seldom]
        wait, closed = self._turn(rare, now)
        consumer.resume(*consumer.paused().difference(closed))
        consumer.pause(*closed)
        return wait

    def hold(self, consumer: AIOKafkaConsumer) -> None:
        """Ask for nothing until the next poll."""
        consumer.pause(*consumer.assignment())

    def _turn(self, rare: Collection[TopicPartition], now: float) -> tuple[float, Collection[TopicPartition]]:
        """How long a poll may wait, and what stays closed in it."""
        if not rare:
            return LONGEST_POLL, ()
        if now >= self._open_at and self._polls < POLLS_OPEN:
            self._polls += 1
            return OPEN_SECONDS, ()
        if now >= self._open_at:
            self._polls, self._open_at = 0, now + self.every
        return self._open_at - now, rare
