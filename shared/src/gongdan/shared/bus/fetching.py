"""How long the broker is to wait for records, said anew with each fetch.

Apache Kafka answers a fetch as soon as there is something. The embedded broker looks, then waits for all of the time
that it was given even if it has found something (Tansu 0.6, its fetch service). There the first fetch after a batch
waits not at all, since more has probably come meanwhile; the next ones wait a quarter of the time that nothing has
come, so that nothing is late by more than that, and a quiet system asks seldom.
Limit: aiokafka has a setting for the whole life of a consumer only; what it reads for each fetch is replaced here.
"""

import time
from collections.abc import Callable

from aiokafka import AIOKafkaConsumer
from aiokafka.consumer.fetcher import Fetcher

SHORTEST_MS = 5
PART_OF_QUIET = 0.25


class FetchWait:
    """How long a consumer's fetches wait: always `longest` milliseconds, until it is told that something came."""

    def __init__(self, longest: int, now: Callable[[], float] = time.monotonic) -> None:
        self._longest = longest
        self._now = now
        self._came: float | None = None
        self._at_once = False

    def something_came(self) -> None:
        """The next fetch is not to wait."""
        self._came, self._at_once = self._now(), True

    def of_next(self) -> int:
        """Milliseconds for the fetch that is about to be sent."""
        if self._came is None:
            return self._longest
        if self._at_once:
            self._at_once = False
            return 0
        quiet = round((self._now() - self._came) * 1_000 * PART_OF_QUIET)
        return min(max(quiet, SHORTEST_MS), self._longest)


def let_each_fetch_say() -> None:
    """Have all consumers of this process read a wait of their own where they would read their setting."""
    Fetcher._fetch_max_wait_ms = property(_of_next, _begin)  # noqa: SLF001 - read once for each fetch, nowhere else


def something_came(consumer: AIOKafkaConsumer) -> None:
    """To be called after a batch from a broker that waits though it has found something."""
    wait: FetchWait = consumer._fetcher.fetch_wait  # noqa: SLF001 - put there by `_begin`
    wait.something_came()


def _of_next(fetcher: Fetcher) -> int:
    wait: FetchWait = fetcher.fetch_wait
    return wait.of_next()


def _begin(fetcher: Fetcher, longest: int) -> None:
    fetcher.fetch_wait = FetchWait(longest)
