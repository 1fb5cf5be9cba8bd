"""A writer with a relay and a reader with a subscription, each on a schema of its own."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from pydantic_settings import SettingsConfigDict

from gongdan.shared.bus.delivery import BatchDelivery
from gongdan.shared.bus.relay import Relay
from gongdan.shared.bus.subscription import Subscription
from gongdan.shared.clock import SystemClock
from gongdan.shared.contracts.registry import Event
from gongdan.shared.contracts.tickets import TicketEvent
from gongdan.shared.contracts.topics import ServiceName, Topic
from gongdan.shared.db.session import Database, Transaction
from gongdan.shared.errors import ParkIt, RetryLater
from gongdan.shared.health import Health
from gongdan.shared.service import Part
from gongdan.shared.settings import BaseServiceSettings


class KitSettings(BaseServiceSettings):
    """Settings given by the test, not by the environment."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore")

    http_port: int = 0


def settings(database_url: str, bootstrap: str, *, in_memory: bool = True) -> KitSettings:
    """Settings for the embedded servers, or with `in_memory` False for a broker that keeps its log on disk."""
    return KitSettings(
        database_url=database_url,
        kafka_bootstrap=bootstrap,
        kafka_idempotence=not in_memory,
        kafka_in_memory=in_memory,
        kafka_fetch_wait_ms=20,
    )


def database(url: str, schema: str) -> Database:
    """The kit's tables in a schema."""
    return Database(url, schema, "tests.kit.migrations")


@dataclass
class Recorder:
    """A handler that writes down each event, and fails on tickets that are called bad."""

    bad: set[str] = field(default_factory=set)

    async def __call__(self, unit: Transaction, events: Sequence[Event]) -> None:
        """Record the batch."""
        for event in events:
            assert isinstance(event.data, TicketEvent)
            if event.key in self.bad:
                raise ParkIt("bad-ticket", f"{event.key} is bad")
        await unit.execute(
            "INSERT INTO effects (ticket, version) SELECT * FROM unnest(CAST(:k AS text[]), CAST(:v AS int[]))",
            {"k": [event.key for event in events], "v": [event.envelope.sequence for event in events]},
        )


def writer(config: KitSettings, db: Database, name: ServiceName = "router") -> Relay:
    """The relay of a service; that of router writes `tickets`."""
    return Relay(name, db, config)


def reader(config: KitSettings, db: Database, handler: Recorder) -> Subscription:
    """A subscription to `tickets`."""
    delivery = BatchDelivery("notifier", db, handler, SystemClock())
    return Subscription(config, [Topic.TICKETS], delivery, Health("notifier"))


async def start_patiently(part: Part) -> None:
    """Start a part as a service does: again, while something outside is missing."""
    async with asyncio.timeout(60):
        while True:
            try:
                await part.start()
            except RetryLater as fault:
                await asyncio.sleep(fault.delay.total_seconds())
            else:
                return
