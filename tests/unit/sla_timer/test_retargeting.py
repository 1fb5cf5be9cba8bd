"""Another priority or another policy: elapsed time is kept, the rest is aimed anew."""

from gongdan.shared.contracts.envelope import DecidedBy
from gongdan.shared.contracts.sla import ClockCancelled, ClockRetargeted, ClockStarted, DeadlineBreached
from tests.kit.policies import catalog, policy
from tests.kit.story import Story
from tests.unit.sla_timer.desk import Desk


def test_a_higher_priority_brings_the_deadline_nearer_and_keeps_what_has_elapsed() -> None:
    story, desk = Story(), Desk()
    desk.hears(story.opened(), story.answered(1))
    assert desk.hears(story.prioritised(30, "urgent")) == ["ClockRetargeted"]
    event = desk.last(ClockRetargeted, "resolution")
    assert isinstance(event, ClockRetargeted)
    assert (event.previous_target_seconds, event.target_seconds, event.elapsed_seconds) == (14400, 3600, 1800)
    assert event.due_at == story.at(60)


def test_a_target_that_is_already_missed_is_breached_now() -> None:
    story, desk = Story(), Desk()
    desk.hears(story.opened(), story.answered(1), story.prioritised(100, "urgent"))
    assert desk.turns(story.at(100)) == ["DeadlineBreached"]
    event = desk.last(DeadlineBreached, "resolution")
    assert isinstance(event, DeadlineBreached)
    assert (event.due_at, event.elapsed_seconds, event.late_detected) == (story.at(100), 6000, False)


def test_a_priority_change_while_paused_shows_when_the_clock_runs_again() -> None:
    story, desk = Story(), Desk()
    desk.hears(story.opened(), story.moved(20, "waiting"), story.prioritised(30, "urgent"), story.moved(90, "open"))
    assert desk.clock("resolution").due_at == story.at(130)


def test_a_breached_clock_with_a_later_target_runs_again_and_may_breach_that_one_too() -> None:
    story, desk = Story(priority="urgent"), Desk()
    desk.hears(story.opened(), story.answered(1))
    desk.turns(story.at(61))
    desk.hears(story.prioritised(70, "low"))
    assert desk.last(ClockRetargeted, "resolution").state == "running"
    assert desk.turns(story.at(191)) == []
    assert desk.turns(story.at(193)) == ["DeadlineWarned"]
    assert desk.turns(story.at(240)) == ["DeadlineBreached"]


def test_to_and_fro_between_priorities_says_nothing_twice() -> None:
    story, desk = Story(priority="urgent"), Desk()
    desk.hears(story.opened(), story.answered(1))
    desk.turns(story.at(61))
    desk.hears(story.prioritised(62, "low"), story.prioritised(63, "urgent"))
    assert desk.turns(story.at(1000)) == []


def test_a_new_version_of_the_policy_does_not_repeat_what_was_said_and_is_still_past() -> None:
    story, desk = Story(), Desk()
    desk.hears(story.opened(), story.answered(1))
    assert desk.turns(story.at(200)) == ["DeadlineWarned"]
    assert desk.follows(catalog(policy(version=2), revision=2), story.at(210)) == ["ClockRetargeted"]
    assert desk.turns(story.at(220)) == []
    assert desk.turns(story.at(240)) == ["DeadlineBreached"]
    assert desk.said[-1].envelope.decided_by == (DecidedBy("SlaPolicy", "default", 2),)


def test_a_policy_that_comes_late_finds_the_time_already_counted_pauses_included() -> None:
    story, desk = Story(), Desk(catalog(policy(when="false")))
    assert desk.hears(story.opened(), story.moved(30, "waiting"), story.moved(90, "open")) == []
    desk.follows(catalog(revision=2), story.at(100))
    started = desk.last(ClockStarted, "resolution")
    assert (started.elapsed_seconds, started.due_at) == (2400, story.at(300))


def test_when_no_policy_is_left_nothing_more_is_promised() -> None:
    story, desk = Story(), Desk()
    desk.hears(story.opened(), story.answered(1))
    assert desk.follows(catalog(policy(when="false", version=2), revision=2), story.at(10)) == ["ClockCancelled"]
    cancelled = desk.last(ClockCancelled, "resolution")
    assert isinstance(cancelled, ClockCancelled)
    assert (cancelled.state, cancelled.reason, cancelled.due_at) == ("cancelled", "no-policy", None)
    assert desk.turns(story.at(1000)) == []


def test_the_same_policies_again_change_nothing() -> None:
    story, desk = Story(), Desk()
    desk.hears(story.opened())
    assert desk.follows(catalog(revision=9), story.at(10)) == []
