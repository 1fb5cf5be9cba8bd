"""The next response: owed from the oldest unanswered message of the customer, after the first response."""

from typing import Any

from gongdan.shared.contracts.sla import ClockEvent
from tests.kit.policies import catalog, policy
from tests.kit.story import Story
from tests.unit.sla_timer.desk import Desk

TARGETS: dict[str, Any] = {"targets": {"first_response": {"*": "60m"}, "next_response": {"*": "30m"}}}


def conversation() -> tuple[Story, Desk]:
    """A ticket whose first response was given after ten minutes, under a policy that promises the next ones."""
    story, desk = Story(), Desk(catalog(policy(**TARGETS)))
    desk.hears(story.opened(), story.asked(0), story.answered(10))
    return story, desk


def test_the_message_that_opens_a_ticket_is_the_first_responses_business() -> None:
    _, desk = conversation()
    assert {e.data.metric for e in desk.said if isinstance(e.data, ClockEvent)} == {"first_response"}


def test_it_counts_from_the_oldest_unanswered_message() -> None:
    story, desk = conversation()
    desk.hears(story.asked(20), story.asked(40))
    assert desk.clock("next_response").due_at == story.at(50)


def test_each_answer_ends_a_cycle_and_the_next_question_begins_another() -> None:
    story, desk = conversation()
    desk.hears(story.asked(20), story.answered(25), story.asked(40))
    clock = desk.clock("next_response")
    assert (clock.cycle, clock.due_at) == (2, story.at(70))


def test_a_machine_of_the_customer_asks_nothing() -> None:
    story, desk = conversation()
    assert desk.hears(story.message(20, "in", "contact", automatic="auto_reply")) == []


def test_resolving_ends_it() -> None:
    story, desk = conversation()
    desk.hears(story.asked(20))
    assert desk.hears(story.moved(25, "resolved")) == ["ClockCancelled"]


def test_thanks_after_resolving_owe_no_answer_unless_the_ticket_is_reopened() -> None:
    story, desk = conversation()
    desk.hears(story.moved(20, "resolved"), story.asked(30))
    assert desk.turns(story.at(600)) == []
    desk.hears(story.moved(610, "open"))
    assert desk.clock("next_response").due_at == story.at(640)


def test_nothing_is_said_when_the_policy_does_not_promise_it() -> None:
    story, desk = Story(), Desk()
    desk.hears(story.opened(), story.answered(10), story.asked(20))
    assert "next_response" not in {e.data.metric for e in desk.said if isinstance(e.data, ClockEvent)}
    assert desk.turns(story.at(200)) == ["DeadlineWarned"]
