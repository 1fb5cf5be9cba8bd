"""Tickets whose clocks follow policies that are no longer in force, brought under the present ones in the background.

How many are left is a metric, and said under `degraded` by /readyz. Between chunks the wheel has its turn; `share` is
the part of time that this work may take, so that a change which touches a million clocks delays nothing that is due.
`lanes` chunks are worked on at a time, so that PostgreSQL writes one while another is thought about.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

import structlog

from gongdan.shared import metrics
from gongdan.shared.clock import Clock
from gongdan.shared.db.session import Database, Transaction
from gongdan.sla_timer.adapters.claims import Claims

log = structlog.get_logger()

REST = timedelta(seconds=30)
HELD_REST = timedelta(milliseconds=500)

CLAIM = """
    SELECT id FROM tickets WHERE open AND policies_revision < :revision
    ORDER BY policies_revision LIMIT :limit FOR NO KEY UPDATE SKIP LOCKED
"""
CLAIM_ONE = """
    SELECT id FROM tickets WHERE id = :ticket AND open AND policies_revision < :revision FOR NO KEY UPDATE SKIP LOCKED
"""
LEAVE_AS_IS = "UPDATE tickets SET policies_revision = :revision WHERE id = :ticket"
LEFT = "SELECT count(*) AS count FROM tickets WHERE open AND policies_revision < :revision"


@dataclass(frozen=True, slots=True)
class OutdatedTickets:
    """Open tickets last looked at under earlier policies than those of `revision()`."""

    revision: Callable[[], int]

    async def claim(self, unit: Transaction, limit: int) -> Sequence[UUID]:
        """Up to `limit` of them, locked; those locked by others are passed over."""
        rows = await unit.all(CLAIM, {"revision": self.revision(), "limit": limit})
        return [row.id for row in rows]

    async def again(self, unit: Transaction, item: UUID) -> Sequence[UUID]:
        """This very one, locked, if it is still outdated."""
        rows = await unit.all(CLAIM_ONE, {"revision": self.revision(), "ticket": item})
        return [row.id for row in rows]

    async def put_off(self, unit: Transaction, item: UUID) -> None:
        """Leave this ticket as it is until the policies change again or something happens to it."""
        await unit.execute(LEAVE_AS_IS, {"revision": self.revision(), "ticket": item})


@dataclass(slots=True)
class Retargeting:
    """A loop step that brings outdated tickets under the policies in force, in chunks, `lanes` of them at a time."""

    db: Database
    claims: Claims[UUID]
    queue: OutdatedTickets
    held: Callable[[], bool]
    clock: Clock
    share: float = 1.0
    lanes: int = 1
    _left: int = field(default=0)
    _counted_for: int = -1

    async def __call__(self) -> timedelta:
        """One chunk a lane; rests when there was less."""
        if self.held():
            return HELD_REST
        await self._count()
        begun = self.clock.monotonic()
        done = await asyncio.gather(*(self.claims.work_off() for _ in range(self.lanes)))
        took = self.clock.monotonic() - begun
        more = max(done) >= self.claims.batch
        self._show(max(self._left - sum(done), 0) if more else 0)
        if not more:
            return REST
        return timedelta(seconds=took * (1 / self.share - 1))

    def progress(self) -> str | None:
        """How much is left to do, as a sentence; None when nothing is."""
        if not self._left:
            return None
        return f"at most {self._left} open tickets are not yet timed by the policies of revision {self._counted_for}"

    async def _count(self) -> None:
        """Count once for each change of policies; other replicas take from the same, so it is an upper bound."""
        revision = self.queue.revision()
        if revision == self._counted_for:
            return
        (row,) = await self.db.at_once(LEFT, {"revision": revision})
        self._counted_for = revision
        self._show(row.count)
        if row.count:
            log.info("retargeting_begun", revision=revision, tickets=row.count)

    def _show(self, left: int) -> None:
        if self._left and not left:
            log.info("retargeting_done", revision=self._counted_for)
        self._left = left
        metrics.RETARGETING_LEFT.set(left)
