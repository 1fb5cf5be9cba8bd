"""Letting go of what has served its time: published outbox rows, ids that can no longer come again, and the keys of
which nothing was ever applied: their events wait for earlier ones, which are gone from the log and from every outbox.

Of such a key nobody knows anything yet, so a replay from its first event finds it as new. Any other place in an order
stays, one small row for each key: by it a reader tells what it has applied already, whenever that is said again, and
that an event which comes after a year is the next. Nothing in it says that a key has come to its end.
"""

from dataclasses import dataclass
from datetime import timedelta

import structlog

from gongdan.shared.db.session import Database, Transaction

log = structlog.get_logger()

KEEP_PUBLISHED = timedelta(days=7)
KEEP_SEEN = timedelta(days=15)
CHUNK = 10_000

# Locked first, as whoever admits an event does: one that comes just now is then seen by what follows.
WAITING_IN_VAIN = """
    SELECT positions.key FROM positions JOIN (
        SELECT key FROM early GROUP BY key HAVING max(held_at) < now() - CAST(:keep AS interval)
    ) AS stale ON stale.key = positions.key
    WHERE positions.sequence = 0 LIMIT :chunk FOR UPDATE OF positions SKIP LOCKED
"""
FORGET = """
    WITH stale AS (
        SELECT key FROM early WHERE key = ANY(CAST(:keys AS text[]))
        GROUP BY key HAVING max(held_at) < now() - CAST(:keep AS interval)
    ), held AS (
        DELETE FROM early USING stale WHERE early.key = stale.key
    )
    DELETE FROM positions USING stale WHERE positions.key = stale.key
"""


@dataclass(frozen=True, slots=True)
class Prune:
    """A loop step. Ids, and events that wait, are kept longer than any record can be published again."""

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
            keys = await _forget_keys(unit)
        more = CHUNK in (outbox, inbox, keys)
        return timedelta(milliseconds=100) if more else self.rest


async def _forget_keys(unit: Transaction) -> int:
    """How many keys were found whose events waited in vain."""
    found = await unit.all(WAITING_IN_VAIN, {"keep": KEEP_SEEN, "chunk": CHUNK})
    if found:
        log.warning("events_waited_in_vain", keys=len(found), first=found[0].key)
        await unit.execute(FORGET, {"keys": [row.key for row in found], "keep": KEEP_SEEN})
    return len(found)
