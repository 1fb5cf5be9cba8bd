"""Clocks and timers on a real database: warn, breach, met in time, moved by a pause, told apart by ticket."""

from datetime import datetime, timedelta

from gongdan.shared.contracts.sla import ClockMet, DeadlineBreached, DeadlineWarned
from gongdan.sla_timer.adapters.wheel import LONGEST, SHORTEST
from tests.handlers.sla_timer.floor import Floor
from tests.kit.policies import catalog, policy
from tests.kit.story import Story


async def timers(floor: Floor) -> list[tuple[str, datetime]]:
    """Which clocks are to be looked at, and when, next first."""
    rows = await floor.query("SELECT metric, wake_at FROM clocks WHERE wake_at IS NOT NULL ORDER BY wake_at, metric")
    return [(row.metric, row.wake_at) for row in rows]


async def test_a_new_ticket_sets_one_timer_for_each_promise(floor: Floor) -> None:
    await floor.hears(Story().opened())
    assert await floor.types() == ["ClockStarted", "ClockStarted"]
    noon = Story()
    assert await timers(floor) == [("first_response", noon.at(48)), ("resolution", noon.at(192))]


async def test_it_warns_then_breaches_each_once(floor: Floor) -> None:
    story = Story(assignee="li.wei")
    await floor.hears(story.opened())
    for minutes in (47, 48, 49, 60, 61):
        await floor.turns(story.at(minutes))
    (warned,) = await floor.said(DeadlineWarned)
    (breached,) = await floor.said(DeadlineBreached)
    assert warned.headers["ce_time"] == story.at(48).isoformat()
    assert breached.headers["ce_time"] == story.at(60).isoformat()
    assert breached.headers["ce_correlationid"] == str(story.correlation_id)
    assert breached.headers["ce_causationid"] == str(story.told[0].envelope.id)
    assert breached.headers["ce_decidedby"] == '[{"kind":"SlaPolicy","name":"default","version":1}]'
    assert await timers(floor) == [("resolution", story.at(192))]


async def test_an_answer_in_time_takes_the_timer_away(floor: Floor) -> None:
    story = Story()
    await floor.hears(story.opened())
    await floor.hears(story.answered(30))
    await floor.turns_until_idle(story.at(100))
    (met,) = await floor.said(ClockMet)
    assert isinstance(met.data, ClockMet)
    assert not met.data.late
    assert await floor.said(DeadlineBreached) == []


async def test_a_whole_life_in_one_batch_leaves_no_timer(floor: Floor) -> None:
    story = Story()
    await floor.hears(story.opened(), story.asked(0), story.answered(5), story.moved(20, "resolved"))
    assert await floor.types() == ["ClockStarted", "ClockStarted", "ClockMet", "ClockMet"]
    assert await timers(floor) == []


async def test_a_pause_takes_the_timer_away_and_going_on_sets_it_later(floor: Floor) -> None:
    story = Story()
    await floor.hears(story.opened(), story.answered(1), story.moved(60, "waiting"))
    assert await timers(floor) == []
    await floor.turns_until_idle(story.at(500))
    await floor.hears(story.moved(500, "open"))
    assert await timers(floor) == [("resolution", story.at(500 + 192 - 60))]
    await floor.turns(story.at(680))
    (breached,) = await floor.said(DeadlineBreached)
    assert breached.data.due_at == story.at(680)


async def test_another_priority_moves_the_timer(floor: Floor) -> None:
    story = Story()
    await floor.hears(story.opened(), story.answered(1))
    await floor.hears(story.prioritised(30, "urgent"))
    await floor.turns(story.at(60))
    (breached,) = await floor.said(DeadlineBreached)
    assert (breached.data.target_seconds, breached.data.due_at) == (3600, story.at(60))


async def test_reopening_starts_a_second_cycle_in_place_of_the_first(floor: Floor) -> None:
    story = Story()
    await floor.hears(story.opened(), story.answered(1), story.moved(10, "resolved"))
    await floor.hears(story.moved(100, "open"))
    rows = await floor.query("SELECT cycle, phase FROM clocks WHERE metric = 'resolution' ORDER BY cycle")
    assert [(row.cycle, row.phase) for row in rows] == [(2, "running")]


async def test_after_an_absence_only_the_breach_is_said_and_marked_as_late(floor: Floor) -> None:
    story = Story()
    await floor.hears(story.opened())
    await floor.turns_until_idle(story.at(100))
    assert await floor.said(DeadlineWarned) == []
    (breached,) = await floor.said(DeadlineBreached)
    assert isinstance(breached.data, DeadlineBreached)
    assert breached.data.late_detected


async def test_what_came_due_in_an_absence_waits_while_ticket_events_of_that_time_are_unread(floor: Floor) -> None:
    story, present = Story(), Story("present")
    await floor.hears(story.opened(0), present.opened(70))
    floor.held = story.at(100)
    await floor.turns_until_idle(story.at(119))
    assert {one.data.ticket_id for one in await floor.said(DeadlineWarned)} == {present.id}
    await floor.hears(story.answered(50))
    floor.held = story.at(0)
    await floor.turns_until_idle(story.at(119))
    assert await floor.said(DeadlineBreached) == []


async def test_the_wheel_rests_until_the_next_timer_but_never_longer_than_a_second(floor: Floor) -> None:
    story = Story()
    assert await floor.turns(story.at(0)) == LONGEST
    await floor.hears(story.opened())
    assert await floor.turns(story.at(1)) == LONGEST
    assert await floor.turns(story.at(48) - timedelta(milliseconds=300)) == timedelta(milliseconds=300)
    assert await floor.turns(story.at(48) - timedelta(milliseconds=1)) == SHORTEST


async def test_many_tickets_fire_in_batches_of_a_bounded_size(floor: Floor) -> None:
    stories = [Story(f"ticket-{number}") for number in range(250)]
    await floor.hears(*(story.opened() for story in stories))
    assert await floor.turns(stories[0].at(50)) == timedelta()
    assert len(await floor.said(DeadlineWarned)) == 100
    await floor.turns_until_idle(stories[0].at(50))
    assert {one.data.ticket_id for one in await floor.said(DeadlineWarned)} == {story.id for story in stories}
    assert len(await floor.said(DeadlineWarned)) == 250


async def test_a_changed_policy_retargets_open_tickets_in_chunks_and_leaves_closed_ones(floor: Floor) -> None:
    stories = [Story(f"ticket-{number}") for number in range(120)]
    closed = Story("closed")
    await floor.hears(*(story.opened() for story in stories), closed.opened(), closed.moved(1, "closed"))
    sooner = policy(version=2, targets={"first_response": {"*": "30m"}})
    await floor.follows(catalog(sooner, revision=2), stories[0].at(10))
    types = await floor.types()
    assert (types.count("ClockRetargeted"), types.count("ClockCancelled")) == (120, 120 + 1)
    assert set(await timers(floor)) == {("first_response", stories[0].at(24))}


async def test_what_is_left_to_do_after_a_change_of_policies_is_said(floor: Floor) -> None:
    stories = [Story(f"ticket-{number}") for number in range(120)]
    await floor.hears(*(story.opened() for story in stories))
    floor.policies.take(catalog(policy(version=2), revision=2))
    assert floor.retargeting.progress() is None
    await floor.retargeting()
    assert floor.retargeting.progress() == "at most 20 open tickets are not yet timed by the policies of revision 2"
    await floor.retargeting()
    assert floor.retargeting.progress() is None


async def test_definitions_that_change_no_policy_touch_no_ticket(floor: Floor) -> None:
    story = Story()
    await floor.hears(story.opened())
    await floor.follows(catalog(revision=7), story.at(10))
    assert (await floor.types(), floor.policies.revision) == (["ClockStarted", "ClockStarted"], 1)
