"""Letting go of what has served its time: published outbox rows, and ids that can no longer come again."""

from dataclasses import dataclass
from datetime import timedelta

from gongdan.shared.db.session import Database

KEEP_PUBLISHED = timedelta(days=7)
KEEP_SEEN = timedelta(days=15)
CHUNK = 10_000


@dataclass(frozen=True, slots=True)
class Prune:
    """A loop step. Ids are kept longer than any record can be published again."""

    db: Database
    rest: timedelta = timedelta(minutes=10)

    async def __call__(self) -> timedelta:
        """Delete one chunk of each; rest only when there was less than a chunk."""
        async with self.db.transaction() as unit:
            outbox = await unit.execute(
                """
                DELETE FROM outbox WHERE seq IN (
                    SELECT seq FROM outbox
                    WHERE created_at < now() - CAST(:keep AS interval) AND error IS NULL
                        AND seq <= (SELECT reached FROM relay_mark)
                    LIMIT :chunk)
                """,
                {"keep": KEEP_PUBLISHED, "chunk": CHUNK},
            )
            inbox = await unit.execute(
                """
                DELETE FROM inbox WHERE event_id IN (
                    SELECT event_id FROM inbox WHERE seen_at < now() - CAST(:keep AS interval) LIMIT :chunk)
                """,
                {"keep": KEEP_SEEN, "chunk": CHUNK},
            )
        more = CHUNK in (outbox, inbox)
        return timedelta(milliseconds=100) if more else self.rest
