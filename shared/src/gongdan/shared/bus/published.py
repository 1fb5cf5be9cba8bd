"""What the relay remembers in PostgreSQL: who leads, what is pending, how far each partition was written."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import orjson
from aiokafka import TopicPartition

from gongdan.shared import metrics
from gongdan.shared.contracts.envelope import Headers
from gongdan.shared.contracts.topics import ServiceName
from gongdan.shared.db.outbox import headers_from_json
from gongdan.shared.db.pool import Connection
from gongdan.shared.db.session import Database, Transaction, rows_of

LOCK = "SELECT pg_try_advisory_lock(hashtext(:name)) AS locked"

PENDING = """
    SELECT seq, aggregatetype, aggregateid, payload, CAST(headers AS text) FROM outbox
    WHERE published_at IS NULL AND error IS NULL ORDER BY seq LIMIT :limit
    """

PUBLISHED = """
    WITH marked AS (
        UPDATE outbox SET published_at = CASE WHEN d.error IS NULL THEN now() END,
                          partition = d.partition, error = d.error
        FROM unnest(CAST(CAST(:seqs AS text) AS bigint[]), CAST(CAST(:parts AS text) AS int[]),
                    CAST(:errors AS text[]))
             AS d (seq, partition, error)
        WHERE outbox.seq = d.seq
    )
    INSERT INTO relay_progress (topic, partition, next_offset, flushed_from)
    SELECT * FROM unnest(CAST(:topics AS text[]), CAST(:partitions AS int[]),
                         CAST(:offsets AS bigint[]), CAST(:flushed AS bigint[]))
    ON CONFLICT (topic, partition) DO UPDATE
        SET next_offset = greatest(relay_progress.next_offset, excluded.next_offset),
            flushed_from = greatest(relay_progress.flushed_from, excluded.flushed_from)
    """


class Pending(NamedTuple):
    """A row to be published. `payload` None is a tombstone; `said` are the headers as JSON."""

    seq: int
    topic: str
    key: str
    payload: bytes | None
    said: str

    @property
    def headers(self) -> Headers:
        """The record's headers."""
        return headers_from_json(orjson.loads(self.said))

    @property
    def size(self) -> int:
        """Bytes of the record, near enough."""
        return len(self.payload or b"") + len(self.key) + len(self.said)


class Published(NamedTuple):
    """What became of one row: its place in the log, or the error that makes it unpublishable."""

    seq: int
    place: TopicPartition | None
    offset: int | None
    error: str | None


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a partition was written: the next offset, and the first offset of the last flush.

    The embedded broker counts the last batch as one record when asked for a partition's end, so the end proves
    loss only when it is before that flush.
    """

    next_offset: int
    flushed_from: int

    @classmethod
    def of(cls, offsets: Sequence[int]) -> "Reach":
        """The reach of a flush that got these offsets."""
        return cls(max(offsets) + 1, min(offsets))


@dataclass(frozen=True, slots=True)
class Store:
    """The relay's memory. `conn` commits each statement by itself, and holds the lock of the active relay."""

    db: Database
    service: ServiceName
    conn: Connection

    async def lock(self) -> bool:
        """Become the one active relay of this service for as long as `conn` lives."""
        (found,) = await rows_of(self.conn, LOCK, {"name": f"gongdan-relay-{self.db.schema}"})
        if found.locked:
            # Marks that a crash undoes are made anew, and what is published twice is dropped: no disk is waited for.
            await self.conn.execute("SET synchronous_commit = off")
        return bool(found.locked)

    async def pending(self, limit: int) -> list[Pending]:
        """Rows to publish, oldest first. Raises when the connection that holds the lock is gone."""
        rows = await rows_of(self.conn, PENDING, {"limit": limit})
        metrics.OUTBOX_PENDING.labels(self.service).set(len(rows))
        return [Pending(*row) for row in rows]

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
        """Remember what became of rows, and how far each partition reaches now."""
        if not done:
            return
        reached = {place: Reach.of(offsets) for place, offsets in offsets_of(done).items()}
        await rows_of(self.conn, PUBLISHED, _marks(done) | _reaches(reached))

    async def rewind(self, topic: str, recover: Callable[[Transaction], Awaitable[None]] | None) -> int:
        """Make every kept row of a topic pending again, or rebuild the topic by `recover`. Returns how many rows."""
        async with self.db.transaction() as unit:
            await unit.execute("DELETE FROM relay_progress WHERE topic = :topic", {"topic": topic})
            await unit.execute(
                """
                INSERT INTO log_epochs (topic, epoch) VALUES (:topic, 1)
                ON CONFLICT (topic) DO UPDATE SET epoch = log_epochs.epoch + 1
                """,
                {"topic": topic},
            )
            if recover is not None:
                await unit.execute("DELETE FROM outbox WHERE aggregatetype = :topic", {"topic": topic})
                await recover(unit)
                return len(unit.rows)
            return await unit.execute(
                """
                UPDATE outbox SET published_at = NULL, partition = NULL
                WHERE aggregatetype = :topic AND published_at IS NOT NULL
                """,
                {"topic": topic},
            )


def offsets_of(done: Sequence[Published]) -> dict[TopicPartition, list[int]]:
    """The offsets that rows got, by partition, in the order of the rows."""
    found: dict[TopicPartition, list[int]] = {}
    for item in done:
        if item.place is not None and item.offset is not None:
            found.setdefault(item.place, []).append(item.offset)
    return found


def _marks(done: Sequence[Published]) -> dict[str, Any]:
    errors = [item.error for item in done]
    return {
        "seqs": _numbers([str(item.seq) for item in done]),
        "parts": _numbers([str(item.place.partition) if item.place else "NULL" for item in done]),
        # Where an array ends before the others, NULL follows.
        "errors": errors if any(errors) else [],
    }


def _numbers(values: Iterable[str]) -> str:
    """An array as PostgreSQL writes it. Of one that it is given as a list, asyncpg looks at each element in Python."""
    return f"{{{','.join(values)}}}"


def _reaches(reached: dict[TopicPartition, Reach]) -> dict[str, list[Any]]:
    return {
        "topics": [place.topic for place in reached],
        "partitions": [place.partition for place in reached],
        "offsets": [reach.next_offset for reach in reached.values()],
        "flushed": [reach.flushed_from for reach in reached.values()],
    }
