"""What notifier lives among: definitions, tickets, clocks, a mail server; and a look into its ledger."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from pydantic import SecretStr

from gongdan.notifier.app import build
from gongdan.notifier.settings import Settings
from gongdan.shared.clock import SystemClock
from gongdan.shared.contracts.registry import Event
from gongdan.shared.contracts.tickets import TicketEvent
from gongdan.shared.db.session import Database
from gongdan.shared.definitions.registry import Definition
from gongdan.shared.ids import derived_id, ticket_event_id
from gongdan.shared.service import Part, Service
from tests.kit.definitions import revision
from tests.kit.service import database, settings, writer
from tests.ports import free_port
from tests.unit.notifier.given import catalog, event, opened


class Surroundings:
    """Everything but notifier itself."""

    def __init__(self, url: str, bootstrap: str, folder: Path) -> None:
        config = settings(url, bootstrap)
        self.intake, self.router = database(url, "intake"), database(url, "router")
        self.sla_timer = database(url, "sla_timer")
        self.own = Database(url, "notifier", "gongdan.notifier.migrations")
        self.parts: list[Part] = [self.intake, self.router, self.sla_timer]
        self.parts += [writer(config, self.intake, "intake"), writer(config, self.router)]
        self.parts.append(writer(config, self.sla_timer, "sla-timer"))
        self.smtp_port = free_port()
        self._settings = Settings(
            database_url=url,
            kafka_bootstrap=bootstrap,
            kafka_idempotence=False,
            kafka_fetch_wait_ms=20,
            kafka_in_memory=True,
            signing_key=SecretStr("a key for tests"),
            blobs_dir=folder,
            smtp_url=f"smtp://127.0.0.1:{self.smtp_port}",
            mail_domain="gongdan.example",
        )

    async def define(self, *more: Definition) -> None:
        """Bring the usual definitions and these into force."""
        async with self.intake.transaction() as unit:
            unit.emit(*revision(1, list(catalog(*more).items.values())))

    async def ticket_events(self, *events: Event) -> None:
        """Let something happen to tickets."""
        async with self.router.transaction() as unit:
            unit.emit(*events)

    async def clock_events(self, *events: Event) -> None:
        """Let deadlines come near or pass."""
        async with self.sla_timer.transaction() as unit:
            unit.emit(*events)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Service]:
        """A new process' worth of notifier, running."""
        service = build(self._settings, SystemClock())
        try:
            await service.start_parts()
            yield service
        finally:
            await service.stop_parts()

    async def states(self) -> Counter[str]:
        """How many deliveries are in each state."""
        async with self.own.transaction() as unit:
            rows = await unit.all("SELECT state, count(*) AS count FROM deliveries GROUP BY state")
        return Counter({row.state: row.count for row in rows})

    async def until(self, **expected: int) -> None:
        """Wait until the ledger looks like this."""
        async with asyncio.timeout(60):
            while await self.states() != Counter(expected):
                await asyncio.sleep(0.05)


def opened_by(nth: int) -> Event:
    """Somebody of their own opened a ticket of its own."""
    ticket = derived_id("test-ticket", nth)
    about = {"id": ticket, "number": f"GD-{nth}", "requester": {"email": f"customer-{nth}@example.com"}}
    made = event(opened(ticket=about), name=str(nth))
    assert isinstance(made.data, TicketEvent)
    envelope = replace(made.envelope, id=ticket_event_id(ticket, 1), sequence=1)
    return Event(envelope, made.data, str(ticket))
