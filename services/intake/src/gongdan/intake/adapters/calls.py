"""Calls in PostgreSQL: what is known of each, until some days after it was told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from gongdan.intake.adapters.postgres import keep_in, tell
from gongdan.intake.domain.calls import Call
from gongdan.intake.ports import Incoming, Receipt
from gongdan.intake.ports.calls import Change
from gongdan.shared.db.session import Database

LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"
SELECT = "SELECT state, told_at FROM calls WHERE source = :source AND call_id = :call_id"
SAVE = """
    INSERT INTO calls (source, call_id, state, heard_at, told_at)
    VALUES (:source, :call_id, :state, :now, CASE WHEN :told THEN CAST(:now AS timestamptz) END)
    ON CONFLICT (source, call_id) DO UPDATE
        SET state = excluded.state, heard_at = excluded.heard_at,
            told_at = coalesce(calls.told_at, excluded.told_at)
    """
SILENT = """
    SELECT source, call_id FROM calls WHERE told_at IS NULL AND heard_at < :at ORDER BY heard_at LIMIT :limit
    """
FORGET = "DELETE FROM calls WHERE told_at IS NOT NULL AND heard_at < :at"


@dataclass(frozen=True, slots=True)
class PostgresCalls:
    """Keeps calls."""

    db: Database

    async def change(self, source: str, call_id: str, change: Change, now: datetime) -> Receipt | None:
        """Change one call and keep what is to be said of it, in one transaction. Raises RetryLater."""
        said: list[Incoming] = []
        key = {"source": source, "call_id": call_id}
        async with self.db.transaction() as unit:
            # The row may not be there yet, so the lock is on the name.
            await unit.execute(LOCK, {"name": f"call/{source}/{call_id}"})
            row = await unit.one(SELECT, key)
            known = Call.model_validate_json(row.state) if row else None
            call, incoming = change(known, row is not None and row.told_at is not None)
            said = [incoming] if incoming else []
            receipts = await keep_in(unit, said)
            state = call.model_dump_json().encode()
            await unit.execute(SAVE, {**key, "state": state, "now": now, "told": incoming is not None})
        tell(said, receipts)
        return receipts[0] if receipts else None

    async def silent_since(self, at: datetime, limit: int) -> Sequence[tuple[str, str]]:
        """Source and id of calls not told yet of which nothing was heard since, oldest first."""
        rows = await self.db.at_once(SILENT, {"at": at, "limit": limit})
        return [(row.source, row.call_id) for row in rows]

    async def forget_before(self, at: datetime) -> None:
        """Forget calls that were told and of which nothing was heard since."""
        await self.db.at_once(FORGET, {"at": at})
