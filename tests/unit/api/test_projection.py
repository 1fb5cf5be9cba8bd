"""Events become the same rows in any order, any grouping, and however often they come."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from gongdan.api.domain.numbers import number_value
from gongdan.api.domain.projection import Rows, project
from gongdan.shared.contracts.outcomes import MessageRejected
from gongdan.shared.contracts.registry import Event
from gongdan.shared.contracts.sla import ClockStarted, DeadlineBreached
from tests.kit.whole_story import WholeStory

STORIES = [WholeStory(1), WholeStory(2, priority="urgent", assignee=None)]
EVENTS = [event for story in STORIES for event in (*story.all(), *story.told_and_done())]


@st.composite
def tellings(draw: st.DrawFn) -> list[list[Event]]:
    """All events, some of them several times, shuffled and cut into batches."""
    repeated = draw(st.lists(st.sampled_from(EVENTS), max_size=20))
    told = draw(st.permutations(EVENTS + repeated))
    cuts = sorted(draw(st.sets(st.integers(1, len(told) - 1), max_size=5)))
    return [told[start:end] for start, end in zip([0, *cuts], [*cuts, len(told)], strict=True)]


def kept(batches: Sequence[Rows]) -> Rows:
    """What tables keep of batches, by the rules that the statements follow."""
    tables: dict[str, dict[Any, Any]] = {field.name: {} for field in fields(Rows)}
    for rows in batches:
        for name, table in tables.items():
            for key, row in getattr(rows, name).items():
                before = table.get(key)
                if before is None or _order(before) < _order(row):
                    table[key] = row
    return Rows(**tables)


def _order(row: Any) -> Any:
    return getattr(row, "order", None) or getattr(row, "version", 0) or 0


@given(tellings())
def test_the_rows_do_not_depend_on_how_the_events_are_told(batches: list[list[Event]]) -> None:
    assert kept([project(batch) for batch in batches]) == kept([project(EVENTS)])


def test_a_whole_story_becomes_one_row_of_each_thing() -> None:
    rows = project(STORIES[0].all())
    assert [len(getattr(rows, field.name)) for field in fields(Rows)] == [1, 1, 1, 0, 0, 12, 2, 1, 12, 0, 0]


def test_a_ticket_row_is_its_newest_version() -> None:
    story = STORIES[0]
    row = project([story.resolved(), *story.opened()]).tickets[story.ticket_id]
    assert (row.version, row.status, row.number_value) == (5, "resolved", 1)


def test_events_of_one_instant_are_ranked_by_where_they_stand_in_a_clocks_life() -> None:
    story = STORIES[0]
    due = {"metric": "resolution", "due_at": story.at(9)}
    breached = story.event(story.clock(DeadlineBreached, **due, state="breached"), 9)
    started = story.event(story.clock(ClockStarted, **due), 9)
    for told in ([breached, started], [started, breached]):
        (clock,) = project(told).clocks.values()
        assert clock.state == "breached"


def test_a_refusal_says_why_and_which_field() -> None:
    story = STORIES[0]
    refused = MessageRejected(
        message_id=story.message_id, ticket="GD-1", reason="no-such-state", detail="use open", field="to"
    )
    (row,) = project([story.event(refused, 1)]).outcomes.values()
    assert (row.status, row.reason, row.detail, row.field) == ("rejected", "no-such-state", "use open", "to")


def test_the_timeline_leaves_out_the_snapshot_that_the_ticket_row_has() -> None:
    story = STORIES[0]
    (row,) = project([story.resolved()]).timeline.values()
    assert "requester" not in row.data
    assert (row.source, row.version, row.actor) == ("tickets", 5, "agent:li.wei")


def test_what_follows_from_a_ticket_event_of_the_same_instant_comes_after_it() -> None:
    story = STORIES[0]
    rows = project([*story.clocks(), *story.opened()]).timeline.values()
    ordered = sorted((row.recorded_at, row.place, row.source) for row in rows)
    assert [source for _, _, source in ordered[:5]] == ["tickets"] * 4 + ["sla"]


def test_a_text_that_no_column_can_keep_is_made_readable() -> None:
    story = WholeStory(7, subject="before\x00after")
    assert project([story.received()]).messages[story.message_id].subject == "before\ufffdafter"


def test_numbers_sort_by_their_digits() -> None:
    assert [number_value(text) for text in ("GD-1024", "WB-7", "GD-", "odd", "GD-" + "9" * 30)] == [1024, 7, 0, 0, 0]
