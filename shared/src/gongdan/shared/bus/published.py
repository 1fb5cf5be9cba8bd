"""What the relay remembers in PostgreSQL: who leads, what is published, how far each partition was written."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from aiokafka import TopicPartition

from gongdan.shared import metrics
from gongdan.shared.bus.next_rows import SET_MARK, NextRows
from gongdan.shared.bus.rows import Pending, Published, Reach, offsets_of
from gongdan.shared.contracts.topics import ServiceName
from gongdan.shared.db.pool import Connection
from gongdan.shared.db.session import Database, Transaction, rows_of

LOCK = "SELECT pg_try_advisory_lock(hashtext(:name)) AS locked"

PUBLISHED = f"""
    WITH marked AS ({SET_MARK})
    INSERT INTO relay_progress (topic, partition, next_offset, flushed_from)
    SELECT * FROM unnest(CAST(:topics AS text[]), CAST(:partitions AS int[]),
                         CAST(:offsets AS bigint[]), CAST(:flushed AS bigint[]))
    ON CONFLICT (topic, partition) DO UPDATE
        SET next_offset = greatest(relay_progress.next_offset, excluded.next_offset),
            flushed_from = greatest(relay_progress.flushed_from, excluded.flushed_from)
    """  # noqa: S608 - made of the text of another statement
NEW_EPOCH = """
    INSERT INTO log_epochs (topic, epoch) VALUES (:topic, 1)
    ON CONFLICT (topic) DO UPDATE SET epoch = log_epochs.epoch + 1
    """
KEPT = "SELECT count(*) AS n FROM outbox WHERE aggregatetype = :topic AND seq <= :met AND error IS NULL"
REFUSED = """
    UPDATE outbox SET error = refused.error
    FROM unnest(CAST(:seqs AS bigint[]), CAST(:errors AS text[])) AS refused (seq, error)
    WHERE outbox.seq = refused.seq
    """


@dataclass(frozen=True, slots=True)
class Store:
    """The relay's memory. `conn` commits each statement by itself, and holds the lock of the active relay."""

    db: Database
    service: ServiceName
    conn: Connection
    rows: NextRows

    @classmethod
    def on(cls, conn: Connection, db: Database, service: ServiceName) -> "Store":
        """The memory of a service's relay."""
        return cls(db, service, conn, NextRows(conn))

    async def lock(self) -> bool:
        """Become the one active relay of this service for as long as `conn` lives."""
        (found,) = await rows_of(self.conn, LOCK, {"name": f"gongdan-relay-{self.db.schema}"})
        if found.locked:
            # Marks that a crash undoes are made anew, and what is published twice is dropped: no disk is waited for.
            await self.conn.execute("SET synchronous_commit = off")
            # Of a few statements, said all the time: planning them each time anew takes as long as doing them.
            await self.conn.execute("SET plan_cache_mode = force_generic_plan")
            await self.rows.load()
        return bool(found.locked)

    async def pending(self, limit: int) -> Sequence[Pending]:
        """Rows to publish, oldest first. Raises when the connection that holds the lock is gone."""
        rows = await self.rows.take(limit)
        metrics.OUTBOX_PENDING.labels(self.service).set(len(rows))
        return rows

    async def progress(self) -> dict[TopicPartition, Reach]:
        """How far each partition was written."""
        async with self.db.transaction() as unit:
            rows = await unit.all("SELECT topic, partition, next_offset, flushed_from FROM relay_progress")
        return {TopicPartition(row.topic, row.partition): Reach(row.next_offset, row.flushed_from) for row in rows}

    async def epochs(self) -> dict[str, int]:
        """Which writing of each topic's log this is; topics that were never lost are left out."""
        async with self.db.transaction() as unit:
            rows = await unit.all("SELECT topic, epoch FROM log_epochs")
        return {row.topic: row.epoch for row in rows}

    async def published(self, done: Sequence[Published]) -> None:
        """Remember what became of the pending rows, and how far each partition reaches now."""
        if not done:
            return
        refused = [item for item in done if item.error]
        if refused:
            values = {"seqs": [item.seq for item in refused], "errors": [item.error for item in refused]}
            await rows_of(self.conn, REFUSED, values)
        reached = {place: Reach.of(offsets) for place, offsets in offsets_of(done).items()}
        mark = self.rows.settled(done)
        await rows_of(self.conn, PUBLISHED, mark.values() | _reaches(reached))
        self.rows.mark = mark

    async def rewind(self, topic: str, recover: Callable[[Transaction], Awaitable[None]] | None) -> int:
        """Make every kept row of a topic pending again, or rebuild the topic by `recover`. Returns how many rows."""
        mark = self.rows.mark
        async with self.db.transaction() as unit:
            await unit.execute("DELETE FROM relay_progress WHERE topic = :topic", {"topic": topic})
            await unit.execute(NEW_EPOCH, {"topic": topic})
            if recover is not None:
                await unit.execute("DELETE FROM outbox WHERE aggregatetype = :topic", {"topic": topic})
                await recover(unit)
                return len(unit.rows)
            kept = await unit.one(KEPT, {"topic": topic, "met": mark.open.met})
            count = int(kept.n) if kept else 0
            if count:
                mark = mark.rewound(topic)
                await unit.execute(SET_MARK, mark.values())
        self.rows.mark = mark
        return count


def _reaches(reached: dict[TopicPartition, Reach]) -> dict[str, list[Any]]:
    return {
        "topics": [place.topic for place in reached],
        "partitions": [place.partition for place in reached],
        "offsets": [reach.next_offset for reach in reached.values()],
        "flushed": [reach.flushed_from for reach in reached.values()],
    }
