"""Letting go of what has been in quarantine for long, or no longer fits, with its bytes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import structlog

from gongdan.intake.adapters.quarantine import LOCK
from gongdan.shared import metrics
from gongdan.shared.blobs import Blobs
from gongdan.shared.clock import Clock
from gongdan.shared.db.pool import Row
from gongdan.shared.db.session import Database, Transaction

log = structlog.get_logger()

CHUNK = 500
SOON = timedelta(milliseconds=100)

# What is decided about goes before what waits, the older before the newer.
LET_GO = """
    DELETE FROM quarantine WHERE id IN (
        SELECT id FROM (
            SELECT id, received_at, sum(size) OVER (
                ORDER BY released_at IS NULL AND discarded_at IS NULL DESC, received_at DESC, id) AS together
            FROM quarantine) AS aged
        WHERE received_at < :before OR together > :bytes LIMIT :chunk)
    RETURNING channel, cause, raw_sha256, files, released_at IS NULL AND discarded_at IS NULL AS waiting
    """
IN_USE = """
    SELECT raw_sha256 AS digest FROM quarantine WHERE raw_sha256 = ANY(:digests)
    UNION SELECT unnest(files) FROM quarantine WHERE files && CAST(:digests AS text[])
    """


@dataclass(frozen=True, slots=True)
class QuarantineAge:
    """A loop step. Entries stay for `days`, and the newest of them together have at most `most_bytes`."""

    db: Database
    blobs: Blobs
    clock: Clock
    days: int
    most_bytes: int
    rest: timedelta = timedelta(minutes=10)

    async def __call__(self) -> timedelta:
        """Let a chunk go; rest only when there was less. While something is being set aside, come back."""
        async with self.db.transaction() as unit:
            alone = await unit.one("SELECT pg_try_advisory_xact_lock(:lock) AS got", {"lock": LOCK})
            if alone is None or not alone.got:
                return timedelta(seconds=5)
            gone = await unit.all(LET_GO, {"before": self._before(), "bytes": self.most_bytes, "chunk": CHUNK})
            await self.blobs.forget(await self._unused(unit, gone))
        _tell(gone)
        return SOON if len(gone) == CHUNK else self.rest

    def _before(self) -> object:
        return self.clock.now() - timedelta(days=self.days)

    async def _unused(self, unit: Transaction, gone: Sequence[Row]) -> list[str]:
        digests = {digest for row in gone for digest in (row.raw_sha256, *row.files)}
        used = await unit.all(IN_USE, {"digests": list(digests)}) if digests else []
        return sorted(digests - {row.digest for row in used})


def _tell(gone: Sequence[Row]) -> None:
    for row in gone:
        metrics.QUARANTINE_EXPIRED.labels(row.channel, row.cause).inc()
    if waiting := sum(1 for row in gone if row.waiting):
        log.warning("quarantine_expired", entries=len(gone), undecided=waiting)
