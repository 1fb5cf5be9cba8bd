"""Late notices in PostgreSQL until they are folded: each with the event that it tells of, as that came."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from gongdan.notifier.domain.about import about
from gongdan.notifier.domain.audience import Want
from gongdan.notifier.domain.folding import LONGEST, MOST_FOLDED, QUIET
from gongdan.notifier.domain.live import LiveEvent
from gongdan.shared.contracts.envelope import DecidedBy, from_headers
from gongdan.shared.contracts.registry import Event, read_payload
from gongdan.shared.db.outbox import headers_from_json, row_of
from gongdan.shared.db.pool import Row
from gongdan.shared.db.session import Transaction
from gongdan.shared.errors import RetryLater

KEEP = """
    INSERT INTO late_notices (id, recipient, purpose, decided_by, told_at, type, payload, headers)
    SELECT id, recipient, purpose, decided_by, CAST(:now AS timestamptz), type, payload, headers
    FROM unnest(CAST(:ids AS uuid[]), CAST(:recipients AS text[]), CAST(:purposes AS text[]),
                CAST(:decided AS text[]), CAST(:types AS text[]), CAST(:payloads AS bytea[]), CAST(:headers AS text[]))
         AS given (id, recipient, purpose, decided_by, type, payload, headers)
    ON CONFLICT (id) DO NOTHING
"""

ALONE = "SELECT pg_try_advisory_xact_lock(hashtext(current_schema() || '-late-notices')) AS got"

DUE = """
    SELECT recipient FROM late_notices GROUP BY recipient
    HAVING max(told_at) <= :quiet_since OR min(told_at) <= :waiting_since
    ORDER BY min(seq) LIMIT 1
"""

TAKE = """
    WITH taken AS (
        DELETE FROM late_notices WHERE seq IN (
            SELECT seq FROM late_notices WHERE recipient = :recipient ORDER BY seq LIMIT :most)
        RETURNING *
    )
    SELECT * FROM taken ORDER BY seq
"""


class PostgresLateNotices:
    """Notices that wait for others to the same recipient."""

    async def keep(self, unit: Transaction, late: Sequence[Want], now: datetime) -> None:
        """See the port."""
        if not late:
            return
        events = [row_of(want.cause.event) for want in late]
        values = {
            "ids": [want.id for want in late],
            "recipients": [want.recipient for want in late],
            "purposes": [want.purpose for want in late],
            "decided": [json.dumps([asdict(one) for one in want.decided_by]) for want in late],
            "types": [row.type for row in events],
            "payloads": [row.payload for row in events],
            "headers": [row.headers for row in events],
            "now": now,
        }
        await unit.execute(KEEP, values)

    async def take(self, unit: Transaction, now: datetime) -> Sequence[Want]:
        """See the port."""
        alone = await unit.one(ALONE)
        if alone is None or not alone.got:
            return []
        due = await unit.one(DUE, {"quiet_since": now - QUIET, "waiting_since": now - LONGEST})
        if due is None:
            return []
        rows = await unit.all(TAKE, {"recipient": due.recipient, "most": MOST_FOLDED})
        return [_want(row) for row in rows]


def _want(row: Row) -> Want:
    data = read_payload(row.type, row.payload)
    subject = about(data) if data else None
    if data is None or subject is None:
        # A newer version wrote it and must be the one that tells of it.
        raise RetryLater(f"late_notices holds a {row.type}, which this version cannot read")
    envelope = from_headers(headers_from_json(json.loads(row.headers)))
    cause = LiveEvent(Event(envelope, data, str(subject.ticket_id)))
    decided = tuple(DecidedBy(**one) for one in json.loads(row.decided_by))
    return Want(cause, subject, "email", row.purpose, row.recipient, decided_by=decided)
