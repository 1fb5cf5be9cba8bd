"""Which writing of the log a reader is on.

A log that was lost is written again from the outbox, and offset 40 of the new writing need not be what offset
40 was. Each record says in `ce_logepoch` which writing it belongs to; a reader that meets a newer one in the
middle of a partition reads that partition from its beginning, and drops what it has seen. The newest writing
read from its beginning is remembered with the reader's other state, so that a crash half-way starts over.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from gongdan.shared.bus.records import Record
from gongdan.shared.db.session import Database

EPOCH_HEADER = "ce_logepoch"
Place = tuple[str, int]


def epoch_of(record: Record) -> int:
    """The writing a record belongs to; 0 where nothing is said."""
    text = record.header(EPOCH_HEADER) or ""
    return int(text) if text.isdigit() else 0


@dataclass(slots=True)
class Epochs:
    """What one reader knows of its partitions."""

    db: Database
    known: dict[Place, int] | None = None
    _catching_up: dict[Place, tuple[int, int]] = field(default_factory=dict)

    async def look(self, records: Sequence[Record]) -> set[Place]:
        """The partitions that must now be read from their beginning."""
        known = await self._load()
        back: set[Place] = set()
        for record in records:
            place, epoch = (record.topic, record.partition), epoch_of(record)
            if epoch <= known.get(place, 0) or epoch <= self._catching_up.get(place, (0, 0))[0]:
                continue
            self._catching_up[place] = (epoch, record.offset)
            if record.offset > 0:
                back.add(place)
        return back

    def forget(self, places: Iterable[Place]) -> None:
        """Take back that these partitions are read from their beginning: it could not be arranged."""
        for place in places:
            self._catching_up.pop(place, None)

    async def read(self, records: Sequence[Record]) -> None:
        """Remember the writings whose beginnings have now been read; call after the batch took effect."""
        if not self._catching_up:
            return
        last = {(record.topic, record.partition): record.offset for record in records}
        done = {place: epoch for place, (epoch, met_at) in self._catching_up.items() if last.get(place, -1) >= met_at}
        await self._save(done)

    async def _load(self) -> dict[Place, int]:
        if self.known is None:
            async with self.db.transaction() as unit:
                rows = await unit.all("SELECT topic, partition, epoch FROM epochs")
            self.known = {(row.topic, row.partition): row.epoch for row in rows}
        return self.known

    async def _save(self, done: dict[Place, int]) -> None:
        if not done:
            return
        async with self.db.transaction() as unit:
            await unit.execute(
                """
                INSERT INTO epochs (topic, partition, epoch)
                SELECT * FROM unnest(CAST(:topics AS text[]), CAST(:partitions AS int[]), CAST(:epochs AS int[]))
                ON CONFLICT (topic, partition) DO UPDATE SET epoch = greatest(epochs.epoch, excluded.epoch)
                """,
                {
                    "topics": [topic for topic, _ in done],
                    "partitions": [partition for _, partition in done],
                    "epochs": list(done.values()),
                },
            )
        (await self._load()).update(done)
        for place in done:
            del self._catching_up[place]
