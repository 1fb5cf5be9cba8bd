"""Cursors come back as they were written, and nothing else comes back at all."""

from datetime import UTC

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongdan.api.domain.queries import (
    TicketCursor,
    TicketQuery,
    TimelineCursor,
    TimelineQuery,
    read_cursor,
    ticket_cursor,
    timeline_cursor,
    write_cursor,
)
from gongdan.shared.errors import FixInput

MOMENTS = st.datetimes(timezones=st.just(UTC))


@given(st.builds(TicketCursor, key=st.integers() | MOMENTS))
def test_a_ticket_cursor_comes_back_as_it_was(cursor: TicketCursor) -> None:
    assert read_cursor(TicketCursor, write_cursor(cursor)) == cursor


@given(st.builds(TimelineCursor, recorded_at=MOMENTS))
def test_a_timeline_cursor_comes_back_as_it_was(cursor: TimelineCursor) -> None:
    assert read_cursor(TimelineCursor, write_cursor(cursor)) == cursor


@given(st.text(max_size=400))
def test_a_made_up_cursor_is_refused(text: str) -> None:
    for ask in (
        lambda: ticket_cursor(TicketQuery(cursor=text)),
        lambda: timeline_cursor(TimelineQuery(cursor=text)),
    ):
        with pytest.raises(FixInput, match="cursor"):
            ask()
