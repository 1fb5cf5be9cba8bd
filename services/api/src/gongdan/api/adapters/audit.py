"""The audit: only ever added to, one writer at a time, so that the chain has no gaps and no forks.

What is added is told on `audit` in the same order: the turn is kept until the commit.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from gongdan.api.domain.audit import AuditQuery, said
from gongdan.shared.access.chain import BEGINNING, Entry, Linked, linked
from gongdan.shared.db.pool import Row
from gongdan.shared.db.session import Database, Transaction
from gongdan.shared.json import dumps

IN_TURN = "SELECT pg_advisory_xact_lock(hashtext(current_schema() || '-audit')), clock_timestamp() AS now"
LAST = "SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1"
INSERT = """
    INSERT INTO audit (seq, at, actor, kind, subject, detail, previous, hash)
    SELECT * FROM unnest(CAST(:seqs AS bigint[]), CAST(:ats AS timestamptz[]), CAST(:actors AS text[]),
        CAST(:kinds AS text[]), CAST(:subjects AS text[]), CAST(:details AS json[]), CAST(:previous AS text[]),
        CAST(:hashes AS text[]))
"""
CONDITIONS = {
    "actor": "actor = :actor",
    "kind": "kind = ANY(CAST(:kind AS text[]))",
    "since": "at >= :since",
    "until": "at < :until",
}


class PostgresAudit:
    """The table `audit`."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def record(self, *entries: Entry) -> None:
        """Add entries in a transaction of their own. Raises RetryLater."""
        async with self._db.transaction() as unit:
            await append(unit, entries)

    async def page(self, query: AuditQuery) -> Sequence[Linked]:
        """Entries after the cursor, one more than the limit where there are more."""
        conditions = [sql for name, sql in CONDITIONS.items() if getattr(query, name)]
        values: dict[str, Any] = {name: getattr(query, name) for name in CONDITIONS if getattr(query, name)}
        if query.cursor is not None:
            conditions.append("seq > :cursor" if query.order == "asc" else "seq < :cursor")
            values["cursor"] = query.cursor
        where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
        sql = f"SELECT * FROM audit {where} ORDER BY seq {query.order} LIMIT :most"  # noqa: S608 - made of constants
        async with self._db.transaction() as unit:
            return [_linked(row) for row in await unit.all(sql, values | {"most": query.limit + 1})]


async def append(unit: Transaction, entries: Sequence[Entry]) -> None:
    """Add entries in the transaction of what they tell of."""
    if not entries:
        return
    turn = await unit.one(IN_TURN)
    assert turn  # noqa: S101 - a query without FROM has a row
    last = await unit.one(LAST)
    chain = linked([_storable(one) for one in entries], last.seq if last else 0, last.hash if last else BEGINNING)
    await unit.execute(
        INSERT,
        {
            "seqs": [one.seq for one in chain],
            "ats": [one.entry.at for one in chain],
            "actors": [one.entry.actor for one in chain],
            "kinds": [one.entry.kind for one in chain],
            "subjects": [one.entry.subject for one in chain],
            "details": [dumps(dict(one.entry.detail)).decode() for one in chain],
            "previous": [one.previous for one in chain],
            "hashes": [one.hash for one in chain],
        },
    )
    unit.emit(*(said(one, turn.now) for one in chain))


def _storable(entry: Entry) -> Entry:
    """Without the one character that PostgreSQL cannot keep, before it is hashed."""
    detail = {name: value.replace("\x00", "\ufffd") for name, value in entry.detail.items()}
    actor, subject = (text.replace("\x00", "\ufffd") for text in (entry.actor, entry.subject))
    return replace(entry, actor=actor, subject=subject, detail=detail)


def _linked(row: "Row") -> Linked:
    entry = Entry(row.at, row.actor, row.kind, row.subject, row.detail)
    return Linked(row.seq, entry, row.previous, row.hash)
