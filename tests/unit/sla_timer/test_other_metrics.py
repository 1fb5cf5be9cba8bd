"""Periodic updates, teams that pass a ticket on, and deadlines that somebody set by hand."""

from typing import Any

from gongdan.shared.contracts.sla import ClockEvent, ClockMet
from tests.kit.policies import catalog, policy
from tests.kit.story import Story
from tests.unit.sla_timer.desk import Desk


def desk(metric: str, target: str = "60m", **spec: object) -> Desk:
    """A desk under a policy that promises one thing."""
    given: dict[str, Any] = {"targets": {metric: {"urgent": "10m", "*": target}}, "warn": []} | spec
    return Desk(catalog(policy(**given)))


def kinds(here: Desk) -> list[tuple[str, int]]:
    """What was said, and of which cycle."""
    return [(type(one.data).__name__, one.data.cycle) for one in here.said if isinstance(one.data, ClockEvent)]


def test_every_answer_meets_the_promised_update_and_starts_the_wait_for_the_next() -> None:
    story, here = Story(), desk("periodic_update")
    here.hears(story.opened(), story.answered(50), story.message(60, "out", visibility="internal"), story.asked(70))
    assert kinds(here) == [("ClockStarted", 1), ("ClockMet", 1), ("ClockStarted", 2)]
    assert here.turns(story.at(109)) == []
    assert here.turns(story.at(110)) == ["DeadlineBreached"]
    here.hears(story.moved(120, "resolved"))
    assert here.turns(story.at(10_000)) == []
    here.hears(story.moved(11_000, "open"))
    assert here.clock("periodic_update").due_at == story.at(11_060)


def test_without_a_promise_there_is_no_clock_for_updates_or_teams() -> None:
    story, here = Story(), desk("resolution")
    here.hears(story.opened(), story.passed_to(10, "field"))
    assert set(here.books[story.id].clocks) == {"first_response", "resolution"}


def test_a_team_is_timed_from_when_it_gets_the_ticket_until_it_passes_it_on() -> None:
    story, here = Story(), desk("ownership")
    here.hears(story.opened(), story.assigned(10, "li.wei"), story.passed_to(30, "field"))
    assert kinds(here) == [("ClockStarted", 1), ("ClockMet", 1), ("ClockStarted", 2)]
    assert here.clock("ownership").due_at == story.at(90)
    here.hears(story.moved(95, "resolved"))
    met = here.last(ClockMet, "ownership")
    assert isinstance(met, ClockMet)
    assert met.late


def test_a_ticket_that_no_team_has_is_nobodys() -> None:
    story, here = Story(team=None), desk("ownership")
    assert here.hears(story.opened()) == []
    assert here.hears(story.passed_to(10, "field")) == ["ClockStarted"]
    assert here.hears(story.passed_to(20, None)) == ["ClockMet"]


def test_a_deadline_set_by_hand_is_not_moved_by_priority_pause_or_policy() -> None:
    story, here = Story(), desk("resolution", "4h")
    here.hears(story.opened())
    assert here.hears(story.promised(10, 500)) == ["ClockRetargeted"]
    assert here.hears(story.prioritised(20, "urgent"), story.moved(30, "waiting"), story.moved(40, "open")) == []
    sooner = policy(version=2, targets={"resolution": {"*": "1h"}})
    here.follows(catalog(sooner, revision=2), story.at(50))
    clock = here.clock("resolution")
    assert (clock.due_at, clock.phase) == (story.at(500), "running")
    assert here.turns(story.at(499)) == []
    assert here.turns(story.at(500)) == ["DeadlineBreached"]


def test_taking_it_back_brings_the_policy_back_with_the_time_that_ran() -> None:
    story, here = Story(), desk("resolution", "4h")
    here.hears(story.opened(), story.promised(10, 500), story.promised(60, None))
    assert here.clock("resolution").due_at == story.at(240)


def test_a_deadline_by_hand_needs_no_policy() -> None:
    story, here = Story(), desk("first_response")
    assert here.hears(story.opened(), story.promised(10, 30)) == ["ClockStarted", "ClockStarted"]
    assert here.turns(story.at(30)) == ["DeadlineBreached"]
    assert here.last(ClockEvent, "resolution").fixed


def test_a_deadline_by_hand_in_the_past_is_a_breach_at_once() -> None:
    story, here = Story(), desk("resolution", "4h")
    here.hears(story.opened(), story.promised(100, 50))
    assert here.turns(story.at(100)) == ["DeadlineBreached"]
    assert here.turns(story.at(1000)) == []


def gone(kind: str) -> tuple[Story, Desk, Any]:
    """A ticket that was merged or deleted after half an hour."""
    story, here = Story(), Desk()
    here.hears(story.opened())
    return story, here, here.hears(getattr(story, kind)(30))


def test_merging_or_deleting_a_ticket_cancels_its_clocks_for_good() -> None:
    for kind in ("merged", "deleted"):
        story, here, said = gone(kind)
        assert said == ["ClockCancelled", "ClockCancelled"]
        assert here.hears(story.asked(40), story.assigned(50, "li.wei"), story.moved(60, "open")) == []
        assert here.turns(story.at(10_000)) == []


def test_a_ticket_on_its_own_again_is_timed_again() -> None:
    story, here, _ = gone("merged")
    assert here.hears(story.unmerged(100)) == ["ClockStarted", "ClockStarted"]
    assert here.clock("first_response").due_at == story.at(160)
    assert here.clock("resolution").cycle == 2


def test_merging_a_ticket_that_breached_ends_its_escalations() -> None:
    story, here = Story(), Desk(catalog(policy(escalate=[{"after": "1h", "notify": ["lead"]}])))
    here.hears(story.opened())
    here.turns(story.at(60))
    here.hears(story.merged(90))
    assert here.turns(story.at(10_000)) == []
