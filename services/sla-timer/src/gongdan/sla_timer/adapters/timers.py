"""Timers that others asked for, in PostgreSQL: claimed when they are due, and gone once they have fired."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from gongdan.shared.clock import Clock
from gongdan.shared.contracts.envelope import Mode
from gongdan.shared.db.pool import Row
from gongdan.shared.db.session import Transaction
from gongdan.shared.json import dumps
from gongdan.sla_timer.adapters import sql
from gongdan.sla_timer.adapters.wheel import LONGEST, PUT_OFF, Gate
from gongdan.sla_timer.domain.timers import Timer, TimerChanges

DROP = "DELETE FROM timers WHERE id = ANY(:ids)"
DROP_GONE = "DELETE FROM timers WHERE ticket_id = ANY(:ids)"
DROP_LEFT = """
    DELETE FROM timers USING unnest(CAST(:ids AS uuid[]), CAST(:categories AS text[])) AS been (ticket_id, category)
    WHERE timers.ticket_id = been.ticket_id AND cardinality(only_in) > 0 AND NOT been.category = ANY(only_in)
"""
SAVE = """
    INSERT INTO timers (id, ticket_id, due_at, name, purpose, only_in, ticket, workspace, set_by, correlation_id, mode,
                        data)
    SELECT id, ticket_id, due_at, name, purpose, string_to_array(only_in, ' '), ticket, workspace, set_by,
           correlation_id, mode, data
    FROM unnest(
        CAST(:id AS uuid[]), CAST(:ticket_id AS uuid[]), CAST(:due_at AS timestamptz[]), CAST(:name AS text[]),
        CAST(:purpose AS text[]), CAST(:only_in AS text[]), CAST(:ticket AS text[]), CAST(:workspace AS text[]),
        CAST(:set_by AS uuid[]), CAST(:correlation_id AS uuid[]), CAST(:mode AS text[]), CAST(:data AS json[]))
        AS new (id, ticket_id, due_at, name, purpose, only_in, ticket, workspace, set_by, correlation_id, mode, data)
    ON CONFLICT (id) DO UPDATE SET
        due_at = excluded.due_at, purpose = excluded.purpose, only_in = excluded.only_in, set_by = excluded.set_by,
        correlation_id = excluded.correlation_id, mode = excluded.mode, data = excluded.data
"""
CLAIM = """
    SELECT * FROM timers WHERE due_at <= :now AND due_at > :held ORDER BY due_at LIMIT :limit FOR UPDATE SKIP LOCKED
"""
CLAIM_ONE = "SELECT * FROM timers WHERE id = :id AND due_at <= :now FOR UPDATE SKIP LOCKED"
RETIME = "UPDATE timers SET due_at = :later WHERE id = :id AND due_at < :later"


class PostgresTimerStore:
    """Keeps timers in the schema of this service."""

    async def change(self, unit: Transaction, changes: TimerChanges, now: datetime) -> None:
        """Drop, then set."""
        if changes.dropped:
            await unit.execute(DROP, {"ids": list(changes.dropped)})
        if changes.gone:
            await unit.execute(DROP_GONE, {"ids": list(changes.gone)})
        been = [(ticket, category) for ticket, found in changes.been_in.items() for category in found]
        if been:
            values = {"ids": [ticket for ticket, _ in been], "categories": [category for _, category in been]}
            await unit.execute(DROP_LEFT, values)
        if changes.new:
            await unit.execute(SAVE, _columns(list(changes.new.values())))
        if any(timer.due_at - now < LONGEST for timer in changes.new.values()):
            await unit.execute(sql.SAY_EARLIER)

    async def drop(self, unit: Transaction, timers: Sequence[Timer]) -> None:
        """Let go of timers that fired."""
        await unit.execute(DROP, {"ids": [timer.id for timer in timers]})


@dataclass(frozen=True, slots=True)
class DueTimers:
    """Timers that are due."""

    clock: Clock
    gate: Gate

    async def claim(self, unit: Transaction, limit: int) -> Sequence[Timer]:
        """Up to `limit` of them, longest due first, locked; those locked by others are passed over."""
        values = {"now": self.gate.open_until(), "held": self.gate.held_until(), "limit": limit}
        return [_timer(row) for row in await unit.all(CLAIM, values)]

    async def again(self, unit: Transaction, item: Timer) -> Sequence[Timer]:
        """This very one, locked; nothing when it is gone or somebody else is at it."""
        return [_timer(row) for row in await unit.all(CLAIM_ONE, {"id": item.id, "now": self.clock.now()})]

    async def put_off(self, unit: Transaction, item: Timer) -> None:
        """Fire this one in a minute."""
        await unit.execute(RETIME, {"later": self.clock.now() + PUT_OFF, "id": item.id})


def _timer(row: Row) -> Timer:
    return Timer(
        id=row.id,
        ticket_id=row.ticket_id,
        ticket=row.ticket,
        workspace=row.workspace,
        name=row.name,
        purpose=row.purpose,
        due_at=row.due_at,
        set_by=row.set_by,
        correlation_id=row.correlation_id,
        mode=Mode(row.mode),
        only_in=tuple(row.only_in),
        data=row.data,
    )


def _columns(timers: Sequence[Timer]) -> dict[str, list[object]]:
    plain = ("id", "ticket_id", "due_at", "name", "purpose", "ticket", "workspace", "set_by", "correlation_id")
    columns: dict[str, list[object]] = {name: [getattr(timer, name) for timer in timers] for name in plain}
    columns["only_in"] = [" ".join(timer.only_in) for timer in timers]
    columns["mode"] = [str(timer.mode) for timer in timers]
    columns["data"] = [dumps(timer.data).decode() for timer in timers]
    return columns
