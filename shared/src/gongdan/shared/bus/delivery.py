"""How a batch of records takes effect: all of it in one transaction, and no bad record stops its neighbours.

A passing fault is waited out with the batch in hand (nothing is committed to Kafka meanwhile). A batch that
fails otherwise is halved until the record at fault stands alone, which is then parked with its reason. A fuse
stops the service when everything fails, since then it is not the records that are bad.

With `lanes` a batch is dealt out by keys, and each lane has a transaction of its own, so that PostgreSQL works for
one while another is thought about. Order holds within a key only, as it does between partitions.
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from zlib import crc32

import structlog

from gongdan.shared import metrics
from gongdan.shared.bus import parked
from gongdan.shared.bus.records import Arrived, Record, read
from gongdan.shared.clock import Clock
from gongdan.shared.contracts.registry import Event
from gongdan.shared.contracts.topics import ServiceName
from gongdan.shared.db import inbox
from gongdan.shared.db.session import Database, Transaction
from gongdan.shared.errors import ParkIt, RetryLater, SlowDown, StopService

log = structlog.get_logger()

Handler = Callable[[Transaction, Sequence[Event]], Awaitable[None]]
LONGEST_WAIT = timedelta(seconds=10)
FUSE = 50


@dataclass(slots=True)
class BatchDelivery:
    """Delivers batches of one service's topics to its handler. `stopping` ends the wait for passing faults.

    Of a topic that is named in `only`, just these types of events are read; for an ordered topic that cannot be said.
    """

    service: ServiceName
    db: Database
    handle: Handler
    clock: Clock
    only: Mapping[str, Collection[str]] = field(default_factory=dict)
    fuse: int = FUSE
    lanes: int = 1
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    _parked_in_a_row: int = 0

    async def deliver(self, records: Sequence[Record]) -> None:
        """Apply a batch. Returns when every record has taken effect, was a duplicate, or is parked.

        Raises StopService when the fuse blows, and RetryLater when stopped while waiting out a fault.
        """
        lanes = dealt(records, self.lanes) if self.lanes > 1 else [records]
        for fault in await asyncio.gather(*map(self._deliver, lanes), return_exceptions=True):
            if fault is not None:
                raise fault

    async def _deliver(self, records: Sequence[Record]) -> None:
        readable: list[Arrived] = []
        for record in filter(self._concerns, records):
            try:
                item = read(record)
            except ParkIt as why:
                await self._park(record, why)
            else:
                readable.extend([item] if item else [])
        await self._apply(readable)

    def _concerns(self, record: Record) -> bool:
        wanted = self.only.get(record.topic)
        return record.is_for(self.service) and (wanted is None or record.header("ce_type") in wanted)

    async def _apply(self, items: Sequence[Arrived]) -> None:
        if not items:
            return
        try:
            await self._with_patience(items)
            self._parked_in_a_row = 0
        except (RetryLater, SlowDown, StopService, asyncio.CancelledError):
            raise
        except Exception as error:  # noqa: BLE001 - a record at fault is parked with its reason
            await self._isolate(items, error)

    async def _with_patience(self, items: Sequence[Arrived]) -> None:
        wait = timedelta(milliseconds=100)
        while True:
            try:
                await self._once(items)
            except (RetryLater, SlowDown) as fault:
                if self.stopping.is_set():
                    raise
                metrics.RETRIES.labels(self.service).inc()
                log.warning("batch_waits", why=str(fault), records=len(items), seconds=wait.total_seconds())
                await self._sleep(wait)
                wait = min(wait * 2, LONGEST_WAIT)
            else:
                return

    async def _sleep(self, wait: timedelta) -> None:
        try:
            await asyncio.wait_for(self.stopping.wait(), wait.total_seconds())
        except TimeoutError:
            return

    async def _once(self, items: Sequence[Arrived]) -> None:
        with metrics.BATCH_SECONDS.labels(self.service).time():
            async with self.db.transaction() as unit:
                admitted = await inbox.admit(unit, items, self.service)
                if admitted.events:
                    await self.handle(unit, [item.event for item in admitted.events])
        self._count(items, admitted)

    def _count(self, items: Sequence[Arrived], admitted: inbox.Admitted) -> None:
        metrics.DUPLICATES.labels(self.service).inc(admitted.duplicates)
        metrics.EARLY.labels(self.service).inc(admitted.early)
        now = self.clock.now()
        for topic, count in Counter(item.record.topic for item in items).items():
            metrics.CONSUMED.labels(self.service, topic).inc(count)
            oldest = min(item.event.envelope.recorded_at for item in items if item.record.topic == topic)
            metrics.STAGE_SECONDS.labels(self.service, topic).observe(max((now - oldest).total_seconds(), 0.0))

    async def _isolate(self, items: Sequence[Arrived], error: Exception) -> None:
        if len(items) == 1:
            why = error if isinstance(error, ParkIt) else ParkIt("handler-error", f"{type(error).__name__}: {error}")
            if not isinstance(error, ParkIt):
                record = items[0].record
                log.error(
                    "record_failed",
                    topic=record.topic,
                    partition=record.partition,
                    offset=record.offset,
                    exc_info=error,
                )
            await self._park(items[0].record, why)
            return
        middle = len(items) // 2
        await self._apply(items[:middle])
        await self._apply(items[middle:])

    async def _park(self, record: Record, why: ParkIt) -> None:
        self._parked_in_a_row += 1
        if self._parked_in_a_row >= self.fuse:
            raise StopService(
                f"{self.fuse} records in a row could not be processed, the last because of {why}; "
                "nothing more is set aside: mend the cause and start the service again"
            )
        await self._patiently_park(record, why)
        metrics.PARKED.labels(self.service, record.topic, why.reason).inc()
        log.error(
            "record_parked",
            topic=record.topic,
            partition=record.partition,
            offset=record.offset,
            reason=str(why),
        )

    async def _patiently_park(self, record: Record, why: ParkIt) -> None:
        while True:
            try:
                async with self.db.transaction() as unit:
                    await parked.park(unit, record, self.service, why, self.clock.now())
                    await inbox.skip(unit, record, self.service)
                return
            except RetryLater as fault:
                if self.stopping.is_set():
                    raise
                await self._sleep(fault.delay)


def dealt(records: Sequence[Record], lanes: int) -> list[list[Record]]:
    """The records in up to so many lanes, in their order; those of a key are in one lane."""
    found: dict[int, list[Record]] = defaultdict(list)
    for record in records:
        found[crc32(record.key.encode()) % lanes].append(record)
    return list(found.values())
