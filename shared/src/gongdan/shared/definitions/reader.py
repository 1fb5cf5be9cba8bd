"""Keeps a service's catalog up to date from the compacted definitions topic.

Changes are staged until the writer says that a revision is complete, then swapped in as a whole: nobody ever
works with half of a change. A service is not ready before its first complete revision. A definition that this
version of the code cannot read keeps its predecessor in force; `/readyz` then calls the service degraded and names it.
"""

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import structlog

from gongdan.shared import metrics
from gongdan.shared.bus import topics
from gongdan.shared.bus.following import follow
from gongdan.shared.bus.records import Record, read
from gongdan.shared.contracts.definitions import DefinitionApplied, DefinitionsComplete
from gongdan.shared.contracts.topics import ServiceName, Topic
from gongdan.shared.definitions.catalog import Catalog, Key
from gongdan.shared.definitions.registry import Definition, check
from gongdan.shared.errors import FixInput, ParkIt
from gongdan.shared.health import Health
from gongdan.shared.settings import BaseServiceSettings

log = structlog.get_logger()

MOST_NAMED = 20
LONGEST_WHY = 300


@dataclass(slots=True)
class DefinitionsReader:
    """The part that holds `current`, the catalog in force."""

    service: ServiceName
    settings: BaseServiceSettings
    health: Health
    name: str = "definitions"
    current: Catalog = field(default_factory=Catalog)
    on_change: list[Callable[[Catalog], None]] = field(default_factory=list)
    _staged: dict[Key, Definition | None] = field(default_factory=dict)
    _unreadable: dict[Key, str] = field(default_factory=dict)
    _complete: asyncio.Event = field(default_factory=asyncio.Event)
    _task: "asyncio.Task[None] | None" = None

    async def start(self) -> None:
        """Start reading; returns at the first complete revision. Raises RetryLater when the topic is missing."""
        self.health.degraded_by(self.name, self._wrong)
        await topics.wait_for(self.settings.kafka_bootstrap, [Topic.DEFINITIONS])
        if self._task is None:
            following = follow(self.settings, Topic.DEFINITIONS, self._take_all)
            self._task = asyncio.create_task(following, name="definitions")
        await self._complete.wait()

    async def stop(self) -> None:
        """Stop reading."""
        if self._task:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    def _wrong(self) -> str | None:
        found = [f"{'/'.join(key)}: {why}" for key, why in self._unreadable.items()]
        more = [f"and {len(found) - MOST_NAMED} more"] if len(found) > MOST_NAMED else []
        return "; ".join([*found[:MOST_NAMED], *more]) or None

    def _take_all(self, records: Sequence[Record]) -> None:
        for record in records:
            self.take(record)

    def take(self, record: Record) -> None:
        """Stage one record, or swap when it completes a revision."""
        if record.value is None:
            self._staged[_key_of(record)] = None
            self._unreadable.pop(_key_of(record), None)
            return
        try:
            arrived = read(record)
        except ParkIt as why:
            self._unreadable[_key_of(record)] = str(why)
            return
        match arrived.event.data if arrived else None:
            case DefinitionApplied() as applied:
                self._stage(applied)
            case DefinitionsComplete() as complete:
                self._swap(complete)

    def _stage(self, applied: DefinitionApplied) -> None:
        key = (applied.kind, applied.workspace or "", applied.name)
        try:
            self._staged[key] = check(dict(applied.document), applied.version)
            self._unreadable.pop(key, None)
        except FixInput as error:
            self._unreadable[key] = f"version {applied.version} cannot be read: {str(error)[:LONGEST_WHY]}"

    def _swap(self, complete: DefinitionsComplete) -> None:
        if complete.revision >= self.current.revision:
            items = self._after_staged()
            if len(items.keys() | self._unreadable.keys()) < complete.count:
                # The log was lost and is being written again: the rest comes, and completes this revision anew.
                return
            self.current = Catalog(complete.revision, items)
            metrics.DEFINITIONS_REVISION.labels(self.service).set(complete.revision)
            metrics.DEFINITIONS_UNREADABLE.labels(self.service).set(len(self._unreadable))
            for hook in self.on_change:
                hook(self.current)
        self._staged.clear()
        self._complete.set()

    def _after_staged(self) -> dict[Key, Definition]:
        items = dict(self.current.items)
        for key, item in self._staged.items():
            if item is None:
                items.pop(key, None)
            elif key not in items or item.version >= items[key].version:
                items[key] = item
        return items


def _key_of(record: Record) -> Key:
    kind, workspace, name = [*record.key.split("/", 2), "", ""][:3]
    return kind, workspace, name
