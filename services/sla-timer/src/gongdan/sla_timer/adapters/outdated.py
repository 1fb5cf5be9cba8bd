"""Tickets whose clocks follow policies that are no longer in force."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from gongdan.shared.db.session import Transaction
from gongdan.sla_timer.adapters.claims import Claims

REST = timedelta(seconds=30)
HELD_REST = timedelta(milliseconds=500)

CLAIM = """
    SELECT id FROM tickets WHERE open AND policies_revision < :revision
    ORDER BY policies_revision LIMIT :limit FOR NO KEY UPDATE SKIP LOCKED
"""
LEAVE_AS_IS = "UPDATE tickets SET policies_revision = :revision WHERE id = :ticket"


@dataclass(frozen=True, slots=True)
class OutdatedTickets:
    """Open tickets last looked at under earlier policies than those of `revision()`."""

    revision: Callable[[], int]

    async def claim(self, unit: Transaction, limit: int) -> Sequence[UUID]:
        """Up to `limit` of them, locked; those locked by others are passed over."""
        rows = await unit.all(CLAIM, {"revision": self.revision(), "limit": limit})
        return [row.id for row in rows]

    async def put_off(self, unit: Transaction, ticket: UUID) -> None:
        """Leave this ticket as it is until the policies change again or something happens to it."""
        await unit.execute(LEAVE_AS_IS, {"revision": self.revision(), "ticket": ticket})


@dataclass(frozen=True, slots=True)
class Retargeting:
    """A loop step that brings outdated tickets under the policies in force, in chunks."""

    claims: Claims
    held: Callable[[], bool]

    async def __call__(self) -> timedelta:
        """One chunk; rests when there was less."""
        if self.held():
            return HELD_REST
        return timedelta() if await self.claims.work_off() else REST
