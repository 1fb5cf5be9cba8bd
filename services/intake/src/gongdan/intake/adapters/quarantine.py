"""The quarantine in PostgreSQL: what could not be understood, with its bytes as a blob, until somebody releases it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog

from gongdan.intake.ports import BlobStore, SetAside
from gongdan.shared import metrics
from gongdan.shared.db.session import Database
from gongdan.shared.errors import Complaint, FixInput
from gongdan.shared.ids import derived_id

log = structlog.get_logger()

INSERT = """
    INSERT INTO quarantine (id, channel, source, raw_sha256, size, cause, detail, received_at)
    VALUES (:id, :channel, :source, :raw, :size, :cause, :detail, :received_at)
    ON CONFLICT (id) DO NOTHING RETURNING id
    """
SELECT = "SELECT id, channel, source, raw_sha256, size, cause, detail, received_at, released_as FROM quarantine"


@dataclass(frozen=True, slots=True)
class PostgresQuarantine:
    """Keeps the bytes first and the entry after, so that an entry always has its bytes."""

    db: Database
    blobs: BlobStore

    async def set_aside(
        self, channel: str, source: str, raw: bytes, cause: str, detail: str, received_at: datetime
    ) -> UUID:
        """Returns the id after the commit; the same bytes from the same source get the same id."""
        digest = hashlib.sha256(raw).hexdigest()
        found = derived_id("quarantine", channel, source, digest)
        await self.blobs.put(raw)
        values = {
            "id": found,
            "channel": channel,
            "source": source,
            "raw": digest,
            "size": len(raw),
            "cause": cause,
            "detail": detail.replace("\x00", "")[:2_000],
            "received_at": received_at,
        }
        async with self.db.transaction() as unit:
            new = await unit.one(INSERT, values)
        if new is not None:
            metrics.QUARANTINED.labels(channel, cause).inc()
            log.warning("message_quarantined", quarantine_id=str(found), source=source, cause=cause)
        return found

    async def waiting(self, limit: int) -> Sequence[SetAside]:
        """What has not been released, oldest first."""
        async with self.db.transaction() as unit:
            rows = await unit.all(
                f"{SELECT} WHERE released_at IS NULL ORDER BY received_at, id LIMIT :limit", {"limit": limit}
            )
        return [SetAside(**row._asdict()) for row in rows]

    async def find(self, entry: UUID) -> SetAside:
        """One entry. Raises FixInput (404)."""
        async with self.db.transaction() as unit:
            row = await unit.one(f"{SELECT} WHERE id = :id", {"id": entry})
        if row is None:
            complaint = Complaint("id", f"nothing in quarantine has the id {entry}", "take an id from the list")
            raise FixInput("unknown-quarantine", "nothing to release", complaint, status=404)
        return SetAside(**row._asdict())

    async def released(self, entry: UUID, message_id: UUID, at: datetime) -> None:
        """Note that an entry became a message."""
        async with self.db.transaction() as unit:
            await unit.execute(
                "UPDATE quarantine SET released_at = :at, released_as = :message WHERE id = :id",
                {"at": at, "message": message_id, "id": entry},
            )
