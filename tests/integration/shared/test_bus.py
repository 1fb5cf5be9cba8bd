"""From one service's transaction to another's, through a real broker, also when the broker forgets everything."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import pytest
from sqlalchemy import Row

from gongdan.shared.bus.kafka import producer
from gongdan.shared.bus.parking import list_parked, release
from gongdan.shared.contracts.topics import Topic
from gongdan.shared.db.session import Database
from gongdan.shared.embedded.stack import Broker
from tests.kit import service
from tests.kit.events import ticket_event


class Pair:
    """A writer, a reader and the broker between them."""

    def __init__(self, url: str, broker: Broker) -> None:
        self.broker = broker
        self.config = service.settings(url, broker.bootstrap)
        self.source = service.database(url, "source")
        self.target = service.database(url, "target")
        self.handler = service.Recorder()
        self.relay = service.writer(self.config, self.source)
        self.subscription = service.reader(self.config, self.target, self.handler)

    async def start(self, stack: AsyncExitStack) -> None:
        """Start everything, in the order a service does."""
        for db in (self.source, self.target):
            await db.start()
            stack.push_async_callback(db.stop)
        for part in (self.relay, self.subscription):
            await service.start_patiently(part)
            stack.push_async_callback(part.stop)

    async def say(self, ticket: str, *versions: int) -> None:
        """Commit events in one transaction of the writer."""
        async with self.source.transaction() as unit:
            unit.emit(*(ticket_event(ticket, version) for version in versions))

    async def effects(self, count: int) -> list[tuple[str, int]]:
        """What took effect, in order, once there are `count`."""
        async with asyncio.timeout(60):
            while len(found := await _effects(self.target)) < count:
                await asyncio.sleep(0.05)
        return found

    async def parked(self) -> Row[Any]:
        """The first record the reader parked."""
        async with asyncio.timeout(10), self.target.transaction() as unit:
            while not (rows := await unit.all("SELECT * FROM outbox ORDER BY seq")):
                await asyncio.sleep(0.05)
        return rows[0]


async def _effects(db: Database) -> list[tuple[str, int]]:
    async with db.transaction() as unit:
        rows = await unit.all("SELECT ticket, version FROM effects ORDER BY nth")
    return [(row.ticket, row.version) for row in rows]


@pytest.fixture
async def pair(fresh_database: str, any_broker: Broker) -> AsyncIterator[Pair]:
    """A running pair."""
    async with AsyncExitStack() as stack:
        pair = Pair(fresh_database, any_broker)
        await pair.start(stack)
        yield pair


async def test_what_is_committed_takes_effect_once_and_in_order(pair: Pair) -> None:
    for number in range(50):
        await pair.say(f"ticket-{number % 5}", number // 5 + 1)
    found = await pair.effects(50)
    for ticket in range(5):
        assert [version for key, version in found if key == f"ticket-{ticket}"] == list(range(1, 11))


async def test_a_log_that_is_whole_is_never_written_again(pair: Pair) -> None:
    await pair.say("many", *range(1, 31))
    await pair.effects(30)
    await asyncio.sleep(2 * pair.relay.check_every.total_seconds() + 0.5)
    async with pair.source.transaction() as unit:
        epochs = await unit.all("SELECT epoch FROM log_epochs WHERE topic = :topic", {"topic": Topic.TICKETS})
    assert [row.epoch for row in epochs] == [1]


async def test_what_is_rolled_back_is_never_said(pair: Pair) -> None:
    async def fail_half_way() -> None:
        async with pair.source.transaction() as unit:
            unit.emit(ticket_event("undone", 1))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail_half_way()
    await pair.say("done", 1)
    assert await pair.effects(1) == [("done", 1)]


async def test_a_bad_record_is_parked_and_its_neighbours_go_on(pair: Pair) -> None:
    pair.handler.bad = {"bad"}
    await pair.say("good", 1, 2)
    await pair.say("bad", 1)
    await pair.say("good", 3)
    assert await pair.effects(3) == [("good", 1), ("good", 2), ("good", 3)]
    parked = await pair.parked()
    assert parked.aggregatetype == f"{Topic.TICKETS}.parked.notifier"
    assert parked.aggregateid == "bad"
    assert ["gongdan_parked_reason", "bad-ticket"] in parked.headers


async def test_a_record_that_breaks_the_contract_is_parked(pair: Pair) -> None:
    client = producer(pair.config)
    await client.start()
    await client.send_and_wait(Topic.TICKETS, b"no json", key=b"x", headers=[("ce_type", b"TicketOpened")])
    await client.stop()
    await pair.say("good", 1)
    assert await pair.effects(1) == [("good", 1)]
    assert ["gongdan_parked_reason", "contract-violation"] in (await pair.parked()).headers


async def test_a_broker_that_was_killed_gets_what_it_lacks_and_nothing_takes_effect_twice(pair: Pair) -> None:
    for version in range(1, 21):
        await pair.say("before", version)
    await pair.effects(20)
    await pair.broker.kill()
    for version in range(1, 21):
        await pair.say("while-away", version)
    await pair.broker.start()
    for version in range(21, 41):
        await pair.say("before", version)
    found = await pair.effects(60)
    assert [version for key, version in found if key == "before"] == list(range(1, 41))
    assert [version for key, version in found if key == "while-away"] == list(range(1, 21))


async def test_a_kill_in_the_middle_of_a_stream_loses_and_doubles_nothing(pair: Pair) -> None:
    async def stream() -> None:
        for version in range(1, 301):
            await asyncio.gather(*(pair.say(f"stream-{number}", version) for number in range(3)))

    streaming = asyncio.create_task(stream())
    for _ in range(2):
        await asyncio.sleep(0.4)
        await pair.broker.kill()
        await pair.broker.start()
    await streaming
    found = await pair.effects(900)
    for number in range(3):
        assert [version for key, version in found if key == f"stream-{number}"] == list(range(1, 301))


async def test_a_parked_record_takes_effect_when_it_is_released(pair: Pair) -> None:
    pair.handler.bad = {"bad"}
    await pair.say("bad", 1)
    await pair.parked()
    parking = service.writer(pair.config, pair.target, "notifier")
    await parking.start()
    async with asyncio.timeout(20):
        while not (found := await list_parked(pair.config, "notifier")):
            await asyncio.sleep(0.1)
    assert [(item.reason, item.record.key) for item in found] == [("bad-ticket", "bad")]
    pair.handler.bad = set()
    assert await release(pair.config, found) == 1
    assert await pair.effects(1) == [("bad", 1)]
    await parking.stop()
