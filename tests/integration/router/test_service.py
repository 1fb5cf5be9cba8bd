"""The whole service between a broker and a database: what intake says comes in, what router decides is stored."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest

from gongdan.router.app import build, database
from gongdan.router.settings import RouterSettings
from gongdan.shared.bus.relay import Relay
from gongdan.shared.clock import SystemClock
from gongdan.shared.contracts.base import Contract
from gongdan.shared.contracts.definitions import COMPLETE_KEY, DefinitionApplied, DefinitionsComplete, definition_key
from gongdan.shared.contracts.registry import Event
from gongdan.shared.db.session import Database
from gongdan.shared.definitions.catalog import Catalog
from gongdan.shared.definitions.registry import Definition
from gongdan.shared.embedded.stack import Broker
from gongdan.shared.ids import derived_id
from gongdan.shared.service import Part
from tests.handlers.router.world import event_of
from tests.kit import service
from tests.kit.brokers import EmbeddedBroker
from tests.kit.envelopes import envelope_of
from tests.unit.router.given import NOON, catalog, message


def about_definitions(data: Contract, key: str) -> Event:
    """Something said on `definitions`."""
    envelope = envelope_of(data, key, derived_id("test-definition", key), NOON, source="gongdan.intake")
    return Event(envelope, data, key)


def applied(item: Definition) -> Event:
    """A definition as intake says it."""
    data = DefinitionApplied(
        kind=item.kind,
        workspace=item.workspace,
        name=item.name,
        version=item.version,
        document=item.document,
        author="test",
        applied_at=NOON,
    )
    return about_definitions(data, definition_key(item.kind, item.workspace, item.name))


def in_force(found: Catalog) -> list[Event]:
    """A whole catalog as intake says it."""
    done = DefinitionsComplete(revision=1, count=len(found.items))
    return [*map(applied, found.items.values()), about_definitions(done, COMPLETE_KEY)]


@pytest.fixture
async def intake(fresh_database: str, any_broker: Broker) -> AsyncIterator[Database]:
    """What intake says goes through here; router runs beside it."""
    in_memory = isinstance(any_broker, EmbeddedBroker)
    config = service.settings(fresh_database, any_broker.bootstrap, in_memory=in_memory)
    source = service.database(fresh_database, "intake")
    router = build(RouterSettings.model_validate(config.model_dump(exclude={"http_port"})), SystemClock())
    async with AsyncExitStack() as stack:
        timer = service.database(fresh_database, "sla_timer")
        parts: list[Part] = [source, timer, Relay("intake", source, config), Relay("sla-timer", timer, config)]
        for part in parts:
            await part.start()
            stack.push_async_callback(part.stop)
        async with source.transaction() as unit:
            unit.emit(*in_force(catalog()))
        stack.push_async_callback(router.stop_parts)
        await router.start_parts()
        yield source


async def published(url: str, count: int) -> dict[str, int]:
    """How many events of each type router has published, once there are `count`."""
    db = database(url)
    sql = "SELECT type, count(*) AS n FROM outbox WHERE seq <= (SELECT reached FROM relay_mark) GROUP BY type"
    try:
        async with asyncio.timeout(60):
            while True:
                async with db.transaction() as unit:
                    found = {row.type: row.n for row in await unit.all(sql)}
                if sum(found.values()) >= count:
                    return found
                await asyncio.sleep(0.1)
    finally:
        await db.stop()


async def test_messages_that_intake_says_become_tickets_that_router_says(intake: Database) -> None:
    async with intake.transaction() as unit:
        unit.emit(*(event_of(message(f"m{number}")) for number in range(200)))
        unit.emit(*(event_of(message(f"r{n}", conversation_key=f"email:support:m{n}")) for n in range(50)))
    assert await published(intake.url, 200 * 5 + 50 * 2) == {
        "TicketOpened": 200,
        "MessageAdded": 250,
        "TicketClassified": 200,
        "TicketAssigned": 200,
        "MessageApplied": 250,
    }
