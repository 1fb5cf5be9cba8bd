"""Tickets that were closed long ago are let go of with their clocks; what is younger, open or waited for stays."""

from datetime import timedelta

from prometheus_client import REGISTRY

from gongdan.sla_timer.adapters.closed import BREATH, ClosedTickets
from tests.handlers.sla_timer.floor import Floor
from tests.kit.story import Story

KEEP = timedelta(days=90)
LATER = 100 * 24 * 60


def pruned() -> float:
    """How many were let go of so far."""
    return REGISTRY.get_sample_value("gongdan_closed_tickets_pruned_total") or 0.0


async def round_of(floor: Floor, story: Story, minutes: float) -> None:
    """Walk the whole table, so long after the story began."""
    floor.clock.at = story.at(minutes)
    step = ClosedTickets(floor.db, floor.clock, KEEP)
    while await step() == BREATH:
        continue


async def left(floor: Floor) -> tuple[set[str], int]:
    """The numbers of the tickets that are there, and how many clocks."""
    tickets = await floor.query("SELECT number FROM tickets")
    (clocks,) = await floor.query("SELECT count(*) AS count FROM clocks")
    return {row.number for row in tickets}, clocks.count


async def test_a_ticket_closed_long_ago_goes_with_its_clocks_and_is_counted(floor: Floor) -> None:
    old, open_, resolved = (Story(name=name, number=name) for name in ("GD-1", "GD-2", "GD-3"))
    await floor.hears(
        old.opened(), old.moved(5, "closed"), open_.opened(), resolved.opened(), resolved.moved(5, "resolved")
    )
    before = pruned()
    await round_of(floor, old, LATER)
    numbers, clocks = await left(floor)
    assert (numbers, clocks > 0, pruned() - before) == ({"GD-2", "GD-3"}, True, 1)
    assert (
        await floor.query("SELECT 1 FROM clocks LEFT JOIN tickets ON tickets.id = ticket_id WHERE number IS NULL") == []
    )


async def test_a_ticket_closed_lately_stays(floor: Floor) -> None:
    story = Story()
    await floor.hears(story.opened(), story.moved(5, "closed"))
    await round_of(floor, story, 80 * 24 * 60)
    assert (await left(floor))[0] == {"GD-1"}


async def test_what_is_said_later_of_a_ticket_that_is_gone_starts_no_clock(floor: Floor) -> None:
    story = Story()
    await floor.hears(story.opened(), story.moved(5, "closed"))
    await round_of(floor, story, LATER)
    before = await floor.types()
    await floor.hears(story.answered(LATER + 1), story.asked(LATER + 2))
    assert await floor.types() == before
    assert await left(floor) == (set(), 0)


async def test_a_timer_on_a_ticket_that_is_gone_still_fires(floor: Floor) -> None:
    story = Story()
    archive = story.timer(6, "archive", purpose="archive", due_at=story.at(LATER + 10))
    await floor.hears(story.opened(), story.moved(5, "closed"), archive)
    await round_of(floor, story, LATER)
    late = story.timer(LATER + 1, "later", due_at=story.at(LATER + 20))
    await floor.hears(late)
    await floor.turns_until_idle(story.at(LATER + 30))
    assert len(await floor.query("SELECT 1 FROM outbox WHERE type = 'TimerFired'")) == 2
