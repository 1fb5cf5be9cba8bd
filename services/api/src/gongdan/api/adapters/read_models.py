"""Writing the read models: two statements per batch, whatever its size.

Changes come last, under a lock that is held until the commit: their ids then grow in the order in which they
become visible, and whoever reads on from an id misses nothing. Rows are written in the order of their keys,
so that two replicas cannot wait for each other.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from gongdan.api.adapters import tables
from gongdan.api.adapters.audit import append
from gongdan.api.adapters.tables import Table, upsert
from gongdan.api.adapters.wakeups import CHANNEL
from gongdan.api.domain.definition_versions import VersionKey
from gongdan.api.domain.projection import Rows
from gongdan.shared.access.chain import Entry
from gongdan.shared.db.session import Transaction

TELL = f"SELECT pg_notify('{CHANNEL}', '')"
IN_TURN = f"""
    WITH turn AS MATERIALIZED (SELECT pg_advisory_xact_lock(hashtext('{CHANNEL}')), pg_notify('{CHANNEL}', ''))
    {upsert(tables.CHANGES, "turn, ")}
    """

KNOWN = """
    SELECT kind, workspace, name, version FROM definition_versions
    JOIN unnest(CAST(:kinds AS text[]), CAST(:workspaces AS text[]), CAST(:names AS text[]), CAST(:versions AS int[]))
        AS asked (kind, workspace, name, version) USING (kind, workspace, name, version)
"""


class PostgresReadModels:
    """The tables of this service's schema."""

    async def known_versions(self, unit: Transaction, keys: Collection[VersionKey]) -> Collection[VersionKey]:
        """Those versions of definitions that are kept already."""
        if not keys:
            return ()
        kinds, workspaces, names, versions = map(list, zip(*keys, strict=True))
        values = {"kinds": kinds, "workspaces": workspaces, "names": names, "versions": versions}
        return {tuple(row) for row in await unit.all(KNOWN, values)}

    async def save(self, unit: Transaction, rows: Rows, entries: Sequence[Entry] = ()) -> None:
        """Write a batch; those who wait are told when the transaction commits."""
        await append(unit, entries)
        await self._upsert(
            unit,
            {
                tables.MESSAGES: rows.messages,
                tables.OUTCOMES: rows.outcomes,
                tables.TICKETS: rows.tickets,
                tables.RESOLUTIONS: rows.resolutions,
                tables.FIRST_ANSWERS: rows.first_answers,
                tables.TIMELINE: rows.timeline,
                tables.ATTACHMENTS: rows.attachments,
                tables.CLOCKS: rows.clocks,
                tables.DELIVERIES: rows.deliveries,
                tables.DEFINITION_VERSIONS: rows.definition_versions,
            },
        )
        if rows.changes:
            await unit.execute(IN_TURN, tables.values_of(tables.CHANGES, rows.changes.values()))
        elif rows.outcomes:
            await unit.execute(TELL)

    async def _upsert(self, unit: Transaction, batches: Mapping[Table, Mapping[Any, tuple[Any, ...]]]) -> None:
        full = {table: [batch[key] for key in sorted(batch)] for table, batch in batches.items() if batch}
        if full:
            values: dict[str, Any] = {}
            for table, batch in full.items():
                values |= tables.values_of(table, batch)
            await unit.execute(tables.upserts(tuple(full)), values)
