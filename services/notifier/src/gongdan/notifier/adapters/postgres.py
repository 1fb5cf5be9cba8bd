"""The ledger, its queue and the threads in PostgreSQL: a few statements per batch, however many rows.

Limit: what is due, and whose lease is over, is told by the clock of the process that asks, so the clocks of
replicas must agree within a few seconds.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from gongdan.notifier.adapters import sql
from gongdan.notifier.domain.delivery import Claimed, Delivery
from gongdan.notifier.domain.lanes import Room
from gongdan.notifier.domain.limits import WINDOWS, Counts, Key
from gongdan.notifier.domain.settle import Settled
from gongdan.notifier.domain.thread import Thread
from gongdan.shared.clock import Clock
from gongdan.shared.db.pool import Row
from gongdan.shared.db.session import Database, Transaction

PRUNE_CHUNK = 5_000
COLUMNS = (
    "id",
    "ticket_id",
    "ticket",
    "cause_id",
    "correlation_id",
    "traceparent",
    "channel",
    "purpose",
    "recipient",
    "lane",
    "automatic",
    "carried_id",
    "mail_message_id",
    "content",
    "occurred_at",
    "queued_at",
)


class PostgresLedger:
    """Deliveries, written down once and taken in hand by one sender at a time."""

    async def sent(self, unit: Transaction, keys: Collection[Key], now: datetime) -> Counts:
        """See the port."""
        per_ticket = [(name, ticket) for name, ticket in keys if ticket is not None]
        over_all = [name for name, ticket in keys if ticket is None]
        since = {f"w{nth}": now - window for nth, window in enumerate(WINDOWS)}
        found: dict[Key, tuple[int, ...]] = {}
        if per_ticket:
            names, tickets = zip(*per_ticket, strict=True)
            values = {"names": list(names), "tickets": list(tickets), **since}
            for row in await unit.all(sql.SENT_PER_TICKET, values):
                found[row.recipient, row.ticket_id] = tuple(row)[2:]
        if over_all:
            for row in await unit.all(sql.SENT_OVER_ALL, {"names": over_all, **since}):
                found[row.recipient, None] = tuple(row)[1:]
        return found

    async def add(self, unit: Transaction, deliveries: Sequence[Delivery]) -> set[UUID]:
        """See the port."""
        if not deliveries:
            return set()
        lanes = {one.lane: one.channel for one in deliveries if not one.suppressed}
        await unit.execute(sql.ADD_LANES, {"lanes": list(lanes), "channels": list(lanes.values())})
        values: dict[str, list[Any]] = {name: [getattr(one, name) for one in deliveries] for name in COLUMNS}
        values["state"] = ["suppressed" if one.suppressed else "queued" for one in deliveries]
        values["due_at"] = [None if one.suppressed else one.queued_at for one in deliveries]
        values["error"] = [one.suppressed for one in deliveries]
        return {row.id for row in await unit.all(sql.ADD, values)}

    async def claim(self, unit: Transaction, room: Room, now: datetime, lease: timedelta) -> Sequence[Claimed]:
        """See the port."""
        values = {
            "channels": list(room.widths),
            "widths": list(room.widths.values()),
            "lanes": list(room.taken),
            "taken": list(room.taken.values()),
            "now": now,
            "until": now + lease,
        }
        return [_claimed(row) for row in await unit.all(sql.CLAIM, values)]

    async def prolong(self, unit: Transaction, ids: Sequence[UUID], until: datetime) -> None:
        """See the port."""
        await unit.execute(sql.PROLONG, {"ids": list(ids), "until": until})

    async def settle(self, unit: Transaction, settled: Sequence[Settled], now: datetime) -> set[UUID]:
        """See the port."""
        for one in settled:
            if one.disables is not None:
                lane = one.claimed.delivery.lane
                values = {"lane": lane, "version": one.disables, "error": one.error, "now": now}
                await unit.execute(sql.DISABLE, values)
        rows = await unit.all(
            sql.SETTLE,
            {
                "ids": [one.claimed.delivery.id for one in settled],
                "states": [one.state for one in settled],
                "attempts": [one.attempt for one in settled],
                "dues": [one.due_at for one in settled],
                "errors": [one.error for one in settled],
            },
        )
        return {row.id for row in rows}


def _claimed(row: Row) -> Claimed:
    values = {name: getattr(row, name) for name in COLUMNS}
    return Claimed(Delivery(**values), row.attempt, row.disabled_version)


class PostgresThreads:
    """What is remembered of tickets' mail threads."""

    async def load(self, unit: Transaction, tickets: Sequence[UUID]) -> Mapping[UUID, Thread]:
        """See the port."""
        rows = await unit.all(sql.LOAD_THREADS, {"tickets": list(tickets)})
        return {row.ticket_id: Thread(row.ticket_id, row.subject, tuple(row.chain.split())) for row in rows}

    async def save(self, unit: Transaction, threads: Sequence[Thread], now: datetime) -> None:
        """See the port."""
        if threads:
            values = {
                "tickets": [one.ticket_id for one in threads],
                "subjects": [one.subject for one in threads],
                "chains": [" ".join(one.chain) for one in threads],
                "now": now,
            }
            await unit.execute(sql.SAVE_THREADS, values)


@dataclass(frozen=True, slots=True)
class PruneLedger:
    """A loop step that lets go of deliveries that ended long ago, a chunk at a time."""

    db: Database
    clock: Clock
    keep: timedelta = timedelta(days=90)
    rest: timedelta = timedelta(hours=1)

    async def __call__(self) -> timedelta:
        """Delete one chunk; rest only when there was less than a chunk."""
        async with self.db.transaction() as unit:
            values = {"before": self.clock.now() - self.keep, "chunk": PRUNE_CHUNK}
            gone = await unit.execute(sql.PRUNE_DELIVERIES, values)
        return timedelta(milliseconds=100) if gone == PRUNE_CHUNK else self.rest
