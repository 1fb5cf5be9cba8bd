"""Two replicas at once: no ticket, version, number or follow-up twice, whoever comes first."""

import asyncio

import pytest

from gongdan.router.adapters.numbers import PostgresNumbers
from gongdan.shared.bus.delivery import BatchDelivery
from gongdan.shared.bus.records import Record
from gongdan.shared.clock import SystemClock
from gongdan.shared.contracts.messages import AddNote
from gongdan.shared.contracts.topics import Topic
from gongdan.shared.db.outbox import row_of
from gongdan.shared.errors import RetryLater
from tests.handlers.router.world import Inbound, World, event_of, headers_of
from tests.unit.router.given import command, message


async def deliver(router: World, *batch: Inbound) -> None:
    """Let a replica of its own deliver a batch, with the kit's inbox and patience."""
    delivery = BatchDelivery("router", router.db, router.handlers.on_inbound, SystemClock())
    rows = [row_of(event_of(data)) for data in batch]
    await delivery.deliver(
        [Record(Topic.INBOUND, 0, n, row.key, row.payload, headers_of(row)) for n, row in enumerate(rows)]
    )


async def gapless(router: World) -> dict[str, int]:
    """The version of each ticket; fails when a log has gaps or does not reach it."""
    rows = await router.all(
        """
        SELECT number, t.version, count(e.*) AS events, max(e.version) AS last
        FROM tickets t JOIN events e ON e.ticket_id = t.id GROUP BY number, t.version
        """
    )
    assert all(row.version == row.events == row.last for row in rows)
    return {row.number: row.version for row in rows}


async def test_a_conversation_that_two_replicas_learn_of_at_once_makes_one_ticket(router: World) -> None:
    await asyncio.gather(*(deliver(router, message(f"m{n}", conversation_key="email:support:x")) for n in range(6)))
    assert list((await gapless(router)).values()) == [4 + 5]


async def test_a_closed_ticket_that_two_replicas_hear_of_at_once_is_followed_up_once(router: World) -> None:
    await router.receive(message("m0"))
    await router.close("GD-1")
    await asyncio.gather(*(deliver(router, message(f"m{n}", thread={"ticket_number": "GD-1"})) for n in range(1, 6)))
    versions = await gapless(router)
    rows = await router.all("SELECT number FROM tickets WHERE follow_up_of = 'GD-1'")
    assert len(rows) == 1
    assert versions == {"GD-1": 6, rows[0].number: 4 + 4}


async def test_replicas_with_the_same_tickets_in_opposite_order_both_come_through(router: World) -> None:
    await router.receive(*(message(f"m{n}") for n in range(20)))
    forth = [command(AddNote(text="x"), ticket=f"GD-{n + 1}", name=f"forth{n}") for n in range(20)]
    back = [command(AddNote(text="x"), ticket=f"GD-{20 - n}", name=f"back{n}") for n in range(20)]
    await asyncio.gather(deliver(router, *forth), deliver(router, *back))
    assert set((await gapless(router)).values()) == {6}


async def test_replicas_that_open_many_tickets_give_each_number_once(router: World) -> None:
    await asyncio.gather(*(deliver(router, *(message(f"{r}-{n}") for n in range(25))) for r in range(4)))
    versions = await gapless(router)
    assert len(versions) == 100
    assert set(versions.values()) == {4}


async def test_the_same_batch_delivered_to_two_replicas_takes_effect_once(router: World) -> None:
    batch = [message(f"m{n}") for n in range(10)]
    await asyncio.gather(deliver(router, *batch), deliver(router, *batch))
    assert await gapless(router) == {f"GD-{n + 1}": 4 for n in range(10)}
    said = await router.all("SELECT type, count(*) AS n FROM outbox GROUP BY type")
    assert {row.type: row.n for row in said}["MessageApplied"] == 10


async def test_who_comes_second_with_a_conversation_is_told_to_try_again(router: World) -> None:
    first = router.db.transaction()
    unit = await first.__aenter__()
    await router.handlers.on_inbound(unit, [event_of(message("a", conversation_key="email:support:x"))])
    second = asyncio.create_task(router.receive(message("b", conversation_key="email:support:x")))
    while not await router.all("SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'"):
        assert not second.done()
    await first.__aexit__(None, None, None)
    with pytest.raises(RetryLater, match="another replica"):
        await second


async def test_numbers_come_back_only_while_nobody_took_more(router: World) -> None:
    numbers = PostgresNumbers(router.db)
    assert await numbers.take("GD", 5) == 1
    await numbers.give_back("GD", 4, 2)
    assert await numbers.take("GD", 2) == 4
    await numbers.give_back("GD", 2, 2)
    assert await numbers.take("GD", 1) == 6
