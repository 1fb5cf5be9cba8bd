"""Writing outbox rows to Kafka: one record batch per partition, in the order of the rows.

Batches are built here instead of record by record in the client: that costs a fifth. Limit: after a failure the rest
of that partition is left unsent, so that order holds.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaError

from gongdan.shared.bus.epochs import EPOCH_HEADER
from gongdan.shared.bus.kafka import MAX_RECORD_BYTES
from gongdan.shared.bus.partitioning import partition_of
from gongdan.shared.bus.rows import Pending, Published
from gongdan.shared.contracts.envelope import Headers

RECORD_OVERHEAD = 256
KNOWN_SECONDS = 2.0


@dataclass(slots=True)
class Written:
    """What became of rows; `failed` is the first fault, whose rows stay pending."""

    done: list[Published] = field(default_factory=list)
    failed: BaseException | None = None


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes to a cluster. `epochs` says which writing of each topic's log this is."""

    producer: AIOKafkaProducer

    async def write(self, rows: Sequence[Pending], epochs: Mapping[str, int]) -> Written:
        """Write rows and wait until the cluster has them, or has refused. Raises TimeoutError at a missing topic."""
        written = Written()
        places = await self._by_place(rows, written)
        await asyncio.gather(*(self._fill(place, part, epochs, written) for place, part in places.items()))
        return written

    async def _by_place(self, rows: Sequence[Pending], written: Written) -> dict[TopicPartition, list[Pending]]:
        places: dict[TopicPartition, list[Pending]] = {}
        known: dict[str, list[TopicPartition]] = {}
        for row in rows:
            if row.size + RECORD_OVERHEAD > MAX_RECORD_BYTES:
                too_large = f"MessageSizeTooLarge: {row.size} bytes, and a record may have {MAX_RECORD_BYTES}"
                written.done.append(Published(row.seq, None, None, too_large))
                continue
            if row.topic not in known:
                known[row.topic] = await self._partitions(row.topic)
            partitions = known[row.topic]
            place = partitions[partition_of(row.key.encode(), len(partitions))]
            places.setdefault(place, []).append(row)
        return places

    async def _partitions(self, topic: str) -> list[TopicPartition]:
        async with asyncio.timeout(KNOWN_SECONDS):
            return [TopicPartition(topic, number) for number in sorted(await self.producer.partitions_for(topic))]

    async def _fill(
        self, place: TopicPartition, rows: Sequence[Pending], epochs: Mapping[str, int], written: Written
    ) -> None:
        epoch = EPOCH_HEADER, str(epochs.get(place.topic, 0)).encode()
        start = 0
        try:
            while start < len(rows):
                count, base = await self._send(place, rows[start:], epoch)
                part = rows[start : start + count]
                written.done += [Published(row.seq, place, base + nth, None) for nth, row in enumerate(part)]
                start += count
        except (KafkaError, OSError) as fault:
            written.failed = written.failed or fault

    async def _send(self, place: TopicPartition, rows: Sequence[Pending], epoch: tuple[str, bytes]) -> tuple[int, int]:
        """Send as many rows as one batch holds; returns how many, and the offset of the first."""
        batch = self.producer.create_batch()
        count = 0
        for row in rows:
            headers: Headers = [*row.headers, epoch]
            if batch.append(key=row.key.encode(), value=row.payload, timestamp=None, headers=headers) is None:
                break
            count += 1
        batch.close()
        sent = await (await self.producer.send_batch(batch, place.topic, partition=place.partition))
        return count, sent.offset
