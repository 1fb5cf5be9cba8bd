"""The wheel: what is due, in PostgreSQL, fired by whichever replica comes first, once.

A row only says when to look at a clock; what is due then is decided from the clock itself. The wheel sleeps until
the next row is due, and never longer than a second; `Listening` tells of one that was set for sooner.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from gongdan.shared.clock import Clock
from gongdan.shared.db.pool import Row
from gongdan.shared.db.session import Database, Transaction
from gongdan.sla_timer.adapters import sql
from gongdan.sla_timer.adapters.claims import Claims
from gongdan.sla_timer.domain.timers import Timer

LONGEST = timedelta(seconds=1)
SHORTEST = timedelta(milliseconds=10)
PUT_OFF = timedelta(minutes=1)


class Gate(Protocol):
    """What may fire: what is due after `held_until` and by `open_until`."""

    def held_until(self) -> datetime:
        """What was due up to this moment has to wait."""
        ...

    def open_until(self) -> datetime:
        """What is due later than this has to wait; usually that is now."""
        ...


@dataclass(frozen=True, slots=True)
class DueClocks:
    """Rows of clocks at which it is time to look."""

    clock: Clock
    gate: Gate

    async def claim(self, unit: Transaction, limit: int) -> Sequence[Row]:
        """Up to `limit` of them, longest due first, locked; those locked by others are passed over."""
        values = {"now": self.gate.open_until(), "held": self.gate.held_until(), "limit": limit}
        return await unit.all(sql.CLAIM, values)

    async def again(self, unit: Transaction, item: Row) -> Sequence[Row]:
        """This very one, locked; nothing when it is not due any more or somebody else is at it."""
        values = {"ticket": item.ticket_id, "metric": item.metric, "now": self.clock.now()}
        return await unit.all(sql.CLAIM_ONE, values)

    async def put_off(self, unit: Transaction, item: Row) -> None:
        """Look at this clock again in a minute. Its deadline stays what it is."""
        values = {"ticket": item.ticket_id, "metric": item.metric, "later": self.clock.now() + PUT_OFF}
        await unit.execute(sql.PUT_OFF, values)


@dataclass(frozen=True, slots=True)
class Wheel:
    """A loop step that fires what is due: of clocks, and of timers that others asked for."""

    db: Database
    clock: Clock
    gate: Gate
    clocks: Claims[Row]
    timers: Claims[Timer]

    async def __call__(self) -> timedelta:
        """Fire one batch of what is due; returns how long nothing is."""
        (first,) = await self.db.at_once(sql.NEXT, {"held": self.gate.held_until()})
        until, done = self.gate.open_until(), 0
        if first.clock is not None and first.clock <= until:
            done += await self.clocks.work_off()
        if first.timer is not None and first.timer <= until:
            done += await self.timers.work_off()
        return timedelta() if done else self._rest(first)

    def _rest(self, first: Row) -> timedelta:
        """Until the next is due. What is due and not to be had, because somebody else is at it, is soon gone."""
        times = [at for at in (first.clock, first.timer) if at is not None]
        left = min(times, default=datetime.max.replace(tzinfo=UTC)) - self.clock.now()
        return min(max(left, SHORTEST), LONGEST)
