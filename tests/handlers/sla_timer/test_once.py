"""Each timer fires once, whoever fires it and whoever dies while doing so."""

import asyncio
import contextlib

import asyncpg

from gongdan.shared.contracts.sla import DeadlineBreached, DeadlineWarned
from gongdan.shared.errors import RetryLater
from tests.handlers.sla_timer.floor import Floor
from tests.kit.story import Story

HANG = """
    CREATE FUNCTION sla_timer.hang() RETURNS trigger LANGUAGE plpgsql AS
        'BEGIN PERFORM pg_sleep(60); RETURN NEW; END';
    CREATE TRIGGER hang BEFORE INSERT ON sla_timer.outbox FOR EACH ROW EXECUTE FUNCTION sla_timer.hang();
"""
WHO_HANGS = "SELECT pid FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()"


async def killed_before_its_commit(victim: Floor, story: Story, minutes: float) -> None:
    """Let a replica claim what is due, hang in its transaction, and lose its connection there."""
    connection = await asyncpg.connect(victim.url.replace("+asyncpg", ""))
    await connection.execute(HANG)
    turning = asyncio.create_task(victim.turns(story.at(minutes)))
    async with asyncio.timeout(60):
        while (pid := await connection.fetchval(WHO_HANGS)) is None:
            await asyncio.sleep(0.01)
    await connection.execute("SELECT pg_terminate_backend($1)", pid)
    with contextlib.suppress(RetryLater):
        await turning
    await connection.execute("DROP TRIGGER hang ON sla_timer.outbox")
    await connection.close()


async def test_a_replica_killed_between_claim_and_commit_has_said_nothing_and_the_next_says_it_once(
    floor: Floor, twin: Floor
) -> None:
    story = Story()
    await floor.hears(story.opened())
    await killed_before_its_commit(twin, story, 60)
    assert await floor.said(DeadlineBreached) == []
    await floor.turns(story.at(61))
    await twin.turns(story.at(61))
    assert len(await floor.said(DeadlineBreached)) == 1


async def test_two_replicas_firing_at_once_fire_each_timer_once(floor: Floor, twin: Floor) -> None:
    floor.batch = twin.batch = 20
    stories = [Story(f"ticket-{number}") for number in range(300)]
    await floor.hears(*(story.opened() for story in stories))
    noon = stories[0]
    await asyncio.gather(floor.turns_until_idle(noon.at(50)), twin.turns_until_idle(noon.at(50)))
    await asyncio.gather(floor.turns_until_idle(noon.at(60)), twin.turns_until_idle(noon.at(60)))
    for kind in (DeadlineWarned, DeadlineBreached):
        said = [one.data.ticket_id for one in await floor.said(kind)]
        assert len(said) == len(set(said)) == 300


async def test_the_wheel_passes_over_a_ticket_that_is_being_worked_on(floor: Floor, twin: Floor) -> None:
    story, other = Story(), Story("other")
    await floor.hears(story.opened(), other.opened())
    async with floor.db.transaction() as unit:
        floor.clock.at = story.at(59)
        await floor.work.on_tickets(unit, [story.answered(58)])
        await twin.turns(story.at(60))
        assert [one.data.ticket_id for one in await twin.said(DeadlineBreached)] == [other.id]
    await twin.turns_until_idle(story.at(61))
    assert [one.data.ticket_id for one in await twin.said(DeadlineBreached)] == [other.id]


async def test_a_ticket_that_fails_does_not_stop_the_timers_of_others(floor: Floor) -> None:
    broken, sound = Story("broken"), Story("sound")
    await floor.hears(broken.opened(), sound.opened())
    await floor.query("UPDATE tickets SET mode = 'broken' WHERE id = :id RETURNING id", id=broken.id)
    await floor.turns_until_idle(broken.at(60))
    assert [one.data.ticket_id for one in await floor.said(DeadlineBreached)] == [sound.id]
    (timer,) = await floor.query(
        "SELECT wake_at FROM clocks WHERE ticket_id = :id AND metric = 'first_response'", id=broken.id
    )
    assert timer.wake_at == broken.at(61)


async def test_doing_the_batch_again_after_a_rollback_gives_the_same_ids(floor: Floor) -> None:
    story = Story()
    opened = story.opened()
    first: list[object] = []
    with contextlib.suppress(RetryLater):
        async with floor.db.transaction() as unit:
            await floor.work.on_tickets(unit, [opened])
            first += [row.id for row in unit.rows]
            raise ConnectionAbortedError
    await floor.hears(opened)
    assert [one.id for one in await floor.said()] == first
