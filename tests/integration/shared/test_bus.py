"""From one service's transaction to another's, through a real broker of each kind."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
import pytest_asyncio

from gongdan.shared.bus.kafka import producer
from gongdan.shared.bus.parking import list_parked, release
from gongdan.shared.contracts.topics import Topic
from gongdan.shared.embedded.postgres import Postgres
from gongdan.shared.embedded.stack import Broker
from tests.kit import service
from tests.kit.databases import database_on
from tests.kit.events import ticket_event
from tests.kit.pair import Pair

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pair(postgres_server: Postgres, either_broker: Broker) -> AsyncIterator[Pair]:
    """A pair that all tests of this file share; each uses tickets of its own."""
    async with database_on(postgres_server) as url, AsyncExitStack() as stack:
        pair = Pair(url, either_broker)
        await pair.start(stack)
        yield pair


async def test_what_is_committed_takes_effect_once_and_in_order(pair: Pair) -> None:
    for number in range(50):
        await pair.say(f"ticket-{number % 5}", number // 5 + 1)
    for ticket in range(5):
        assert await pair.effects(10, f"ticket-{ticket}") == list(range(1, 11))


async def test_a_log_that_is_whole_is_never_written_again(pair: Pair) -> None:
    before = await pair.writings()
    await pair.say("many", *range(1, 31))
    await pair.effects(30, "many")
    await asyncio.sleep(2 * pair.relay.check_every.total_seconds() + 0.5)
    assert await pair.writings() == before


async def test_what_is_rolled_back_is_never_said(pair: Pair) -> None:
    async def fail_half_way() -> None:
        async with pair.source.transaction() as unit:
            unit.emit(ticket_event("undone", 1))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail_half_way()
    await pair.say("done", 1)
    assert await pair.effects(1, "done") == [1]
    assert await pair.effects(0, "undone") == []


async def test_a_bad_record_is_parked_and_its_neighbours_go_on(pair: Pair) -> None:
    pair.handler.bad = {"bad"}
    await pair.say("good", 1, 2)
    await pair.say("bad", 1)
    await pair.say("good", 3)
    assert await pair.effects(3, "good") == [1, 2, 3]
    parked = await pair.parked("bad")
    assert parked.aggregatetype == f"{Topic.TICKETS}.parked.notifier"
    assert ["gongdan_parked_reason", "bad-ticket"] in parked.headers


async def test_a_record_that_breaks_the_contract_is_parked(pair: Pair) -> None:
    client = producer(pair.config)
    await client.start()
    await client.send_and_wait(Topic.TICKETS, b"no json", key=b"broken", headers=[("ce_type", b"TicketOpened")])
    await client.stop()
    await pair.say("unbroken", 1)
    assert await pair.effects(1, "unbroken") == [1]
    assert ["gongdan_parked_reason", "contract-violation"] in (await pair.parked("broken")).headers


async def test_a_parked_record_takes_effect_when_it_is_released(pair: Pair) -> None:
    pair.handler.bad = {"mended"}
    await pair.say("mended", 1)
    await pair.parked("mended")
    parking = service.writer(pair.config, pair.target, "notifier")
    await parking.start()
    async with asyncio.timeout(60):
        while not (found := [item for item in await list_parked(pair.config) if item.record.key == "mended"]):
            await asyncio.sleep(0.1)
    assert [item.reason for item in found] == ["bad-ticket"]
    pair.handler.bad = set()
    assert await release(pair.config, found) == 1
    assert await pair.effects(1, "mended") == [1]
    assert [item for item in await list_parked(pair.config) if item.record.key == "mended"] == []
    await parking.stop()


async def test_a_topic_that_was_made_again_is_read_from_its_beginning(pair: Pair) -> None:
    await pair.say("short-lived", *range(1, 21))
    await pair.effects(20, "short-lived")
    await pair.lose_log()
    await pair.say("short-lived", 21)
    assert await pair.effects(21, "short-lived") == list(range(1, 22))
