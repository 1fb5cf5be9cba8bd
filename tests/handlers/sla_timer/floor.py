"""sla-timer without Kafka: its handlers, wheel and retargeting on a real database, under a clock that stands still."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from gongdan.shared.clock import FakeClock
from gongdan.shared.contracts.base import Contract
from gongdan.shared.contracts.registry import MODEL_OF, Event
from gongdan.shared.contracts.sla import ClockEvent
from gongdan.shared.db.session import Database
from gongdan.shared.definitions.catalog import Catalog
from gongdan.sla_timer.adapters.backlog import LONG_AGO
from gongdan.sla_timer.adapters.policies import CatalogPolicies
from gongdan.sla_timer.app import MIGRATIONS, SCHEMA, workshop
from tests.kit.events import NOON
from tests.kit.policies import catalog


@dataclass(frozen=True)
class Said:
    """One event in the outbox."""

    id: UUID
    type: str
    data: Any
    headers: dict[str, str]


@dataclass
class Floor:
    """One replica. `held` is the moment up to which due timers have to wait; a change is applied in `lanes`."""

    url: str
    clock: FakeClock = field(default_factory=lambda: FakeClock(NOON))
    held: datetime = LONG_AGO
    batch: int = 100
    lanes: int = 1

    def __post_init__(self) -> None:
        self.db = Database(self.url, SCHEMA, MIGRATIONS, pool=4)
        self.policies = CatalogPolicies()
        self.policies.take(catalog())
        self.rebuild()

    def rebuild(self) -> None:
        """Make what does the work anew, as a new process would."""
        self.work = workshop(self.db, self.policies, self.clock, timedelta(seconds=5))
        self.wheel = self.work.wheel(self, self.batch)
        self.retargeting = self.work.retargeting(lambda: self.held != LONG_AGO, self.batch, lanes=self.lanes)

    def held_until(self) -> datetime:
        """What was due up to this moment has to wait."""
        return self.held

    def open_until(self) -> datetime:
        """What is due later than this has to wait."""
        return self.clock.now()

    async def hears(self, *events: Event) -> None:
        """One batch of ticket events."""
        async with self.db.transaction() as unit:
            await self.work.on_tickets(unit, events)

    async def turns(self, at: datetime) -> timedelta:
        """One turn of the wheel at a moment; returns how long it would rest then."""
        self.clock.at = at
        return await self.wheel()

    async def turns_until_idle(self, at: datetime) -> None:
        """Turn until nothing is due any more."""
        while await self.turns(at) == timedelta():
            continue

    async def follows(self, definitions: Catalog, at: datetime) -> None:
        """Other definitions come into force, and all chunks are worked off."""
        self.clock.at = at
        self.policies.take(definitions)
        while await self.retargeting() == timedelta():
            continue

    async def said(self, kind: type[Contract] = ClockEvent) -> list[Said]:
        """Everything of a kind that was said, in order."""
        rows = await self.query("SELECT id, type, payload, headers FROM outbox ORDER BY seq")
        found = [(row, MODEL_OF[row.type].model_validate_json(row.payload)) for row in rows]
        return [Said(row.id, row.type, data, dict(row.headers)) for row, data in found if isinstance(data, kind)]

    async def types(self) -> list[str]:
        """The types of everything said, in order."""
        return [one.type for one in await self.said()]

    async def query(self, sql: str, **values: Any) -> Sequence[Any]:
        """All rows of a query."""
        async with self.db.transaction() as unit:
            return await unit.all(sql, values)
