"""Levels of escalation: each once, counted in running time after the deadline, folded when we were away."""

from typing import Any

from gongdan.shared.contracts.sla import DeadlineBreached, EscalationReached
from tests.kit.policies import catalog, policy
from tests.kit.story import Story
from tests.unit.sla_timer.desk import Desk

LEVELS: list[dict[str, Any]] = [
    {"after": "0m", "notify": ["assignee", "lead"], "then": [{"raise_priority": 1}]},
    {"after": "2h", "notify": ["lead", {"manager_level": 2}, {"channel": "ops-chat"}], "metrics": ["first_response"]},
]
FIRST_RESPONSE: dict[str, Any] = {"targets": {"first_response": {"*": "60m"}}, "warn": [], "escalate": LEVELS}


def desk(**spec: object) -> Desk:
    """A desk under a policy with two levels."""
    return Desk(catalog(policy(**FIRST_RESPONSE | spec)))


def last(here: Desk, metric: str = "first_response") -> EscalationReached:
    """The latest escalation."""
    found = here.last(EscalationReached, metric)
    assert isinstance(found, EscalationReached)
    return found


def test_the_first_level_comes_with_the_breach_and_the_next_when_its_time_has_come() -> None:
    story, here = Story(assignee="li.wei"), desk()
    here.hears(story.opened())
    assert here.turns(story.at(60)) == ["DeadlineBreached", "EscalationReached"]
    assert (last(here).level, last(here).notify, last(here).then) == (1, ("assignee", "lead"), ({"raise_priority": 1},))
    assert here.turns(story.at(179)) == []
    assert here.turns(story.at(180)) == ["EscalationReached"]
    assert (last(here).level, last(here).state, last(here).remaining_seconds) == (2, "breached", -7200)
    assert (last(here).assignee, last(here).due_at) == ("li.wei", story.at(60))
    assert here.turns(story.at(10_000)) == []


def test_a_level_is_about_the_metrics_it_names() -> None:
    story, here = Story(), desk(targets={"resolution": {"*": "60m"}})
    here.hears(story.opened())
    here.turns(story.at(60))
    assert here.turns(story.at(10_000)) == []


def test_after_an_absence_the_lower_levels_fold_into_the_highest_with_their_recipients_and_actions() -> None:
    story, here = Story(), desk()
    here.hears(story.opened())
    assert here.turns(story.at(600)) == ["DeadlineBreached", "EscalationReached"]
    assert (last(here).level, last(here).folded, last(here).late_detected) == (2, (1,), True)
    assert last(here).notify == ("assignee", "lead", {"manager_level": 2}, {"channel": "ops-chat"})
    assert last(here).then == ({"raise_priority": 1},)
    assert here.turns(story.at(700)) == []


def test_levels_wait_while_the_clock_rests() -> None:
    story, here = Story(), desk(pause_in={"first_response": ["waiting"]})
    here.hears(story.opened())
    here.turns(story.at(60))
    here.hears(story.moved(70, "waiting"))
    assert here.turns(story.at(500)) == []
    here.hears(story.moved(600, "open"))
    assert here.turns(story.at(709)) == []
    assert here.turns(story.at(710)) == ["EscalationReached"]


def test_an_answer_leaves_no_level_to_reach() -> None:
    story, here = Story(), desk()
    here.hears(story.opened())
    here.turns(story.at(60))
    here.hears(story.answered(90))
    assert here.turns(story.at(10_000)) == []


def test_a_new_version_of_the_policy_does_not_say_again_what_was_said() -> None:
    story, here = Story(), desk()
    here.hears(story.opened())
    here.turns(story.at(61))
    here.follows(catalog(policy(version=2, **FIRST_RESPONSE), revision=2), story.at(70))
    assert here.turns(story.at(100)) == []
    assert here.turns(story.at(180)) == ["EscalationReached"]


def test_a_deadline_moved_past_now_arms_breach_and_levels_again() -> None:
    story, here = Story(), desk()
    here.hears(story.opened())
    here.turns(story.at(61))
    later = policy(version=2, **FIRST_RESPONSE | {"targets": {"first_response": {"*": "3h"}}})
    here.follows(catalog(later, revision=2), story.at(70))
    assert here.turns(story.at(179)) == []
    assert here.turns(story.at(180)) == ["DeadlineBreached", "EscalationReached"]
    breaches = [one.data for one in here.said if isinstance(one.data, DeadlineBreached)]
    assert [breach.policy_version for breach in breaches] == [1, 2]


def test_ids_are_the_same_however_often_it_is_said_and_differ_by_level() -> None:
    ids = []
    for _ in range(2):
        story, here = Story(), desk()
        here.hears(story.opened())
        here.turns(story.at(60)), here.turns(story.at(180))
        ids.append([one.envelope.id for one in here.said])
    assert ids[0] == ids[1]
    assert len(set(ids[0])) == 4
