"""The first response: owed from creation, paid only by a person speaking to the customer."""

from datetime import timedelta
from typing import Any

import pytest

from gongdan.shared.contracts.sla import ClockMet, ClockStarted
from tests.kit.story import Story, delayed
from tests.unit.sla_timer.desk import Desk


@pytest.mark.parametrize(
    ("message", "phase"),
    [
        ({"direction": "out"}, "met"),
        ({"direction": "out", "visibility": "internal"}, "running"),
        ({"direction": "out", "automatic": "auto_reply"}, "running"),
        ({"direction": "out", "actor": "system"}, "running"),
        ({"direction": "out", "actor": "rule"}, "running"),
        ({"direction": "in", "actor": "contact"}, "running"),
        ({"direction": "out", "channel": "call"}, "met"),
        ({"direction": "out", "channel": "call", "actor": "system"}, "met"),
        ({"direction": "in", "channel": "call"}, "running"),
    ],
    ids=lambda value: value if isinstance(value, str) else "-".join(map(str, value.values())),
)
def test_only_a_person_speaking_to_the_customer_answers(message: dict[str, Any], phase: str) -> None:
    story, desk = Story(), Desk()
    desk.hears(story.opened(), story.message(5, **message))
    assert desk.clock("first_response").phase == phase


def test_a_call_that_somebody_answered_is_the_customers_word_and_not_yet_ours() -> None:
    story, desk = Story(), Desk()
    desk.hears(story.opened(), story.message(5, direction="in", channel="call", actor="contact"))
    assert desk.clock("first_response").phase == "running"
    desk.hears(story.message(10, direction="out", channel="call", actor="agent"))
    assert desk.clock("first_response").phase == "met"


def test_time_counts_from_when_it_happened_and_not_from_when_we_learned_of_it() -> None:
    story, desk = Story(), Desk()
    desk.hears(delayed(story.opened(), by=timedelta(hours=3)), now=story.at(180))
    assert desk.last(ClockStarted, "first_response").due_at == story.at(60)


def test_an_event_from_the_future_counts_as_of_when_it_was_recorded() -> None:
    story, desk = Story(), Desk()
    desk.hears(delayed(story.opened(minutes=600), by=timedelta(minutes=-600)))
    assert desk.clock("first_response").at == story.at(0)


def test_an_answer_in_time_is_not_late() -> None:
    story, desk = Story(), Desk()
    desk.hears(story.opened(), story.answered(60))
    met = desk.last(ClockMet, "first_response")
    assert isinstance(met, ClockMet)
    assert (met.late, met.elapsed_seconds, met.remaining_seconds) == (False, 3600, 0)


def test_an_answer_after_the_deadline_is_late_and_the_breach_is_said_before_it() -> None:
    story, desk = Story(), Desk()
    desk.hears(story.opened())
    assert desk.hears(story.answered(61)) == ["DeadlineBreached", "ClockMet"]
    met = desk.last(ClockMet, "first_response")
    assert isinstance(met, ClockMet)
    assert (met.late, met.remaining_seconds) == (True, -60)


def test_an_answer_sent_in_time_but_learned_of_after_the_breach_still_counts_as_in_time() -> None:
    story, desk = Story(), Desk()
    desk.hears(story.opened())
    desk.turns(story.at(61))
    desk.hears(story.answered(59), now=story.at(62))
    met = desk.last(ClockMet, "first_response")
    assert isinstance(met, ClockMet)
    assert not met.late


def test_moving_the_ticket_about_does_not_begin_it_anew() -> None:
    story, desk = Story(), Desk()
    desk.hears(story.opened(), story.assigned(5, "li.wei"), story.moved(6, "open"), story.assigned(7, "wang.fang"))
    assert desk.clock("first_response").due_at == story.at(60)


def test_it_rests_while_resolved_and_goes_on_when_reopened() -> None:
    story, desk = Story(), Desk()
    desk.hears(story.opened(), story.moved(20, "resolved"), story.moved(100, "open"))
    assert desk.clock("first_response").due_at == story.at(140)


def test_closing_cancels_it() -> None:
    story, desk = Story(), Desk()
    desk.hears(story.opened())
    assert desk.hears(story.moved(20, "closed")) == ["ClockCancelled", "ClockMet"]
    assert desk.clock("first_response").phase == "cancelled"


def test_a_ticket_first_seen_in_the_middle_of_its_life_is_timed_from_its_creation() -> None:
    story, desk = Story(), Desk()
    story.opened()
    desk.hears(story.assigned(30, "li.wei"))
    assert desk.clock("first_response").due_at == story.at(60)
    assert isinstance(desk.said[0].data, ClockStarted)
