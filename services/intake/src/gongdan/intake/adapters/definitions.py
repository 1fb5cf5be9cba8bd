"""The definitions in PostgreSQL: every version kept, the latest in force, told to the others in the same transaction.

Intake reads its own table, not the topic, so that it knows its forms and sources while Kafka is away. Changes
made by other replicas are noticed by asking for the revision again and again; only what changed is read.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import structlog

from gongdan.intake.adapters import definition_rows as rows
from gongdan.intake.adapters import told
from gongdan.intake.domain import differences, unreachable, verdict
from gongdan.intake.domain.changes import Planned, Stored
from gongdan.intake.domain.sent import Sent
from gongdan.intake.domain.verdict import Known, Verdict
from gongdan.intake.ports import Applied, Change, Doubtful, Report
from gongdan.shared import metrics
from gongdan.shared.clock import Clock
from gongdan.shared.db.session import Database, Transaction
from gongdan.shared.definitions import references
from gongdan.shared.definitions.catalog import Catalog, Key
from gongdan.shared.definitions.registry import Definition, check
from gongdan.shared.errors import FixInput
from gongdan.shared.health import Health

log = structlog.get_logger()

MOST_NAMED = 20
MOST_LOOKED_UP = 1_000
LONGEST_WHY = 300


@dataclass(slots=True)
class PostgresDefinitions:
    """The part that holds `current`, and applies changes. `on_change` hooks run after each swap.

    `defaults` gives what is applied when there never was a definition.
    """

    db: Database
    health: Health
    clock: Clock
    defaults: Callable[[], Sent]
    rest: timedelta = timedelta(seconds=1)
    name: str = "definitions"
    current: Catalog = field(default_factory=Catalog)
    on_change: list[Callable[[Catalog], None]] = field(default_factory=list)
    _known: Known = field(default_factory=Known)

    async def start(self) -> None:
        """Apply the defaults if need be, then read what is in force. Raises RetryLater while PostgreSQL is away."""
        self.health.degraded_by(self.name, self._wrong)
        await self.refresh()
        if self._known.revision == 0:
            await self.apply(self.defaults(), Change("system:intake", self.clock.now(), "first start"), first=True)

    async def stop(self) -> None:
        """Nothing to let go of."""

    async def refresh(self) -> timedelta:
        """A loop step: swap the catalog when the revision has moved on."""
        async with self.db.transaction() as unit:
            known = await self._caught_up(unit)
        self._swap(known)
        return self.rest

    async def apply(self, sent: Sent, change: Change, dry_run: bool = False, *, first: bool = False) -> Report:
        """Apply all or none; what is the same as before keeps its version. `first`: only if there never was any.

        Raises FixInput with all that is wrong, RetryLater.
        """

        def decide(known: Known) -> Verdict:
            return Verdict([], known) if first and known.revision else verdict.on_applying(known, sent)

        return await self._change(decide, change, dry_run)

    async def delete(self, key: Key, change: Change, dry_run: bool = False) -> Report:
        """Delete one. Raises FixInput (404) when there is none, or (409) when another names it."""
        return await self._change(lambda known: verdict.on_deletion(known, key), change, dry_run)

    async def version(self, key: Key, number: int) -> dict[str, Any]:
        """The document of one version. Raises FixInput: 404 when there is none, 422 when that version deleted it."""
        async with self.db.transaction() as unit:
            return await rows.version(unit, key, number)

    async def _change(self, decide: Callable[[Known], Verdict], change: Change, dry_run: bool) -> Report:
        async with self.db.transaction() as unit:
            await rows.lock(unit)
            known = await self._caught_up(unit)
            found = await asyncio.to_thread(decide, known)
            if not dry_run:
                await _write(unit, known, found, change)
        self._swap(known if dry_run else found.after)
        return await asyncio.to_thread(_report, known, found, dry_run)

    async def _caught_up(self, unit: Transaction) -> Known:
        known = self._known
        revision = await rows.revision(unit)
        if revision == known.revision:
            return known
        found = await rows.latest(unit, known.revision)
        fresh = await asyncio.to_thread(_with, known, revision, found)
        missing = [key for key in fresh.unreadable if key not in fresh.catalog.items]
        earlier = {key: await _last_readable(unit, key) for key in missing[:MOST_LOOKED_UP]}
        items = {key: item for key, item in earlier.items() if item is not None}
        return replace(fresh, catalog=Catalog(revision, {**fresh.catalog.items, **items})) if items else fresh

    def _wrong(self) -> str | None:
        found = [f"{'/'.join(key)}: {why}" for key, why in self._known.unreadable.items()]
        return "; ".join(found[:MOST_NAMED]) or None

    def _swap(self, known: Known) -> None:
        if known.revision <= self._known.revision:
            return
        self._known = known
        self.current = known.catalog
        metrics.DEFINITIONS_REVISION.labels("intake").set(known.revision)
        metrics.DEFINITIONS_UNREADABLE.labels("intake").set(len(known.unreadable))
        for hook in self.on_change:
            hook(self.current)

    tell_all = staticmethod(rows.tell_all)


def _with(known: Known, revision: int, found: Sequence[rows.Latest]) -> Known:
    """Everything, with these rows read. What this version of the code cannot read keeps its predecessor in force."""
    items, stored, unreadable = dict(known.catalog.items), dict(known.stored), dict(known.unreadable)
    for row in found:
        stored[row.key] = Stored(row.key, row.version, row.document)
        unreadable.pop(row.key, None)
        if row.document is None:
            items.pop(row.key, None)
            continue
        try:
            items[row.key] = check(row.document, row.version)
        except FixInput as error:
            unreadable[row.key] = f"version {row.version} cannot be read: {str(error)[:LONGEST_WHY]}"
    return Known(revision, stored, Catalog(revision, items), unreadable)


async def _last_readable(unit: Transaction, key: Key) -> Definition | None:
    """The newest version that this version of the code can read, for a start that finds a newer one."""
    for row in await rows.versions(unit, key):
        try:
            return check(row.document, row.version) if row.document is not None else None
        except FixInput:
            continue
    return None


async def _write(unit: Transaction, known: Known, found: Verdict, change: Change) -> None:
    new = [item for item in found.planned if item.result != "unchanged"]
    if not new:
        return
    revision = known.revision + 1
    await rows.insert(unit, revision, new, change)
    unit.rows.extend(await asyncio.to_thread(told.told, new, change, revision))
    unit.rows.append(told.complete(revision, len(found.after.keys), change))
    log.info("definitions_applied", revision=revision, changed=len(new), author=change.author)


def _report(known: Known, found: Verdict, dry_run: bool) -> Report:
    applied = [_applied(item, dry_run) for item in found.planned]
    touched = [item.key for item in found.planned if item.result != "unchanged"]
    doubts = _doubts(found.after.catalog, touched)
    if not dry_run:
        return Report(found.after.revision, applied, doubts=doubts)
    hidden = unreachable.newly_unreachable(known.catalog, found.after.catalog, touched)
    return Report(known.revision, applied, hidden, doubts)


def _doubts(catalog: Catalog, touched: Sequence[Key]) -> list[Doubtful]:
    return [_doubtful(one) for one in references.doubts(catalog.items[key] for key in touched if key in catalog.items)]


def _doubtful(found: references.Doubt) -> Doubtful:
    item, told = found.definition, found.complaint
    return Doubtful(item.kind, item.workspace, item.name, told.field, told.problem, told.cure)


def _applied(item: Planned, in_detail: bool) -> Applied:
    kind, workspace, name = item.key
    told = Applied(kind, workspace or None, name, item.version, item.result)
    if not in_detail or item.result in ("unchanged", "deleted"):
        return told
    changed = differences.differences(item.before, item.document) if item.result == "changed" else ()
    return replace(told, changes=changed, document=item.document)
