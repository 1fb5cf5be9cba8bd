"""Writing the read models: a handful of statements per batch, whatever its size.

Changes come last, under a lock that is held until the commit: their ids then grow in the order in which they
become visible, and whoever reads on from an id misses nothing. Rows are written in the order of their keys,
so that two replicas cannot wait for each other.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from gongdan.api.adapters import tables
from gongdan.api.adapters.audit import append
from gongdan.api.adapters.tables import Table
from gongdan.api.adapters.wakeups import CHANNEL
from gongdan.api.domain.projection import Rows
from gongdan.shared.access.chain import Entry
from gongdan.shared.db.session import Transaction

TELL = f"SELECT pg_notify('{CHANNEL}', '')"
TELL_IN_TURN = f"SELECT pg_advisory_xact_lock(hashtext('{CHANNEL}')), pg_notify('{CHANNEL}', '')"


class PostgresReadModels:
    """The tables of this service's schema."""

    async def save(self, unit: Transaction, rows: Rows, entries: Sequence[Entry] = ()) -> None:
        """Write a batch; those who wait are told when the transaction commits."""
        await append(unit, entries)
        await self._upsert(unit, tables.MESSAGES, rows.messages)
        await self._upsert(unit, tables.OUTCOMES, rows.outcomes)
        await self._upsert(unit, tables.TICKETS, rows.tickets)
        await self._upsert(unit, tables.TIMELINE, rows.timeline)
        await self._upsert(unit, tables.ATTACHMENTS, rows.attachments)
        await self._upsert(unit, tables.CLOCKS, rows.clocks)
        await self._upsert(unit, tables.DELIVERIES, rows.deliveries)
        await self._upsert(unit, tables.DEFINITION_VERSIONS, rows.definition_versions)
        if rows.changes:
            await unit.execute(TELL_IN_TURN)
            await self._write(unit, tables.CHANGES, rows.changes.values())
        elif rows.outcomes:
            await unit.execute(TELL)

    async def _upsert(self, unit: Transaction, table: Table, batch: Mapping[Any, tuple[Any, ...]]) -> None:
        if batch:
            await self._write(unit, table, [batch[key] for key in sorted(batch)])

    async def _write(self, unit: Transaction, table: Table, batch: Collection[tuple[Any, ...]]) -> None:
        await unit.execute(table.upsert, tables.values_of(table, batch))
