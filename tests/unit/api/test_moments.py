"""When a ticket counts as answered, and as resolved."""

from datetime import datetime
from typing import Any

import pytest

from gongdan.api.domain.moments import answer_row, resolution_row
from gongdan.shared.contracts.messages import Automatic
from gongdan.shared.contracts.registry import Event
from gongdan.shared.contracts.tickets import TicketEvent, TicketOpened
from tests.kit.whole_story import WholeStory

STORY = WholeStory(1)


def resolved_at(data: TicketEvent) -> datetime | str | None:
    """What an event says of it."""
    event: Event = STORY.on_ticket(data)
    row = resolution_row(event.envelope, data)
    return row.resolved_at if row else "nothing"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("new", "resolved", STORY.at(2)),
        ("waiting", "closed", STORY.at(2)),
        ("resolved", "closed", "nothing"),
        ("resolved", "open", None),
        ("closed", "new", None),
        ("open", "waiting", "nothing"),
    ],
)
def test_a_ticket_is_resolved_when_it_first_ends_and_no_more_when_it_opens_again(
    old: str, new: str, expected: object
) -> None:
    assert resolved_at(STORY.moved(2, old_category=old, new_category=new)) == expected


def test_a_ticket_that_begins_resolved_was_resolved_then() -> None:
    opened = TicketOpened(ticket=STORY.snapshot(1, status_category="closed"), message_id=STORY.message_id)
    assert resolved_at(opened) == STORY.at(1)
    assert resolved_at(opened.model_copy(update={"ticket": STORY.snapshot(1)})) == "nothing"


@pytest.mark.parametrize(
    ("changes", "counts"),
    [
        ({}, True),
        ({"direction": "in"}, False),
        ({"visibility": "internal"}, False),
        ({"automatic": Automatic.AUTO_REPLY}, False),
    ],
)
def test_only_what_a_person_says_to_the_requester_is_an_answer(changes: dict[str, Any], counts: bool) -> None:
    data = STORY.replied(3, **changes)
    assert bool(answer_row(STORY.on_ticket(data).envelope, data)) is counts
