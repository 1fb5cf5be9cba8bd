"""What of an outbox is published next, told by numbers: rows are written once and never marked.

Rows are read above the highest number below which nothing is open, which is remembered in PostgreSQL, without those
that were published since; whoever begins anew may publish some of these again. A number that is missing is given up
once all transactions have ended that could have taken it. The kept rows of topics whose log was lost come first, by
another mark.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from gongdan.shared.bus.numbers import Open
from gongdan.shared.bus.rows import Pending, Published
from gongdan.shared.db.pool import Connection
from gongdan.shared.db.session import rows_of

# Each span by itself and in the order of the index: however much waits, no more of it is read than is asked for.
NEW = """
    SELECT found.* FROM unnest(CAST(:firsts AS bigint[]), CAST(:lasts AS bigint[])) AS span (first, last),
    LATERAL (
        SELECT seq, aggregatetype, aggregateid, payload, CAST(headers AS text) FROM outbox
        WHERE seq BETWEEN first AND last AND error IS NULL ORDER BY seq LIMIT :limit
    ) AS found
    ORDER BY seq LIMIT :limit
    """
AGAIN = """
    SELECT seq, aggregatetype, aggregateid, payload, CAST(headers AS text) FROM outbox
    WHERE seq > :again_after AND seq <= :reached AND aggregatetype = ANY(CAST(:again AS text[])) AND error IS NULL
    ORDER BY seq LIMIT :limit
    """
# Whoever writes rows takes this lock before their numbers, and holds it to the end of the transaction.
WRITERS = """
    SELECT DISTINCT virtualtransaction FROM pg_locks
    WHERE relation = CAST('outbox' AS regclass) AND mode = 'RowExclusiveLock' AND granted
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    """
MARK = "SELECT reached, again, again_after FROM relay_mark"
SET_MARK = "UPDATE relay_mark SET reached = :reached, again = CAST(:again AS text[]), again_after = :again_after"


@dataclass(frozen=True, slots=True)
class Mark:
    """What is published: all that is not `open`; of the topics in `again` up to `again_after` only."""

    open: Open
    again: tuple[str, ...] = ()
    again_after: int = 0

    def values(self) -> dict[str, Any]:
        """As it is kept. What is published above `reached` is known to who publishes only."""
        return {"reached": self.open.reached, "again": self.again, "again_after": self.again_after}

    def rewound(self, topic: str) -> "Mark":
        """With one more topic whose kept rows are all published again, and with whatever else was not yet kept."""
        return Mark(Open.above(self.open.reached), (*(name for name in self.again if name != topic), topic))


@dataclass(slots=True)
class NextRows:
    """Gives out rows over the connection that holds the lock of the active relay."""

    conn: Connection
    mark: Mark = Mark(Open.above(0))
    _given: Sequence[Pending] = ()
    _doubt: tuple[int, frozenset[str]] | None = None

    async def load(self) -> None:
        """Begin where another ended."""
        (row,) = await rows_of(self.conn, MARK)
        self.mark = Mark(Open.above(row.reached), tuple(row.again), row.again_after)

    async def take(self, limit: int) -> Sequence[Pending]:
        """Rows to publish, oldest first, at most `limit`."""
        if self.mark.again:
            self._given = await self._read(AGAIN, self.mark.values() | {"limit": limit})
            if self._given:
                return self._given
            self.mark = replace(self.mark, again=(), again_after=0)
            await rows_of(self.conn, SET_MARK, self.mark.values())
        self._given = await self._new(limit)
        return self._given

    def settled(self, done: Sequence[Published]) -> Mark:
        """The mark once these of the rows last given have been published or refused."""
        numbers = {item.seq for item in done}
        if not self.mark.again:
            return replace(self.mark, open=self.mark.open.without(numbers))
        left = next((row.seq for row in self._given if row.seq not in numbers), None)
        return replace(self.mark, again_after=self._given[-1].seq if left is None else left - 1)

    async def _new(self, limit: int) -> Sequence[Pending]:
        until = await self._sure_until()
        spans = self.mark.open.spans
        bounds = {"firsts": [first for first, _ in spans], "lasts": [last for _, last in spans]}
        rows = await self._read(NEW, bounds | {"limit": limit})
        if until:
            numbers = [row.seq for row in rows]
            seen = min(until, numbers[-1]) if len(rows) == limit else until
            self.mark = replace(self.mark, open=self.mark.open.only(numbers, seen))
        return rows

    async def _sure_until(self) -> int:
        """The number up to which whatever is not there now never will be; 0 while there is nothing to say."""
        if len(self.mark.open.spans) == 1:
            self._doubt = None
            return 0
        writers = frozenset(row.virtualtransaction for row in await rows_of(self.conn, WRITERS))
        until, before = self._doubt or (self.mark.open.met, writers)
        left = before & writers
        self._doubt = (until, left) if left else None
        return 0 if left else until

    async def _read(self, sql: str, values: dict[str, Any]) -> Sequence[Pending]:
        return [Pending(*row) for row in await rows_of(self.conn, sql, values)]
