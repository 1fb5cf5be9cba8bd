"""Sessions and API keys in PostgreSQL, told to intake in the same transaction.

api asks its own table at every request, so that what was revoked is out of force here at once, at every replica.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from gongdan.api.adapters.audit import append
from gongdan.api.domain.accounts import Kept, NewCredential, Which
from gongdan.api.domain.events import SOURCE
from gongdan.shared.access.chain import Entry
from gongdan.shared.access.credentials import InForce, in_force
from gongdan.shared.clock import Clock
from gongdan.shared.contracts.access import CredentialIssued, CredentialRevoked
from gongdan.shared.contracts.base import Contract
from gongdan.shared.contracts.envelope import Actor, Envelope, to_headers
from gongdan.shared.contracts.registry import Event
from gongdan.shared.contracts.topics import Topic
from gongdan.shared.db.outbox import OutboxRow, headers_to_json
from gongdan.shared.db.session import Database, Transaction
from gongdan.shared.ids import derived_id

API = "system:api"
USED_EVERY = timedelta(minutes=1)
MOST_LISTED = 1_000
CHUNK = 1_000
FIND = """
    SELECT issued, last_used_at FROM credentials WHERE digest = :digest AND revoked_at IS NULL AND ends_at > :now
"""
USED = "UPDATE credentials SET last_used_at = :now WHERE digest = :digest"
INSERT = """
    INSERT INTO credentials (digest, id, kind, name, actor, account, issued, issued_by, issued_at, ends_at)
    VALUES (:digest, :id, :kind, :name, :actor, :account, CAST(:issued AS json), :issued_by, :issued_at, :ends_at)
"""
REVOKE = """
    UPDATE credentials SET revoked_at = :now
    WHERE revoked_at IS NULL AND ends_at > :now
    AND (CAST(:kind AS text) IS NULL OR kind = :kind) AND (CAST(:digest AS text) IS NULL OR digest = :digest)
    AND (CAST(:id AS uuid) IS NULL OR id = :id) AND (CAST(:actor AS text) IS NULL OR actor = :actor)
    AND (CAST(:account AS text) IS NULL OR account = :account)
    RETURNING digest
"""
ALL = """
    SELECT id, name, issued, issued_by, last_used_at FROM credentials
    WHERE kind = :kind AND revoked_at IS NULL AND ends_at > :now AND (CAST(:actor AS text) IS NULL OR actor = :actor)
    ORDER BY issued_at DESC LIMIT :most
"""
ENDED = """
    DELETE FROM credentials WHERE digest IN (SELECT digest FROM credentials WHERE ends_at <= :now LIMIT :most)
    RETURNING digest
"""
KNOWN = "SELECT digest, issued, revoked_at FROM credentials WHERE ends_at > :now"


@dataclass(frozen=True, slots=True)
class PostgresCredentials:
    """The table `credentials`."""

    db: Database
    clock: Clock

    async def find(self, digest: str) -> InForce | None:
        """One in force, by the hash of its secret. Raises RetryLater."""
        now = self.clock.now()
        async with self.db.transaction() as unit:
            row = await unit.one(FIND, {"digest": digest, "now": now})
            if row and (row.last_used_at is None or row.last_used_at < now - USED_EVERY):
                await unit.execute(USED, {"digest": digest, "now": now})
        return in_force(CredentialIssued.model_validate(row.issued)) if row else None

    async def issue(self, new: NewCredential, entry: Entry) -> None:
        """Put one in force, here and everywhere."""
        issued = new.issued
        values = {
            "digest": issued.digest,
            "id": new.id,
            "kind": issued.kind,
            "name": new.name,
            "actor": issued.actor,
            "account": new.account,
            "issued": issued.model_dump_json(),
            "issued_by": new.issued_by,
            "issued_at": issued.issued_at,
            "ends_at": issued.ends_at,
        }
        async with self.db.transaction() as unit:
            await unit.execute(INSERT, values)
            unit.emit(_said(issued, issued.digest, entry.at, entry.actor))
            await append(unit, [entry])

    async def revoke(self, which: Which, entry: Entry) -> int:
        """Take those out of force that fit, and tell; returns how many did."""
        values = {"now": self.clock.now(), "kind": which.kind, "digest": which.digest, "id": which.id}
        async with self.db.transaction() as unit:
            rows = await unit.all(REVOKE, values | {"actor": which.actor, "account": which.account})
            for row in rows:
                revoked = CredentialRevoked(digest=row.digest, reason=entry.kind)
                unit.emit(_said(revoked, row.digest, entry.at, entry.actor))
            await append(unit, [entry] if rows else [])
        return len(rows)

    async def all(self, kind: str, actor: str | None) -> Sequence[Kept]:
        """Those in force, the latest first, of one actor or of all."""
        values = {"kind": kind, "actor": actor, "now": self.clock.now(), "most": MOST_LISTED}
        async with self.db.transaction() as unit:
            rows = await unit.all(ALL, values)
        return [Kept(**row._asdict() | {"issued": CredentialIssued.model_validate(row.issued)}) for row in rows]

    async def prune(self) -> timedelta:
        """A loop step: let go of what ended, here and in the topic."""
        async with self.db.transaction() as unit:
            rows = await unit.all(ENDED, {"now": self.clock.now(), "most": CHUNK})
            unit.rows.extend(_tombstone(row.digest, self.clock.now()) for row in rows)
        return timedelta(milliseconds=100) if len(rows) == CHUNK else timedelta(minutes=10)

    async def tell_all(self, unit: Transaction) -> None:
        """Tell all again, for readers whose topic was lost: what is in force, and what is not any more."""
        now = self.clock.now()
        for row in await unit.all(KNOWN, {"now": now}):
            issued = CredentialIssued.model_validate(row.issued)
            revoked = CredentialRevoked(digest=row.digest, reason="revoked")
            unit.emit(_said(revoked if row.revoked_at else issued, row.digest, now, API))


def _said(data: Contract, digest: str, at: datetime, actor: str) -> Event:
    return Event(_envelope(type(data).__name__, digest, at, actor), data, digest)


def _tombstone(digest: str, now: datetime) -> OutboxRow:
    envelope = _envelope("CredentialEnded", digest, now, API)
    return OutboxRow(envelope.id, Topic.ACCESS, digest, envelope.type, None, headers_to_json(to_headers(envelope)))


def _envelope(event_type: str, digest: str, at: datetime, actor: str) -> Envelope:
    event_id = derived_id(event_type, digest, at.isoformat())
    values: dict[str, Any] = {"occurred_at": at, "recorded_at": at, "actor": Actor.parse(actor)}
    return Envelope(id=event_id, type=event_type, source=SOURCE, subject=digest[:12], correlation_id=event_id, **values)
