"""Whether the ticket events that were written while this service was away have been read.

Until then a deadline of that time must not be judged: the answer that met it may be among them. Compares, once
after start, the committed offsets of the service's group with where the topic ended at start, partition by
partition, which every broker understands. Gives up waiting after `patience`: late is better than never.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from gongdan.shared.bus import kafka, topics
from gongdan.shared.clock import Clock
from gongdan.shared.contracts.topics import ServiceName, Topic
from gongdan.shared.settings import BaseServiceSettings

log = structlog.get_logger()

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
LOOK_EVERY = timedelta(milliseconds=250)
NEVER_AGAIN = timedelta(days=1)
SERVICE: ServiceName = "sla-timer"


@dataclass(slots=True)
class Backlog:
    """A loop step that looks until the backlog is read. `since` is when the service came to be.

    `listens`: whether events that happen from now on are heard at once. Until it has been so once, only what was due at
    `since` is judged: of that the backlog tells.
    """

    settings: BaseServiceSettings
    clock: Clock
    patience: timedelta
    listens: Callable[[], bool] = field(default=lambda: True)
    since: datetime = field(init=False)
    behind: bool = True
    _ends: dict[TopicPartition, int] = field(default_factory=dict)
    _waited: float = field(init=False)
    _listened: bool = False

    def __post_init__(self) -> None:
        self.since = self.clock.now()
        self._waited = self.clock.monotonic()

    def held_until(self) -> datetime:
        """What was due up to this moment has to wait; the distant past when nothing has."""
        return self.since if self.behind else LONG_AGO

    def open_until(self) -> datetime:
        """What is due later than this has to wait."""
        self._listened = self._listened or self.listens()
        return self.clock.now() if self._listened else self.since

    async def __call__(self) -> timedelta:
        """Look once."""
        if not self.behind:
            return NEVER_AGAIN
        waited = self.clock.monotonic() - self._waited
        patient = waited < self.patience.total_seconds()
        if await self._is_read() or not patient:
            self.behind = False
            log.info("backlog_read" if patient else "backlog_not_read_in_time", seconds=round(waited, 3))
        return LOOK_EVERY

    async def _is_read(self) -> bool:
        try:
            if not self._ends:
                self._ends = await self._ends_of_log()
            return await self._reached()
        except (KafkaError, OSError, TimeoutError) as fault:
            log.warning("backlog_unknown", why=f"{type(fault).__name__}: {fault}")
            return False

    async def _ends_of_log(self) -> dict[TopicPartition, int]:
        consumer = kafka.reader(self.settings)
        try:
            await consumer.start()
            places = await topics.partitions_of(consumer, Topic.TICKETS)
            ends = await topics.end_offsets(consumer, places)
            return {place: end for place, end in ends.items() if end > await _beginning(consumer, place)}
        finally:
            await kafka.let_go(consumer)

    async def _reached(self) -> bool:
        admin = AIOKafkaAdminClient(bootstrap_servers=self.settings.kafka_bootstrap, request_timeout_ms=5000)
        try:
            await admin.start()
            for place, end in self._ends.items():
                found = await admin.list_consumer_group_offsets(kafka.group_id(SERVICE), partitions=[place])
                if found[place].offset < end:
                    return False
            return True
        finally:
            await admin.close()


async def _beginning(consumer: AIOKafkaConsumer, place: TopicPartition) -> int:
    found: dict[TopicPartition, int] = await consumer.beginning_offsets([place])
    return found[place]
