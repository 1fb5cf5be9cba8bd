"""Warnings and breaches: each once, in order, and the stale ones folded."""

from datetime import timedelta

import pytest

from gongdan.shared.contracts.envelope import Mode
from gongdan.shared.contracts.sla import DeadlineBreached, DeadlineWarned
from gongdan.sla_timer.domain.terms import Terms, span_of
from tests.kit.policies import catalog, policy
from tests.kit.story import Story
from tests.unit.sla_timer.desk import Desk


@pytest.mark.parametrize(
    ("threshold", "target", "reached"),
    [
        ("80%", 60, 48),
        ("12.5%", 60, 7.5),
        ("-15m", 60, 45),
        ("-90s", 60, 58.5),
        ("-15m", 15, None),
        ("-2h", 60, None),
        ("0%", 60, None),
        ("-soon", 60, None),
    ],
)
def test_a_warning_lies_between_start_and_deadline_or_nowhere(
    threshold: str, target: float, reached: float | None
) -> None:
    expected = None if reached is None else timedelta(minutes=reached)
    assert span_of(threshold, timedelta(minutes=target)) == expected


def test_thresholds_end_with_the_breach() -> None:
    terms = Terms("default", 1, timedelta(hours=1), ("50%", "-2h", "80%"))
    assert [name for name, _ in terms.thresholds()] == ["50%", "80%", "breach"]


def test_it_warns_then_breaches_and_says_when_who_and_why() -> None:
    story, desk = Story(assignee="li.wei"), Desk()
    opened = story.opened()
    desk.hears(opened)
    assert desk.turns(story.at(47.9)) == []
    assert desk.turns(story.at(48.1)) == ["DeadlineWarned"]
    warned = desk.said[-1]
    assert isinstance(warned.data, DeadlineWarned)
    assert (warned.data.threshold, warned.data.elapsed_seconds, warned.data.remaining_seconds) == ("80%", 2880, 720)
    assert (warned.data.assignee, warned.data.due_at) == ("li.wei", story.at(60))
    assert warned.envelope.occurred_at == story.at(48)
    assert warned.envelope.correlation_id == story.correlation_id
    assert warned.envelope.causation_id == opened.envelope.id
    assert desk.turns(story.at(60)) == ["DeadlineBreached"]
    assert desk.turns(story.at(100)) == []


def test_what_was_missed_in_an_absence_is_one_breach_marked_as_late() -> None:
    story, desk = Story(), Desk(catalog(policy(warn=["50%", "80%"])))
    desk.hears(story.opened(), story.moved(1, "resolved"), story.moved(2, "open"))
    assert desk.turns(story.at(62)) == ["DeadlineBreached"]
    event = desk.last(DeadlineBreached, "first_response")
    assert isinstance(event, DeadlineBreached)
    assert event.late_detected
    assert event.due_at == story.at(61)


def test_an_answer_before_the_deadline_leaves_nothing_to_say() -> None:
    story, desk = Story(), Desk()
    desk.hears(story.opened(), story.answered(30), story.moved(31, "resolved"))
    assert desk.turns(story.at(1000)) == []


def test_a_replayed_ticket_is_timed_in_replay() -> None:
    story, desk = Story(mode=Mode.REPLAY), Desk()
    desk.hears(story.opened())
    desk.turns(story.at(1000))
    assert {event.envelope.mode for event in desk.said} == {Mode.REPLAY}


def test_doing_the_same_again_gives_the_same_ids() -> None:
    story = Story()
    story.opened(), story.moved(10, "waiting"), story.moved(20, "open"), story.prioritised(30, "urgent")
    first, second = Desk(), Desk()
    for desk, wheel in ((first, 75.0), (second, 2000.0)):
        desk.hears(*story.told)
        desk.turns(story.at(wheel))
    assert [e.envelope.id for e in first.said] == [e.envelope.id for e in second.said]
    assert len({e.envelope.id for e in first.said}) == len(first.said)
