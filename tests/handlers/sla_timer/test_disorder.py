"""Events that come doubled, in disorder, late or from a clock that is wrong: what is said is what it should be."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from random import Random

from gongdan.shared.bus.delivery import BatchDelivery
from gongdan.shared.bus.records import Record
from gongdan.shared.contracts.envelope import to_headers
from gongdan.shared.contracts.registry import Event
from gongdan.shared.contracts.sla import ClockMet, DeadlineBreached
from tests.handlers.sla_timer.floor import Floor
from tests.kit.story import Story, delayed

HOUR = timedelta(hours=1)
FORGET = "TRUNCATE outbox, tickets, clocks, positions"


def life(story: Story) -> list[Event]:
    """From opened to resolved, with a pause and another priority."""
    return [
        story.opened(),
        story.asked(1),
        story.answered(20),
        story.moved(30, "waiting"),
        story.moved(50, "open"),
        story.asked(55),
        story.prioritised(60, "urgent"),
        story.moved(70, "resolved"),
    ]


def record(event: Event) -> Record:
    """An event as it comes from Kafka."""
    return Record(event.topic, 0, 0, event.key, event.data.model_dump_json().encode(), to_headers(event.envelope))


async def deliver(floor: Floor, events: list[Event]) -> None:
    """Give a replica these, one batch each, as they come from Kafka."""
    delivery = BatchDelivery("sla-timer", floor.db, floor.work.on_tickets, floor.clock)
    for event in events:
        await delivery.deliver([record(event)])


async def by_ticket(floor: Floor) -> dict[str, list[tuple[str, str]]]:
    """What was said about each ticket, in order."""
    found: dict[str, list[tuple[str, str]]] = {}
    for one in await floor.said():
        found.setdefault(one.headers["ce_subject"], []).append((str(one.id), one.type))
    return found


async def test_a_batch_in_several_lanes_says_of_each_ticket_what_it_says_in_one(floor: Floor, twin: Floor) -> None:
    stories = [Story(f"t{number}", f"GD-{number}") for number in range(12)]
    rows = [record(event) for together in zip(*map(life, stories), strict=True) for event in together]
    lanes = BatchDelivery("sla-timer", floor.db, floor.work.on_tickets, floor.clock, lanes=3)
    await lanes.deliver(rows)
    in_lanes = await by_ticket(floor)
    await floor.query(FORGET)
    await BatchDelivery("sla-timer", twin.db, twin.work.on_tickets, twin.clock).deliver(rows)
    assert (len(in_lanes), in_lanes) == (12, await by_ticket(floor))


async def test_what_two_replicas_read_at_once_takes_effect_once(floor: Floor, twin: Floor) -> None:
    rows = [record(Story(f"t{number}", f"GD-{number}").opened()) for number in range(50)]
    await asyncio.gather(
        *(BatchDelivery("sla-timer", one.db, one.work.on_tickets, one.clock).deliver(rows) for one in (floor, twin))
    )
    assert set(map(len, (await by_ticket(floor)).values())) == {2}
    assert len(await by_ticket(floor)) == 50


async def test_events_doubled_and_in_disorder_say_what_they_say_in_order(floor: Floor) -> None:
    shuffled = life(Story()) * 2
    Random(1).shuffle(shuffled)  # noqa: S311 - the same disorder each time
    await deliver(floor, shuffled)
    disordered = [(one.id, one.type) for one in await floor.said()]
    await floor.query(FORGET)
    await deliver(floor, life(Story()))
    assert [(one.id, one.type) for one in await floor.said()] == disordered


async def test_a_call_logged_later_meets_the_deadline_that_it_met_though_the_breach_was_said(floor: Floor) -> None:
    story = Story()
    await floor.hears(story.opened())
    await floor.turns_until_idle(story.at(90))
    await floor.hears(delayed(story.message(30, "out", channel="call"), 2 * HOUR))
    assert len(await floor.said(DeadlineBreached)) == 1
    (met,) = await floor.said(ClockMet)
    assert (met.data.late, met.data.elapsed_seconds) == (False, 1800)


async def test_an_event_from_a_clock_an_hour_ahead_counts_as_recorded_and_fires_nothing_early(floor: Floor) -> None:
    story = Story()
    opened = story.opened()
    ahead = replace(opened, envelope=replace(opened.envelope, occurred_at=opened.envelope.occurred_at + HOUR))
    await floor.hears(ahead)
    await floor.turns_until_idle(story.at(59))
    assert await floor.said(DeadlineBreached) == []
    await floor.turns_until_idle(story.at(60))
    assert [one.data.due_at for one in await floor.said(DeadlineBreached)] == [story.at(60)]


async def test_an_event_an_hour_behind_counts_from_the_last_change_of_its_clock(floor: Floor) -> None:
    story = Story()
    await floor.hears(story.opened(), story.answered(1), story.moved(30, "waiting"), story.moved(60, "open"))
    await floor.hears(story.moved(0, "waiting"), story.moved(61, "open"))
    rows = await floor.query("SELECT elapsed, due_at FROM clocks WHERE metric = 'resolution'")
    assert [(row.elapsed, row.due_at) for row in rows] == [(timedelta(minutes=30), story.at(61 + 210))]
