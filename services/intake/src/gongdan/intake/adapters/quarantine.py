"""The quarantine in PostgreSQL: what could not be understood, with its bytes as a blob, until somebody decides."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog

from gongdan.intake.adapters import quarantine_events
from gongdan.intake.domain.quarantine import QuarantineQuery
from gongdan.intake.ports import BlobStore
from gongdan.intake.ports.quarantine import Aside, Decided, SetAside
from gongdan.shared import metrics
from gongdan.shared.contracts.envelope import Mode
from gongdan.shared.db.pool import Row
from gongdan.shared.db.session import Database, Transaction
from gongdan.shared.errors import Complaint, FixInput
from gongdan.shared.ids import derived_id

log = structlog.get_logger()

INSERT = """
    INSERT INTO quarantine (id, channel, source, raw_sha256, size, cause, detail, received_at, sender, mode, left_at)
    SELECT * FROM unnest(CAST(:ids AS uuid[]), CAST(:channels AS text[]), CAST(:sources AS text[]),
                         CAST(:raws AS text[]), CAST(:sizes AS bigint[]), CAST(:causes AS text[]),
                         CAST(:details AS text[]), CAST(:received AS timestamptz[]), CAST(:senders AS text[]),
                         CAST(:modes AS text[]), CAST(:places AS text[]))
    ON CONFLICT (id) DO NOTHING RETURNING id
    """
SELECT = (
    "SELECT id, channel, source, raw_sha256, size, cause, detail, received_at, sender, mode, left_at, wanted_at, "
    "released_at, released_as, released_by, discarded_at, discarded_by, discard_reason FROM quarantine"
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
    """Keeps the bytes first and the entry after, so that an entry always has its bytes."""

    db: Database
    blobs: BlobStore

    async def set_aside(
        self, channel: str, source: str, raw: bytes, cause: str, detail: str, received_at: datetime
    ) -> UUID:
        """Returns the id after the commit; the same bytes from the same source get the same id."""
        return await self.put(Aside(channel, source, raw, cause, detail, received_at))

    async def put(self, aside: Aside) -> UUID:
        """The same for what has more to say."""
        await self.blobs.put(aside.raw)
        async with self.db.transaction() as unit:
            new = await set_aside_in(unit, [aside])
        tell(new)
        return entry_id(aside)

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

    async def released(self, entry: SetAside, message_id: UUID, decided: Decided) -> None:
        """Note and tell that an entry became a message; once, however often that is noted. Raises RetryLater."""
        async with self.db.transaction() as unit:
            first = await unit.one(
                """
                UPDATE quarantine SET released_at = :at, released_as = :message, released_by = :by, wanted_at = NULL
                WHERE id = :id AND released_at IS NULL RETURNING id
                """,
                {"at": decided.at, "message": message_id, "by": decided.by, "id": entry.id},
            )
            if first is not None:
                unit.emit(quarantine_events.released(entry, message_id, decided))

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
                {"detail": _text(detail), "id": entry},
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
                {"at": decided.at, "by": decided.by, "reason": _text(reason), "id": entry.id},
            )
            if first is not None:
                unit.emit(quarantine_events.discarded(entry, reason, decided))
        return first is not None


async def set_aside_in(unit: Transaction, asides: Sequence[Aside]) -> list[Aside]:
    """Set aside as a part of a larger unit of work; their bytes are kept already. Returns those that are new."""
    if not asides:
        return []
    by_id = {entry_id(aside): aside for aside in asides}
    rows = await unit.all(INSERT, _columns(by_id))
    return [by_id[row.id] for row in rows]


def _columns(by_id: dict[UUID, Aside]) -> dict[str, list[Any]]:
    found = by_id.values()
    return {
        "ids": list(by_id),
        "channels": [each.channel for each in found],
        "sources": [each.source for each in found],
        "raws": [hashlib.sha256(each.raw).hexdigest() for each in found],
        "sizes": [len(each.raw) for each in found],
        "causes": [each.cause for each in found],
        "details": [_text(each.detail) for each in found],
        "received": [each.received_at for each in found],
        "senders": [each.sender and _text(each.sender) for each in found],
        "modes": [each.mode.value for each in found],
        "places": [each.left_at for each in found],
    }


def entry_id(aside: Aside) -> UUID:
    """The same bytes from the same source, left at the same place, are one entry."""
    digest = hashlib.sha256(aside.raw).hexdigest()
    return derived_id("quarantine", aside.channel, aside.source, digest, *filter(None, [aside.left_at]))


def tell(asides: Sequence[Aside]) -> None:
    """Count and log what was set aside, after the commit."""
    for aside in asides:
        metrics.QUARANTINED.labels(aside.channel, aside.cause).inc()
        entry = str(entry_id(aside))
        log.warning("message_quarantined", quarantine_id=entry, source=aside.source, cause=aside.cause)


def _entry(row: Row) -> SetAside:
    values = row._asdict()
    return SetAside(**values | {"mode": Mode(values["mode"])})


def _text(text: str) -> str:
    return text.replace("\x00", "")[:2_000].encode(errors="replace").decode()
