"""Conflicts in PostgreSQL, as MessageTable records them."""

from collections.abc import Sequence
from dataclasses import dataclass

from gongdan.intake.ports.conflicts import Conflict
from gongdan.shared.db.session import Database

LATEST = """
    SELECT conflicts.id, message_id, channel, source, external_id, conflicts.body_hash, conflicts.received_at
    FROM conflicts JOIN messages USING (message_id)
    WHERE CAST(:before AS bigint) IS NULL OR conflicts.id < :before
    ORDER BY conflicts.id DESC LIMIT :limit
    """


@dataclass(frozen=True, slots=True)
class PostgresConflicts:
    """Reads them."""

    db: Database

    async def latest(self, before: int | None, limit: int) -> Sequence[Conflict]:
        """The latest first; `before` is the id of the last one that was seen. Raises RetryLater."""
        rows = await self.db.at_once(LATEST, {"before": before, "limit": limit})
        return [Conflict(**row._asdict()) for row in rows]
