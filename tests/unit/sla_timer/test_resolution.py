"""The resolution: from creation to resolved or closed; time spent waiting for the customer does not count."""

import pytest

from gongdan.shared.contracts.sla import ClockPaused, ClockResumed, ClockStarted
from gongdan.shared.contracts.tickets import StatusCategory
from tests.kit.policies import catalog, policy
from tests.kit.story import Story
from tests.unit.sla_timer.desk import Desk


@pytest.mark.parametrize("category", ["resolved", "closed"])
def test_resolving_or_closing_meets_it(category: StatusCategory) -> None:
    story, desk = Story(), Desk()
    desk.hears(story.opened(), story.moved(90, category))
    clock = desk.clock("resolution")
    assert (clock.phase, clock.elapsed.total_seconds()) == ("met", 5400)


def test_closing_what_is_resolved_changes_nothing_more() -> None:
    story, desk = Story(), Desk()
    desk.hears(story.opened(), story.answered(1), story.moved(90, "resolved"))
    assert desk.hears(story.moved(95, "closed")) == []


def test_reopening_starts_another_cycle_from_the_moment_of_reopening() -> None:
    story, desk = Story(), Desk()
    desk.hears(story.opened(), story.answered(1), story.moved(90, "resolved"))
    assert desk.hears(story.moved(300, "open")) == ["ClockStarted"]
    started = desk.last(ClockStarted, "resolution")
    assert (started.cycle, started.due_at, started.elapsed_seconds) == (2, story.at(540), 0)


def test_waiting_for_the_customer_moves_the_deadline() -> None:
    story, desk = Story(), Desk()
    desk.hears(story.opened(), story.answered(1))
    assert desk.hears(story.moved(60, "waiting")) == ["ClockPaused"]
    paused = desk.last(ClockPaused, "resolution")
    assert (paused.state, paused.due_at, paused.elapsed_seconds) == ("paused", None, 3600)
    assert desk.hears(story.moved(100, "open")) == ["ClockResumed"]
    resumed = desk.last(ClockResumed, "resolution")
    assert (resumed.state, resumed.due_at) == ("running", story.at(280))


def test_a_policy_names_the_states_in_which_time_does_not_count() -> None:
    story, desk = Story(), Desk(catalog(policy(pause_in={"resolution": ["new"]})))
    desk.hears(story.opened(), story.moved(30, "open"), story.moved(40, "waiting"))
    assert (desk.clock("resolution").phase, desk.clock("resolution").due_at) == ("running", story.at(270))


def test_a_deadline_that_passed_before_the_pause_stays_passed() -> None:
    story, desk = Story(), Desk()
    desk.hears(story.opened(), story.answered(1))
    assert desk.hears(story.moved(250, "waiting")) == ["DeadlineBreached", "ClockPaused"]
    assert desk.last(ClockPaused, "resolution").due_at == story.at(240)
    assert desk.hears(story.moved(300, "open")) == ["ClockResumed"]
    assert desk.last(ClockResumed, "resolution").state == "breached"
    assert desk.turns(story.at(900)) == []


def test_a_ticket_that_opens_waiting_starts_at_rest() -> None:
    story, desk = Story(category="waiting"), Desk()
    desk.hears(story.opened())
    started = desk.last(ClockStarted, "resolution")
    assert (started.state, started.due_at) == ("paused", None)


def test_events_out_of_order_never_count_time_twice_or_backwards() -> None:
    story, desk = Story(), Desk()
    desk.hears(story.opened(), story.moved(60, "waiting"), story.moved(50, "open"), story.moved(70, "resolved"))
    assert desk.clock("resolution").elapsed.total_seconds() == 70 * 60
