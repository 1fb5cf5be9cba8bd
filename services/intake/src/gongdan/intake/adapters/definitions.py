"""The definitions in PostgreSQL: every version kept, the latest in force, told to the others in the same transaction.

Intake reads its own table, not the topic, so that it knows its forms and sources while Kafka is away. Changes
made by other replicas are noticed by asking for the revision again and again.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import structlog

from gongdan.intake.adapters import told
from gongdan.intake.domain import changes, soundness
from gongdan.intake.domain.changes import Planned, Stored
from gongdan.intake.ports import Applied, Change
from gongdan.shared import metrics
from gongdan.shared.clock import Clock
from gongdan.shared.db.session import Database, Transaction
from gongdan.shared.definitions.catalog import Catalog, Key, catalog_of
from gongdan.shared.definitions.registry import Definition, check
from gongdan.shared.errors import FixInput
from gongdan.shared.health import Health
from gongdan.shared.json import dumps

log = structlog.get_logger()

LATEST = """
    SELECT DISTINCT ON (kind, workspace, name) kind, workspace, name, version, document, author, applied_at
    FROM definitions ORDER BY kind, workspace, name, version DESC
    """
INSERT = """
    INSERT INTO definitions (kind, workspace, name, version, revision, document, author, reason, applied_at)
    SELECT kind, workspace, name, version, :revision, document, :author, :reason, :at
    FROM unnest(CAST(:kinds AS text[]), CAST(:workspaces AS text[]), CAST(:names AS text[]),
                CAST(:versions AS int[]), CAST(:documents AS json[])) AS t (kind, workspace, name, version, document)
    """


@dataclass(slots=True)
class PostgresDefinitions:
    """The part that holds `current`, and applies changes. `on_change` hooks run after each swap.

    `defaults` gives what is applied when there never was a definition.
    """

    db: Database
    health: Health
    clock: Clock
    defaults: Callable[[], Sequence[Definition]]
    rest: timedelta = timedelta(seconds=1)
    name: str = "definitions"
    current: Catalog = field(default_factory=Catalog)
    on_change: list[Callable[[Catalog], None]] = field(default_factory=list)
    _unreadable: dict[str, str] = field(default_factory=dict)

    async def start(self) -> None:
        """Apply the defaults if need be, then read what is in force. Raises RetryLater while PostgreSQL is away."""
        self.health.watch(self.name, lambda: "; ".join(map(": ".join, self._unreadable.items())) or None)
        await self._seed()
        await self.refresh()

    async def stop(self) -> None:
        """Nothing to let go of."""

    async def refresh(self) -> timedelta:
        """A loop step: swap the catalog when the revision has moved on."""
        async with self.db.transaction() as unit:
            revision = await _revision(unit)
            if revision == self.current.revision:
                return self.rest
            stored = await _latest(unit)
        self.current = catalog_of(revision, self._readable(stored))
        metrics.DEFINITIONS_REVISION.labels("intake").set(revision)
        for hook in self.on_change:
            hook(self.current)
        return self.rest

    def _readable(self, stored: Mapping[Key, Stored]) -> list[Definition]:
        """All that this version of the code can read; the others show in `/readyz`."""
        self._unreadable.clear()
        found = []
        for key, item in stored.items():
            try:
                if item.document is not None:
                    found.append(check(item.document, item.version))
            except FixInput as error:
                self._unreadable["/".join(key)] = f"version {item.version} cannot be read: {error}"
        return found

    async def apply(
        self, definitions: Sequence[Definition], change: Change, dry_run: bool = False
    ) -> Sequence[Applied]:
        """Apply all or none; what is the same as before keeps its version. Raises FixInput, RetryLater."""
        async with self.db.transaction() as unit:
            stored = await _locked(unit)
            planned = changes.plan(stored, definitions)
            _check_result(stored, planned)
            if not dry_run:
                await _write(unit, stored, planned, change)
        await self.refresh()
        return [_applied(item) for item in planned]

    async def delete(self, key: Key, change: Change) -> Applied:
        """Delete one. Raises FixInput (404) when there is none, or (409) when another names it."""
        async with self.db.transaction() as unit:
            stored = await _locked(unit)
            planned = changes.plan_deletion(stored, key)
            try:
                _check_result(stored, [planned])
            except FixInput as error:
                raise FixInput("still-used", "other definitions name it", *error.complaints, status=409) from error
            await _write(unit, stored, [planned], change)
        await self.refresh()
        return _applied(planned)

    async def _seed(self) -> None:
        async with self.db.transaction() as unit:
            stored = await _locked(unit)
            if not stored:
                change = Change("system:intake", self.clock.now(), "first start")
                await _write(unit, stored, changes.plan(stored, self.defaults()), change)

    async def tell_all(self, unit: Transaction) -> None:
        """Tell all again, for readers whose topic was lost: what is in force, and what is not any more."""
        await _lock(unit)
        rows = await unit.all(LATEST)
        for row in rows:
            result: changes.Result = "deleted" if row.document is None else "changed"
            item = Planned((row.kind, row.workspace, row.name), row.version, result, row.document)
            unit.rows.extend(told.told([item], row.author, row.applied_at))
        if rows:
            newest = max(rows, key=lambda row: row.applied_at)
            count = sum(row.document is not None for row in rows)
            unit.rows.append(told.complete(await _revision(unit), count, newest.author, newest.applied_at))


async def _lock(unit: Transaction) -> None:
    """One change at a time, so that versions and revisions follow each other without gaps."""
    await unit.execute("SELECT pg_advisory_xact_lock(hashtext(current_schema() || '-definitions'))")


async def _locked(unit: Transaction) -> dict[Key, Stored]:
    await _lock(unit)
    return await _latest(unit)


async def _latest(unit: Transaction) -> dict[Key, Stored]:
    rows = await unit.all(LATEST)
    return {
        (row.kind, row.workspace, row.name): Stored((row.kind, row.workspace, row.name), row.version, row.document)
        for row in rows
    }


async def _revision(unit: Transaction) -> int:
    row = await unit.one("SELECT coalesce(max(revision), 0) AS revision FROM definitions")
    return int(row.revision) if row else 0


def _check_result(stored: Mapping[Key, Stored], planned: Sequence[Planned]) -> None:
    documents: dict[Key, dict[str, Any] | None] = {key: item.document for key, item in stored.items()}
    documents |= {item.key: item.document for item in planned}
    soundness.check_all(catalog_of(0, [check(found) for found in documents.values() if found is not None]))


async def _write(unit: Transaction, stored: Mapping[Key, Stored], planned: Sequence[Planned], change: Change) -> None:
    new = [item for item in planned if item.result != "unchanged"]
    if not new:
        return
    revision = await _revision(unit) + 1
    values = {
        "kinds": [item.key[0] for item in new],
        "workspaces": [item.key[1] for item in new],
        "names": [item.key[2] for item in new],
        "versions": [item.version for item in new],
        "documents": [None if item.document is None else dumps(item.document).decode() for item in new],
    }
    facts = {"revision": revision, "author": change.author, "reason": change.reason, "at": change.at}
    await unit.execute(INSERT, values | facts)
    left = {key for key, item in stored.items() if item.document is not None}
    left = (left | {item.key for item in new}) - {item.key for item in new if item.document is None}
    unit.rows.extend(told.told(new, change.author, change.at))
    unit.rows.append(told.complete(revision, len(left), change.author, change.at))
    log.info("definitions_applied", revision=revision, changed=len(new), author=change.author)


def _applied(item: Planned) -> Applied:
    kind, workspace, name = item.key
    return Applied(kind, workspace or None, name, item.version, item.result)
