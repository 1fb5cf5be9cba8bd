"""The wheel: durable timers in PostgreSQL, fired by whichever replica comes first, once.

A timer only says when to look at a clock; what is due then is decided from the clock itself. The wheel sleeps
until the next timer is due, and never longer than a second: a timer that another replica has set is found then.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from gongdan.shared.clock import Clock
from gongdan.shared.db.session import Database, Transaction
from gongdan.sla_timer.adapters.claims import Claims

LONGEST = timedelta(seconds=1)
SHORTEST = timedelta(milliseconds=10)
PUT_OFF = timedelta(minutes=1)

CLAIM = """
    SELECT tickets.id FROM timers JOIN tickets ON tickets.id = timers.ticket_id
    WHERE timers.due_at <= :now AND timers.due_at > :held
    ORDER BY timers.due_at LIMIT :limit FOR NO KEY UPDATE OF tickets SKIP LOCKED
"""
NEXT = "SELECT min(due_at) AS due_at FROM timers WHERE due_at > :held"
RETIME = "UPDATE timers SET due_at = :later WHERE ticket_id = :ticket AND due_at < :later"


@dataclass(frozen=True, slots=True)
class DueTimers:
    """Tickets with a timer that is due. Timers due up to `held_until()` are left alone."""

    clock: Clock
    held_until: Callable[[], datetime]

    async def claim(self, unit: Transaction, limit: int) -> Sequence[UUID]:
        """Up to `limit` of them, longest due first, locked; those locked by others are passed over."""
        values = {"now": self.clock.now(), "held": self.held_until(), "limit": limit}
        return [row.id for row in await unit.all(CLAIM, values)]

    async def put_off(self, unit: Transaction, ticket: UUID) -> None:
        """Look at this ticket again in a minute. Its deadlines stay what they are."""
        await unit.execute(RETIME, {"later": self.clock.now() + PUT_OFF, "ticket": ticket})

    async def rest(self, unit: Transaction) -> timedelta:
        """How long until the next timer is due, within bounds."""
        row = await unit.one(NEXT, {"held": self.held_until()})
        if row is None or row.due_at is None:
            return LONGEST
        left: timedelta = row.due_at - self.clock.now()
        return min(max(left, SHORTEST), LONGEST)


@dataclass(frozen=True, slots=True)
class Wheel:
    """A loop step that fires what is due."""

    db: Database
    timers: DueTimers
    claims: Claims

    async def __call__(self) -> timedelta:
        """Fire one batch; returns how long nothing is due."""
        if await self.claims.work_off():
            return timedelta()
        async with self.db.transaction() as unit:
            return await self.timers.rest(unit)
