"""From the ledger to the world: each delivery once while nothing breaks, and never none when something does."""

import asyncio
from datetime import timedelta

import pytest

from gongdan.notifier.adapters.postgres import PruneLedger
from gongdan.notifier.domain.delivery import Claimed
from gongdan.notifier.domain.retry import Disabled, GiveUp, Gone, Result, Taken, TryLater
from gongdan.shared.contracts.deliveries import DeliveryFailed, DeliverySent
from gongdan.shared.errors import RetryLater
from tests.handlers.notifier.world import FakeCarrier, answers, clock_of, saying, world
from tests.unit.notifier.given import AGENT, NOON, breached, catalog, channel, event, opened, replied


async def test_what_is_queued_is_sent_and_said_to_be(fresh_database: str) -> None:
    async with world(fresh_database) as notifier:
        await notifier.tell(event(opened()))
        await notifier.send()
        assert await notifier.states() == [("sent", 1)]
        queued, sent = await notifier.said()
    assert isinstance(sent, DeliverySent)
    assert (sent.attempt, sent.delivery_id) == (1, queued.model_dump()["delivery_id"])


async def test_what_was_sent_is_not_sent_again(fresh_database: str) -> None:
    mail = FakeCarrier()
    async with world(fresh_database, mail) as notifier:
        await notifier.tell(event(opened()))
        await notifier.send()
        clock_of(notifier).move(timedelta(days=30))
        await notifier.send()
    assert len(mail.carried) == 1


async def test_a_failed_attempt_is_made_again_when_it_is_due_and_not_before(fresh_database: str) -> None:
    mail = saying(TryLater("450 busy"))
    async with world(fresh_database, mail) as notifier:
        await notifier.tell(event(opened()))
        await notifier.send()
        clock_of(notifier).move(timedelta(seconds=4))
        await notifier.send()
        assert await notifier.states() == [("queued", 1)]
        clock_of(notifier).move(timedelta(seconds=2))
        await notifier.send()
        assert await notifier.states() == [("sent", 2)]
        assert await notifier.types() == ["DeliveryQueued", "DeliveryFailed", "DeliverySent"]
    assert len({one.delivery.mail_message_id for one in mail.carried}) == 1


async def test_after_the_last_attempt_it_is_failed_for_good(fresh_database: str) -> None:
    mail = FakeCarrier(lambda _: TryLater("450 busy"))
    async with world(fresh_database, mail) as notifier:
        await notifier.tell(event(opened()))
        for _ in range(15):
            await notifier.send()
            clock_of(notifier).move(timedelta(hours=27))
        assert await notifier.states() == [("failed", 10)]
        last = (await notifier.said())[-1]
    assert isinstance(last, DeliveryFailed)
    assert (last.attempt, last.error, last.next_attempt_at, len(mail.carried)) == (10, "450 busy", None, 10)


async def test_what_is_refused_for_good_is_not_tried_again(fresh_database: str) -> None:
    mail = saying(GiveUp("550 no such user"))
    async with world(fresh_database, mail) as notifier:
        await notifier.tell(event(opened()))
        await notifier.send()
        clock_of(notifier).move(timedelta(days=30))
        await notifier.send()
        assert await notifier.states() == [("failed", 1)]
    assert len(mail.carried) == 1


async def test_what_cannot_be_written_down_now_is_written_down_later(
    fresh_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with world(fresh_database) as notifier:
        await notifier.tell(event(opened()))
        await notifier.sending.step()
        await asyncio.wait(notifier.sending._tasks)
        with monkeypatch.context() as broken:
            broken.setattr(notifier.db, "_pool", None)
            broken.setattr(notifier.db, "url", "postgresql+asyncpg://nobody@127.0.0.1:1/none")
            with pytest.raises(RetryLater):
                await notifier.sending.step()
        await notifier.send()
        assert await notifier.types() == ["DeliveryQueued", "DeliverySent"]


async def test_an_endpoint_that_is_gone_gets_nothing_more_until_its_channel_changes(fresh_database: str) -> None:
    versions = {"now": 1}

    def answer(claimed: Claimed) -> Result:
        if claimed.disabled_version is not None and versions["now"] <= claimed.disabled_version:
            return Disabled()
        return Gone("HTTP 410", versions["now"]) if versions["now"] == 1 else Taken()

    async with world(fresh_database, hook=FakeCarrier(answer)) as notifier:
        notifier.definitions.current = catalog(channel())
        for name in ("a", "b", "c"):
            versions["now"] = 2 if name == "c" else 1
            await notifier.tell(event(breached(assignee=None), name=name))
            await notifier.send()
        states = [row.state for row in await notifier.rows() if row.channel == "webhook"]
    assert sorted(states) == ["failed", "sent", "suppressed"]


async def test_a_bug_in_a_carrier_is_a_failed_attempt_and_no_more(fresh_database: str) -> None:
    def broken(_: Claimed) -> Result:
        raise ZeroDivisionError("a bug")

    async with world(fresh_database, FakeCarrier(broken)) as notifier:
        await notifier.tell(event(opened()))
        await notifier.send()
        (row,) = await notifier.rows()
    assert (row.state, row.error) == ("queued", "ZeroDivisionError: a bug")
    assert row.due_at > NOON


async def test_no_event_is_ever_said_under_the_id_of_another(fresh_database: str) -> None:
    async with world(fresh_database, saying(TryLater("x"), TryLater("y"))) as notifier:
        await notifier.tell(*answers(3))
        for _ in range(4):
            await notifier.send()
            clock_of(notifier).move(timedelta(hours=1))
        ids = await notifier.event_ids()
    assert len(ids) == len(set(ids)) == 3 + 2 + 3


async def test_only_what_ended_long_ago_is_let_go_of(fresh_database: str) -> None:
    async with world(fresh_database, saying(Taken(), TryLater("x"))) as notifier:
        await notifier.tell(event(opened()), event(replied(), AGENT))
        await notifier.send()
        prune = PruneLedger(notifier.db, notifier.clock)
        clock_of(notifier).move(timedelta(days=89))
        await prune()
        assert len(await notifier.rows()) == 2
        clock_of(notifier).move(timedelta(days=2))
        await prune()
        assert await notifier.states() == [("queued", 1)]
