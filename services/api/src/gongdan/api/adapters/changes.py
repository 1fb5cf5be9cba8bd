"""The feed of changes: read once when something was committed, handed to everybody who watches.

Nobody has a queue: a watcher says where it is and gets what came after. Who falls behind what is kept is told
to start over, so a slow watcher costs nothing and can hold nothing up.
"""

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from gongdan.api.adapters.looking import Looking
from gongdan.api.domain.recent import Change, Recent
from gongdan.shared.db.pool import Row
from gongdan.shared.db.session import Database

LONGEST_BACKLOG = 1_000
READ_AT_ONCE = 1_000
GAP_SECONDS = 0.1
KEEP = timedelta(hours=1)
PRUNE_AT_ONCE = 20_000
NEXT = "SELECT id, type, ticket, version FROM changes WHERE id > :after ORDER BY id LIMIT :most"
EDGES = "SELECT coalesce(min(id), 0) AS first, coalesce(max(id), 0) AS last FROM changes"
PRUNE = """
    DELETE FROM changes WHERE id IN (
        SELECT id FROM (SELECT id, at FROM changes ORDER BY id LIMIT :chunk) AS oldest
        WHERE at < now() - CAST(:keep AS interval) AND id < (SELECT max(id) FROM changes))
"""


@dataclass(slots=True)
class PostgresChanges:
    """The part that follows the table `changes`."""

    db: Database
    stopping: asyncio.Event
    name: str = "changes"
    _recent: Recent = field(default_factory=lambda: Recent(0))
    _advanced: asyncio.Event = field(default_factory=asyncio.Event)
    _looking: Looking = field(init=False)

    def __post_init__(self) -> None:
        self._looking = Looking(self.name, self._advance, GAP_SECONDS)

    async def start(self) -> None:
        """Start at the last change. Raises RetryLater while PostgreSQL is away."""
        async with self.db.transaction() as unit:
            edges = await unit.one(EDGES)
        self._recent = Recent(edges.last if edges else 0)
        self._looking.start()

    async def stop(self) -> None:
        """Stop following."""
        await self._looking.stop()

    def wake(self) -> None:
        """Look again: something was committed, or the service stops."""
        self._looking.wake()

    async def position(self) -> int:
        """The id of the last change."""
        return self._recent.position

    async def after(self, position: int, at_most: timedelta) -> Sequence[Change] | None:
        """Changes after `position`, waiting for the first; None when they cannot all be told."""
        advanced = self._advanced
        changes = self._recent.after(position)
        if changes is None:
            return await self._from_table(position)
        if changes or self.stopping.is_set():
            return changes[:LONGEST_BACKLOG]
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(advanced.wait(), at_most.total_seconds())
        return (self._recent.after(position) or ())[:LONGEST_BACKLOG]

    async def _from_table(self, position: int) -> Sequence[Change] | None:
        async with self.db.transaction() as unit:
            edges = await unit.one(EDGES)
            rows = await unit.all(NEXT, {"after": position, "most": LONGEST_BACKLOG + 1})
        whole = edges is not None and edges.first - 1 <= position <= edges.last
        if not whole or len(rows) > LONGEST_BACKLOG:
            return None
        return _changes(rows)

    async def _advance(self) -> None:
        rows = await self.db.at_once(NEXT, {"after": self._recent.position, "most": READ_AT_ONCE})
        if rows:
            self._recent = self._recent.plus(_changes(rows))
        if rows or self.stopping.is_set():
            self._advanced.set()
            self._advanced = asyncio.Event()
        if len(rows) == READ_AT_ONCE:
            self.wake()


def _changes(rows: Sequence["Row"]) -> list[Change]:
    return [Change(row.id, row.type, row.ticket, row.version) for row in rows]


@dataclass(frozen=True, slots=True)
class PruneChanges:
    """A loop step: lets go of changes that nobody resumes from any more. The last one stays, as the position."""

    db: Database
    rest: timedelta = timedelta(minutes=1)

    async def __call__(self) -> timedelta:
        """Delete one chunk; rest only when there was less than a chunk."""
        async with self.db.transaction() as unit:
            gone = await unit.execute(PRUNE, {"keep": KEEP, "chunk": PRUNE_AT_ONCE})
        return timedelta(milliseconds=100) if gone == PRUNE_AT_ONCE else self.rest
