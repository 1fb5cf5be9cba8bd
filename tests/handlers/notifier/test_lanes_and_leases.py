"""Many destinations, many senders: nobody waits for another, nothing is sent by two."""

import asyncio
from datetime import timedelta

from gongdan.notifier.adapters.postgres import PostgresLedger
from gongdan.notifier.domain.lanes import Room
from gongdan.notifier.domain.retry import Taken, Unreachable
from gongdan.shared.db.session import Transaction
from tests.handlers.notifier.world import FakeCarrier, answers, clock_of, world
from tests.unit.notifier.given import NOON, breached, catalog, channel, event, opened

MANY_ALIKE = """
    INSERT INTO deliveries SELECT alike.* FROM deliveries, generate_series(1, :count) AS nth,
        LATERAL jsonb_populate_record(deliveries, jsonb_build_object('id', md5(CAST(nth AS text)))) AS alike
"""
READ_IN_PASSING = "SELECT seq_tup_read AS rows FROM pg_stat_xact_user_tables WHERE relname = 'deliveries'"


async def test_while_the_mail_server_is_away_nothing_is_lost_and_no_attempt_is_used_up(fresh_database: str) -> None:
    mail = FakeCarrier(lambda _: Unreachable("connection refused"))
    async with world(fresh_database, mail) as notifier:
        await notifier.tell(*answers(5))
        for _ in range(20):
            await notifier.send()
            clock_of(notifier).move(timedelta(seconds=31))
        assert await notifier.states() == [("queued", 0)] * 5
        mail.answer = lambda _: Taken()
        await notifier.send()
        assert await notifier.states() == [("sent", 1)] * 5
        assert set(await notifier.types()) == {"DeliveryQueued", "DeliverySent"}


async def test_a_lane_that_rests_is_left_alone(fresh_database: str) -> None:
    mail = FakeCarrier(lambda _: Unreachable("connection refused"))
    async with world(fresh_database, mail) as notifier:
        await notifier.tell(*answers(50))
        await notifier.send()
        tried = len(mail.carried)
        await notifier.send()
    assert tried == len(mail.carried) <= 4


async def test_no_more_are_sent_at_once_than_allowed(fresh_database: str) -> None:
    mail = FakeCarrier()
    async with world(fresh_database, mail) as notifier:
        await notifier.tell(*answers(200))
        while set(await notifier.states()) != {("sent", 1)}:
            await notifier.send()
    assert (len(mail.carried), mail.most_at_once) == (200, 4)


async def test_an_endpoint_that_never_answers_holds_up_nobody(fresh_database: str) -> None:
    never = asyncio.Event()
    slow = FakeCarrier(gate=never)
    mail = FakeCarrier()
    async with world(fresh_database, mail, slow) as notifier:
        notifier.definitions.current = catalog(channel(), channel("other"))
        await notifier.tell(*(event(breached(), name=str(nth)) for nth in range(8)))
        for _ in range(10):
            await notifier.sending.step()
            await asyncio.sleep(0.02)
        assert sorted(set(await notifier.states())) == [("queued", 0), ("sending", 1), ("sent", 1)]
        never.set()
        await notifier.sending.drain(timedelta(seconds=1))
    assert (len(mail.carried), sorted(slow.recipients)) == (8, ["other", "other", "partner", "partner"])


async def test_two_senders_share_the_work_and_repeat_nothing(fresh_database: str) -> None:
    mail = FakeCarrier()
    async with world(fresh_database, mail) as notifier:
        await notifier.tell(*answers(300))
        both = [notifier.replica(), notifier.replica()]
        while set(await notifier.states()) != {("sent", 1)}:
            await asyncio.gather(*(notifier.send(one) for one in both))
        assert (await notifier.types()).count("DeliverySent") == 300
    assert len(mail.carried) == len({one.delivery.id for one in mail.carried}) == 300


async def test_what_a_killed_sender_held_is_sent_by_another_once_its_lease_is_over(fresh_database: str) -> None:
    mail = FakeCarrier()
    async with world(fresh_database, mail) as notifier:
        await notifier.tell(event(opened()))
        killed = notifier.replica()
        await killed.step()
        await asyncio.wait(killed._tasks)  # sent, but never written down
        await notifier.send()
        assert await notifier.states() == [("sending", 1)]
        clock_of(notifier).move(timedelta(seconds=16))
        await notifier.send()
        assert await notifier.states() == [("sent", 1)]
        await killed.step()
        assert (await notifier.types()).count("DeliverySent") == 1
    assert len({one.delivery.mail_message_id for one in mail.carried}) == 1


async def test_a_long_attempt_keeps_its_lease(fresh_database: str) -> None:
    mail = FakeCarrier(gate=asyncio.Event())
    async with world(fresh_database, mail) as notifier:
        await notifier.tell(event(opened()))
        await notifier.sending.step()
        for _ in range(5):
            clock_of(notifier).move(timedelta(seconds=10))
            await notifier.sending.keep()
            await notifier.replica().step()
        assert mail.gate
        mail.gate.set()
        await notifier.sending.drain(timedelta(seconds=1))
        assert await notifier.states() == [("sent", 1)]
    assert len(mail.carried) == 1


async def test_a_sender_that_stops_lets_go_of_what_it_had_not_begun(fresh_database: str) -> None:
    mail = FakeCarrier(gate=asyncio.Event())
    async with world(fresh_database, mail) as notifier:
        await notifier.tell(*answers(20))
        await notifier.sending.step()
        await asyncio.sleep(0.01)
        draining = asyncio.create_task(notifier.sending.drain(timedelta(seconds=5)))
        await asyncio.sleep(0.01)
        assert mail.gate
        mail.gate.set()
        await draining
        assert sorted(await notifier.states()) == [("queued", 0)] * 16 + [("sent", 1)] * 4


async def test_however_much_waits_only_what_is_taken_is_read(fresh_database: str) -> None:
    async with world(fresh_database) as notifier, notifier.db.transaction() as unit:
        await notifier.tell(*answers(1))
        await unit.execute(MANY_ALIKE, {"count": 20_000})
        await unit.execute("ANALYZE deliveries")
        before = await read_in_passing(unit)
        claimed = await PostgresLedger().claim(unit, Room({"email": 32}, {}), NOON, timedelta(seconds=15))
        assert (len(claimed), await read_in_passing(unit)) == (32, before)


async def read_in_passing(unit: Transaction) -> int:
    """How many deliveries this transaction has read by going through the whole table."""
    row = await unit.one(READ_IN_PASSING)
    assert row
    return int(row.rows)
