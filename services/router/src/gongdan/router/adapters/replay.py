"""Saying the log again: events go out as they were, but as `replay`, which nobody may act on.

For a reader that lost its data or starts after the topic let go of the past. Readers that have seen a version
drop it.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from gongdan.shared.contracts.topics import Topic
from gongdan.shared.db.session import Database

CHUNK = 2_000
START = (UUID(int=0), 0)

REPLAY = """
    WITH chosen AS (
        SELECT e.* FROM events e JOIN tickets t ON t.id = e.ticket_id
        WHERE (e.ticket_id, e.version) > (:ticket_id, :version)
          AND (CAST(:number AS text) IS NULL OR t.number = :number)
          AND (CAST(:since AS timestamptz) IS NULL OR e.recorded_at >= :since)
        ORDER BY e.ticket_id, e.version LIMIT :chunk
    ), said AS (
        INSERT INTO outbox (id, aggregatetype, aggregateid, type, payload, headers)
        SELECT CAST(h.pairs ->> 'ce_id' AS uuid), :topic, CAST(c.ticket_id AS text), c.type,
               convert_to(CAST(c.payload AS text), 'UTF8'),
               (SELECT jsonb_agg(CASE WHEN pair ->> 0 = 'ce_mode' THEN '["ce_mode", "replay"]'::jsonb ELSE pair END)
                FROM jsonb_array_elements(CAST(c.headers AS jsonb)) AS pair)
        FROM chosen c, LATERAL (SELECT jsonb_object_agg(p ->> 0, p ->> 1) AS pairs
                                FROM jsonb_array_elements(CAST(c.headers AS jsonb)) AS p) AS h
        ORDER BY c.ticket_id, c.version
    )
    SELECT ticket_id, version FROM chosen ORDER BY ticket_id DESC, version DESC
    """


@dataclass(frozen=True, slots=True)
class Replay:
    """What to say again: one ticket by its number, or everything, recorded at or after `since`."""

    db: Database
    number: str | None = None
    since: datetime | None = None

    async def run(self) -> int:
        """Put the events into the outbox, in chunks of one transaction each; returns how many."""
        said, last = 0, START
        while True:
            count, last = await self._chunk(last)
            said += count
            if count < CHUNK:
                return said

    async def _chunk(self, after: tuple[UUID, int]) -> tuple[int, tuple[UUID, int]]:
        values = {"ticket_id": after[0], "version": after[1], "number": self.number, "since": self.since}
        async with self.db.transaction() as unit:
            rows = await unit.all(REPLAY, {**values, "chunk": CHUNK, "topic": Topic.TICKETS})
        return len(rows), (rows[0].ticket_id, rows[0].version) if rows else after
