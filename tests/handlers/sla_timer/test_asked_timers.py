"""Timers that other services ask for: each fires once, unless it is dropped, replaced or made pointless before."""

from datetime import timedelta

import pytest

from gongdan.shared.contracts.sla import TimerFired
from gongdan.shared.contracts.topics import Topic
from tests.handlers.sla_timer.floor import Floor
from tests.kit.story import Story


async def fired(floor: Floor) -> list[TimerFired]:
    """Every timer that fired, in order."""
    return [one.data for one in await floor.said(TimerFired)]


async def test_a_timer_fires_once_at_its_time_and_answers_with_what_came_with_it(floor: Floor) -> None:
    story = Story()
    asked = story.timer(1, "wake", purpose="snooze", due_at=story.at(30), data={"by": "li.wei"})
    await floor.hears(story.opened(), asked)
    await floor.turns_until_idle(story.at(29.9))
    assert await fired(floor) == []
    await floor.turns_until_idle(story.at(30))
    await floor.turns_until_idle(story.at(31))
    (one,) = await fired(floor)
    assert (one.name, one.purpose, one.data, one.due_at) == ("wake", "snooze", {"by": "li.wei"}, story.at(30))
    assert (one.set_by, one.late_detected, one.ticket) == (asked.envelope.id, False, "GD-1")
    (row,) = await floor.query("SELECT aggregatetype, headers FROM outbox WHERE type = 'TimerFired'")
    assert row.aggregatetype == Topic.SLA
    assert dict(row.headers)["ce_causationid"] == str(asked.envelope.id)


async def test_the_wheel_rests_until_the_timer(floor: Floor) -> None:
    story = Story(category="closed")
    await floor.hears(story.opened(), story.timer(0, "soon", after="1s"))
    assert await floor.turns(story.at(0) + timedelta(milliseconds=600)) == timedelta(milliseconds=400)


@pytest.mark.parametrize("together", [True, False])
async def test_a_timer_is_dropped_replaced_or_made_pointless_also_within_one_batch(
    floor: Floor, together: bool
) -> None:
    story = Story()
    events = [
        story.opened(),
        story.timer(1, "dropped", after="10m"),
        story.timer(1, "later", after="10m"),
        story.timer(1, "while-new", after="10m", only_in=["new", "open"]),
        story.timer(1, "while-not-done", after="10m", only_in=["new", "waiting", "open"]),
        story.no_timer(2, "dropped"),
        story.timer(2, "later", after="1h"),
        story.moved(3, "waiting"),
        story.moved(4, "open"),
    ]
    for batch in [events] if together else [[event] for event in events]:
        await floor.hears(*batch)
    await floor.turns_until_idle(story.at(30))
    assert [one.name for one in await fired(floor)] == ["while-not-done"]
    await floor.turns_until_idle(story.at(62))
    assert [one.name for one in await fired(floor)] == ["while-not-done", "later"]


async def test_a_ticket_that_is_gone_has_no_timers(floor: Floor) -> None:
    merged, deleted = Story("merged"), Story("deleted")
    await floor.hears(merged.opened(), merged.timer(1, "follow-up", after="10m"), merged.merged(2))
    await floor.hears(deleted.opened(), deleted.timer(1, "follow-up", after="10m"))
    await floor.hears(deleted.deleted(2))
    await floor.turns_until_idle(merged.at(30))
    assert await fired(floor) == []


async def test_a_request_that_cannot_be_timed_changes_nothing(floor: Floor) -> None:
    story = Story()
    await floor.hears(story.opened(), story.timer(1, "one", after="soon"), story.timer(1, "two"))
    await floor.hears(story.timer(1, "three", after="1h", only_in=["resolved"]))
    assert await floor.query("SELECT * FROM timers") == []


async def test_the_same_name_may_be_asked_for_again_after_it_fired(floor: Floor) -> None:
    story = Story()
    for minutes in (0, 100):
        await floor.hears(*([story.opened()] if not minutes else []), story.timer(minutes, "again", after="10m"))
        await floor.turns_until_idle(story.at(minutes + 10))
    assert len({one.id for one in await floor.said(TimerFired)}) == 2


async def test_after_an_absence_a_timer_is_marked_as_late(floor: Floor) -> None:
    story = Story()
    await floor.hears(story.opened(), story.timer(0, "wake", after="10m"))
    await floor.turns_until_idle(story.at(20))
    assert [one.late_detected for one in await fired(floor)] == [True]
