"""What sla-timer lives among: intake's definitions and router's tickets on a real broker."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from gongdan.shared.clock import Clock
from gongdan.shared.contracts.registry import Event
from gongdan.shared.db.session import Database
from gongdan.shared.definitions.registry import Definition
from gongdan.shared.service import Part, Service
from gongdan.sla_timer.app import MIGRATIONS, SCHEMA, build
from gongdan.sla_timer.settings import Settings
from tests.kit.definitions import revision
from tests.kit.service import database, settings, writer


class Surroundings:
    """What sla-timer lives among: intake's definitions, router's tickets, and a look into its outbox."""

    def __init__(self, url: str, bootstrap: str) -> None:
        self.url, self.bootstrap = url, bootstrap
        config = settings(url, bootstrap)
        self.intake, self.router = database(url, "intake"), database(url, "router")
        self.parts: list[Part] = [self.intake, self.router, writer(config, self.intake, "intake")]
        self.parts.append(writer(config, self.router))
        self.own = Database(url, SCHEMA, MIGRATIONS)
        self.revision = 0

    async def define(self, *definitions: Definition) -> None:
        """Bring definitions into force."""
        self.revision += 1
        async with self.intake.transaction() as unit:
            unit.emit(*revision(self.revision, definitions))

    async def tell(self, *events: Event) -> None:
        """Let ticket events happen."""
        async with self.router.transaction() as unit:
            unit.emit(*events)

    @asynccontextmanager
    async def running(self, clock: Clock) -> AsyncIterator[Service]:
        """A new process' worth of sla-timer, running."""
        config = Settings(
            database_url=self.url,
            kafka_bootstrap=self.bootstrap,
            kafka_idempotence=False,
            kafka_fetch_wait_ms=20,
            kafka_in_memory=True,
        )
        service = build(config, clock)
        try:
            await service.start_parts()
            yield service
        finally:
            await service.stop_parts()

    async def heard(self, kind: str, count: int = 1) -> Sequence[Any]:
        """The events of a kind in the service's outbox, once there are `count`."""
        async with asyncio.timeout(60):
            while True:
                async with self.own.transaction() as unit:
                    rows = await unit.all("SELECT * FROM outbox WHERE type = :kind ORDER BY seq", {"kind": kind})
                if len(rows) >= count:
                    return rows
                await asyncio.sleep(0.05)
