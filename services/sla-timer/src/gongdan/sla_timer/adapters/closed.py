"""Letting go of tickets that were closed long ago, with their clocks: nothing can happen to them any more.

What was said of them stays on the topic for its time and in api, and a backtest counts from router's log. The table is
walked in the order of its keys, a chunk in a transaction, and then left alone until the next round; so no index is
needed that every ticket event would have to keep. Timers stay: somebody still waits for them. So does a ticket's place
in the order of its events, without which a replay of the log would time it once more.
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from gongdan.shared import metrics
from gongdan.shared.clock import Clock
from gongdan.shared.db.session import Database

CHUNK = 2_000
FIRST = UUID(int=0)
BREATH = timedelta(milliseconds=200)
PRUNE = """
    WITH seen AS (
        SELECT id, CASE WHEN NOT open AND (category = 'closed' OR gone = 'deleted')
                        THEN CAST(CAST(snapshot AS json) ->> 'updated_at' AS timestamptz) < :before
                        ELSE false END AS over
        FROM tickets WHERE id > :after ORDER BY id LIMIT :chunk
    ), over AS (
        SELECT id FROM tickets WHERE id IN (SELECT id FROM seen WHERE over) FOR UPDATE SKIP LOCKED
    ), clocks_gone AS (
        DELETE FROM clocks USING over WHERE clocks.ticket_id = over.id
    ), gone AS (
        DELETE FROM tickets USING over WHERE tickets.id = over.id RETURNING tickets.id
    )
    SELECT (SELECT id FROM seen ORDER BY id DESC LIMIT 1) AS last, (SELECT count(*) FROM gone) AS gone
"""


@dataclass(slots=True)
class ClosedTickets:
    """A loop step: one chunk. `keep`: for how long after its last change a closed ticket stays."""

    db: Database
    clock: Clock
    keep: timedelta
    rest: timedelta = timedelta(hours=6)
    _after: UUID = FIRST

    async def __call__(self) -> timedelta:
        """Look at one chunk; a long rest only at the end of the table. Raises RetryLater on passing faults."""
        values = {"before": self.clock.now() - self.keep, "after": self._after, "chunk": CHUNK}
        async with self.db.transaction() as unit:
            (row,) = await unit.all(PRUNE, values)
        metrics.TICKETS_PRUNED.inc(row.gone)
        self._after = row.last or FIRST
        return BREATH if row.last else self.rest
