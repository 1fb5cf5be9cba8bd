"""What other help desks get wrong: pauses over weekends, changes in a pause, policies withdrawn, late holidays."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from gongdan.shared.contracts.sla import ClockCancelled, ClockEvent, ClockMet
from gongdan.shared.definitions.registry import Definition, check
from tests.kit.policies import catalog, policy
from tests.kit.story import Story
from tests.unit.sla_timer.desk import Desk

ZONE = ZoneInfo("Asia/Shanghai")
FRIDAY = datetime(2026, 3, 6, 17, tzinfo=ZONE)
HOUR = 60
WORKING: dict[str, Any] = {"calendar": "office", "warn": [], "targets": {"resolution": {"*": "4h", "urgent": "2h"}}}


def office(version: int = 1, *closed: str) -> Definition:
    """Nine to six with an hour and a half for lunch, and days that are closed."""
    spec = {
        "timezone": "Asia/Shanghai",
        "week": {"mon-fri": ["09:00-12:00", "13:30-18:00"]},
        "overrides": [{"date": day, "closed": True} for day in closed],
    }
    return check({"kind": "Calendar", "metadata": {"name": "office"}, "spec": spec}, version)


def friday() -> tuple[Story, Desk]:
    """A ticket of Friday five o'clock, with four working hours to solve it."""
    story, desk = Story(noon=FRIDAY), Desk(catalog(policy(**WORKING), office()))
    desk.hears(story.opened())
    return story, desk


def due(desk: Desk, metric: str = "resolution") -> datetime | None:
    """The deadline, as the office sees it."""
    at = desk.clock(metric).due_at
    return at.astimezone(ZONE) if at else None


def test_it_counts_over_the_weekend_and_the_lunch_break() -> None:
    _, desk = friday()
    assert due(desk) == datetime(2026, 3, 9, 12, tzinfo=ZONE)


def test_a_pause_over_the_weekend_takes_only_its_working_hours_away() -> None:
    story, desk = friday()
    desk.hears(story.moved(30, "waiting"), story.moved(64 * HOUR + 30, "open"))
    assert due(desk) == datetime(2026, 3, 9, 9, 30, tzinfo=ZONE) + timedelta(hours=5)


def test_a_change_of_priority_in_a_pause_counts_when_it_is_over() -> None:
    story, desk = friday()
    desk.hears(story.moved(30, "waiting"), story.prioritised(40, "urgent"))
    assert due(desk) is None
    desk.hears(story.moved(50, "open"))
    assert due(desk) == datetime(2026, 3, 9, 10, 20, tzinfo=ZONE)


def test_a_holiday_added_later_moves_what_is_left_and_keeps_what_ran() -> None:
    _, desk = friday()
    sunday = FRIDAY + timedelta(days=2)
    desk.follows(catalog(policy(**WORKING), office(2, "2026-03-09"), revision=2), sunday)
    assert desk.clock("resolution").elapsed == timedelta(hours=1)
    assert due(desk) == datetime(2026, 3, 10, 12, tzinfo=ZONE)
    assert desk.turns(FRIDAY + timedelta(days=3, hours=3)) == []


def test_a_holiday_added_in_the_past_changes_nothing_that_ran() -> None:
    _, desk = friday()
    monday = datetime(2026, 3, 9, 11, tzinfo=ZONE)
    desk.follows(catalog(policy(**WORKING), office(2, "2026-03-06"), revision=2), monday)
    assert (desk.clock("resolution").elapsed, due(desk)) == (timedelta(hours=3), datetime(2026, 3, 9, 12, tzinfo=ZONE))


def test_a_policy_withdrawn_after_the_breach_ends_the_clock_for_everybody() -> None:
    _, desk = friday()
    desk.turns(FRIDAY + timedelta(days=4))
    assert desk.follows(catalog(policy(version=2, targets={}), revision=2), FRIDAY + timedelta(days=5)) == [
        "ClockCancelled"
    ]
    cancelled = desk.last(ClockCancelled, "resolution")
    assert isinstance(cancelled, ClockCancelled)
    assert (cancelled.state, cancelled.reason) == ("cancelled", "no-policy")
    assert desk.turns(FRIDAY + timedelta(days=50)) == []


def test_a_milestone_runs_from_one_state_to_another_and_again_when_it_is_entered_again() -> None:
    way = {"from": ["category:open"], "to": ["category:waiting"], "within": {"*": "30m"}}
    story, desk = Story(), Desk(catalog(policy(targets={}, warn=[], milestones={"looked_at": way})))
    assert desk.hears(story.opened(), story.moved(10, "open")) == ["ClockStarted"]
    assert due(desk, "milestone/looked_at") == story.at(40)
    assert desk.hears(story.answered(20), story.moved(30, "waiting")) == ["ClockMet"]
    met = desk.last(ClockMet, "milestone/looked_at")
    assert (met.metric, met.milestone, met.elapsed_seconds) == ("milestone", "looked_at", 1200)
    assert desk.hears(story.moved(50, "open")) == ["ClockStarted"]
    assert desk.turns(story.at(80)) == ["DeadlineBreached"]
    assert desk.last(ClockEvent, "milestone/looked_at").cycle == 2
