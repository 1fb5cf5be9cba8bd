"""The quarantine in PostgreSQL: what could not be understood, with its bytes as a blob, until somebody decides.

Its blobs are its own, so that they go with their entries: what is released is kept with the messages once more. Whoever
sets something aside holds a lock that whoever lets entries go does not get meanwhile.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

import orjson
import structlog

from gongdan.intake.adapters import quarantine_events
from gongdan.intake.adapters.quarantine_rows import INSERT, Entry, columns, text
from gongdan.intake.domain.quarantine import QuarantineQuery
from gongdan.intake.ports.quarantine import Aside, Decided, SetAside
from gongdan.shared import metrics
from gongdan.shared.blobs import Blobs
from gongdan.shared.contracts.envelope import Mode
from gongdan.shared.contracts.messages import Attachment
from gongdan.shared.db.pool import Row
from gongdan.shared.db.session import Database, Transaction
from gongdan.shared.errors import Complaint, FixInput

log = structlog.get_logger()

LOCK = 0x676F6E67_71
"""Of PostgreSQL's advisory locks: shared by whoever sets something aside, whole for whoever lets entries go."""

SELECT = (
    "SELECT id, channel, source, raw_sha256, size, cause, detail, received_at, sender, mode, left_at, wanted_at, "
    "released_at, released_as, released_by, discarded_at, discarded_by, discard_reason, files, becomes FROM quarantine"
)
STATES = {
    "waiting": "released_at IS NULL AND discarded_at IS NULL",
    "released": "released_at IS NOT NULL",
    "discarded": "discarded_at IS NOT NULL AND released_at IS NULL",
    "all": "true",
}
FILTERS = {
    "channel": "channel = :channel",
    "source": "source = :source",
    "cause": "cause = :cause",
    "since": "received_at >= :since",
    "until": "received_at < :until",
}


@dataclass(frozen=True, slots=True)
class PostgresQuarantine:
    """Entries and their bytes; `blobs` are no others'."""

    db: Database
    blobs: Blobs

    async def set_aside(
        self, channel: str, source: str, raw: bytes, cause: str, detail: str, received_at: datetime
    ) -> UUID:
        """Returns the id after the commit; the same bytes from the same source get the same id."""
        return await self.put(Aside(channel, source, raw, cause, detail, received_at))

    async def put(self, aside: Aside) -> UUID:
        """The same for what has more to say."""
        async with self.db.transaction() as unit:
            entries = await self.put_in(unit, [aside])
        tell(entry for entry in entries if entry.new)
        return entries[0].id

    async def put_in(self, unit: Transaction, asides: Sequence[Aside]) -> list[Entry]:
        """Set aside as a part of a larger unit of work. The bytes are on disk before that can commit."""
        if not asides:
            return []
        await unit.execute("SELECT pg_advisory_xact_lock_shared(:lock)", {"lock": LOCK})
        await self.blobs.put_all([aside.raw for aside in asides])
        files = [[await self.blobs.put_file(file) for file in aside.files] for aside in asides]
        entries = [Entry.of(aside, digests) for aside, digests in zip(asides, files, strict=True)]
        rows = await unit.all(INSERT, columns(list({entry.id: entry for entry in entries}.values())))
        new = {row.id for row in rows}
        return [replace(entry, new=entry.id in new) for entry in entries]

    async def content(self, digest: str) -> bytes:
        """The bytes of an entry or of a file of it. Raises KeyError when they are gone."""
        return await self.blobs.get(digest)

    async def page(self, wanted: QuarantineQuery) -> Sequence[SetAside]:
        """Entries in the order of the query, at most its limit. Raises FixInput (422), RetryLater."""
        asked = {name: getattr(wanted, name) for name in FILTERS if getattr(wanted, name) is not None}
        where = [STATES[wanted.state], *(FILTERS[name] for name in asked)]
        position = wanted.position()
        if position is not None:
            where.append(f"(received_at, id) {'>' if wanted.order == 'asc' else '<'} (:received_at, :id)")
            asked |= {"received_at": position[0], "id": position[1]}
        direction = "ASC" if wanted.order == "asc" else "DESC"
        order = f"ORDER BY received_at {direction}, id {direction} LIMIT :limit"
        sql = f"{SELECT} WHERE {' AND '.join(where)} {order}"
        async with self.db.transaction() as unit:
            rows = await unit.all(sql, asked | {"limit": wanted.limit})
        return [_entry(row) for row in rows]

    async def find(self, entry: UUID) -> SetAside:
        """One entry. Raises FixInput (404), RetryLater."""
        async with self.db.transaction() as unit:
            row = await unit.one(f"{SELECT} WHERE id = :id", {"id": entry})
        if row is None:
            complaint = Complaint("id", f"nothing in quarantine has the id {entry}", "take an id from the list")
            raise FixInput("unknown-quarantine", "nothing there", complaint, status=404)
        return _entry(row)

    async def released(self, entry: SetAside, became: UUID | Attachment, decided: Decided) -> None:
        """Note and tell what an entry became; once, however often that is noted. Raises RetryLater."""
        message_id = became if isinstance(became, UUID) else None
        async with self.db.transaction() as unit:
            first = await unit.one(
                """
                UPDATE quarantine SET released_at = :at, released_as = :message, released_by = :by, wanted_at = NULL
                WHERE id = :id AND released_at IS NULL RETURNING id
                """,
                {"at": decided.at, "message": message_id, "by": decided.by, "id": entry.id},
            )
            if first is not None:
                unit.emit(quarantine_events.released(entry, became, decided))

    async def wanted(self, entry: SetAside, decided: Decided) -> None:
        """Note that an entry is to be fetched from where it was left. Raises RetryLater."""
        async with self.db.transaction() as unit:
            await unit.execute(
                "UPDATE quarantine SET wanted_at = :at, released_by = :by WHERE id = :id AND released_at IS NULL",
                {"at": decided.at, "by": decided.by, "id": entry.id},
            )

    async def still_left(self, entry: UUID, detail: str) -> None:
        """Note that fetching it again failed too, and why. Raises RetryLater."""
        async with self.db.transaction() as unit:
            await unit.execute(
                "UPDATE quarantine SET wanted_at = NULL, detail = :detail WHERE id = :id AND released_at IS NULL",
                {"detail": text(detail), "id": entry},
            )

    async def discarded(self, entry: SetAside, reason: str, decided: Decided) -> bool:
        """Note and tell that an entry is not wanted; False when it was decided before. Raises RetryLater."""
        async with self.db.transaction() as unit:
            first = await unit.one(
                """
                UPDATE quarantine
                SET discarded_at = :at, discarded_by = :by, discard_reason = :reason, wanted_at = NULL
                WHERE id = :id AND released_at IS NULL AND discarded_at IS NULL RETURNING id
                """,
                {"at": decided.at, "by": decided.by, "reason": text(reason), "id": entry.id},
            )
            if first is not None:
                unit.emit(quarantine_events.discarded(entry, reason, decided))
        return first is not None


def tell(entries: Iterable[Entry]) -> None:
    """Count and log what was set aside, after the commit."""
    for entry in entries:
        aside = entry.aside
        metrics.QUARANTINED.labels(aside.channel, aside.cause).inc()
        log.warning("message_quarantined", quarantine_id=str(entry.id), source=aside.source, cause=aside.cause)


def _entry(row: Row) -> SetAside:
    values = row._asdict()
    becomes = orjson.loads(values["becomes"]) if values["becomes"] else None
    return SetAside(**values | {"mode": Mode(values["mode"]), "files": tuple(values["files"]), "becomes": becomes})
