"""Asking for the next batch when it is wanted, so that it holds all that has come.

A consumer is paused between batches, else it would fetch at once what little has come, and what comes behind that
waits for another round. Records of patient topics wait a moment for others: what they say is wanted together with
these, and two batches cost nearly twice as much as one.
"""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass

import structlog
from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaError

from gongdan.shared.bus import kafka
from gongdan.shared.bus.fetching import something_came
from gongdan.shared.bus.records import Record
from gongdan.shared.contracts.topics import Topic
from gongdan.shared.errors import StopService
from gongdan.shared.settings import BaseServiceSettings

log = structlog.get_logger()

AFTER_FAULT_SECONDS = 1.0
ENOUGH = 30
LONGEST_POLL_MS = 1_000
PATIENCE_SECONDS = 0.1


@dataclass(slots=True)
class Polling:
    """Gives out batches of a consumer's records, each at most `kafka_batch` long; `patient` topics as said above."""

    consumer: AIOKafkaConsumer
    settings: BaseServiceSettings
    patient: Collection[Topic] = ()
    _failed: int = 0

    async def next(self) -> list[Record]:
        """The next batch; empty after a second without news. Raises StopService once asking has only failed for long.

        To be given up at any time: what was not returned comes again after the next start.
        """
        most = self.settings.kafka_batch
        records = await self._poll(LONGEST_POLL_MS, most)
        loop = asyncio.get_running_loop()
        end = loop.time() + PATIENCE_SECONDS
        while records and self._may_wait(records) and (left := end - loop.time()) > 0:
            records += await self._poll(round(left * 1_000), most - len(records))
        return records

    def _may_wait(self, records: list[Record]) -> bool:
        return len(records) < self.settings.kafka_batch and all(record.topic in self.patient for record in records)

    async def _poll(self, wait_ms: int, most: int) -> list[Record]:
        self.consumer.resume(*self.consumer.paused())
        try:
            found = await self.consumer.getmany(timeout_ms=wait_ms, max_records=most)
        except KafkaError as error:
            await self._complain(f"{type(error).__name__}: {error}")
            return []
        self._failed = 0
        records = [kafka.record_of(raw) for batch in found.values() for raw in batch]
        if 0 < len(records) < most:
            self.consumer.pause(*self.consumer.assignment())
        if records and self.settings.kafka_in_memory:
            something_came(self.consumer)
        return records

    async def _complain(self, why: str) -> None:
        """Wait a while; raises StopService once polls have only failed for long.

        aiokafka's work for a group can end for good on an answer it does not know: then each poll raises the same
        error, nothing is read any more, and only a new start of the process helps.
        """
        log.warning("consuming_waits", why=why)
        self._failed += 1
        if self._failed >= ENOUGH:
            raise StopService(f"nothing can be read from Kafka any more ({why}): start the service again")
        await asyncio.sleep(AFTER_FAULT_SECONDS)
