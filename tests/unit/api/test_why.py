"""Why a ticket is as it is, even when links are missing or lead in a circle."""

from typing import Any
from uuid import UUID

import orjson

from gongdan.api.domain.projection import project
from gongdan.api.domain.views import Message, TimelineEvent
from gongdan.api.domain.why import Why, explain, wanted_messages
from tests.kit.whole_story import WholeStory

STORY = WholeStory(1)


def timeline(**changed: Any) -> list[TimelineEvent]:
    """The story's timeline, with some fields of all events changed."""
    rows = sorted(project(STORY.all()).timeline.values(), key=lambda row: (row.recorded_at, row.place))
    return [
        TimelineEvent(
            **row._asdict()
            | {"id": row.event_id, "decided_by": orjson.loads(row.decided_by), "data": orjson.loads(row.data)}
            | changed
        )
        for row in rows
    ]


def told(events: list[TimelineEvent]) -> Why:
    origin = Message(message_id=STORY.message_id, status="applied", channel="api")
    return explain("GD-1", events, [origin], truncated=False)


def test_every_event_is_told_once_as_change_or_as_effect() -> None:
    why = told(timeline())
    effects = [effect.id for change in why.changes for effect in change.effects]
    assert sorted([change.id for change in why.changes] + effects) == sorted(event.id for event in timeline())


def test_events_whose_cause_is_unknown_are_changes_of_their_own() -> None:
    why = told(timeline(causation_id=UUID(int=1)))
    assert len(why.changes) == 12
    assert all(change.chain[0].id == STORY.message_id for change in why.changes)


def test_a_circle_of_causes_ends() -> None:
    first, second, *_ = timeline()
    circle = [
        first.model_copy(update={"causation_id": second.id, "source": "sla"}),
        second.model_copy(update={"causation_id": first.id}),
    ]
    (change,) = told(circle).changes
    assert [link.id for link in change.chain] == [STORY.message_id, first.id]


def test_texts_are_left_to_the_timeline() -> None:
    assert all("text" not in change.data for change in told(timeline()).changes)


def test_the_messages_behind_are_asked_for_by_correlation_and_by_outside_causes() -> None:
    outside = UUID(int=7)
    events = [event.model_copy(update={"causation_id": outside}) for event in timeline()[:1]] + timeline()[1:]
    assert wanted_messages(events) == sorted({outside, STORY.message_id})
