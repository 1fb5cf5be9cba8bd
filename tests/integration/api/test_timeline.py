"""What happened to a ticket, in pages; and why, from the raw message to what was sent."""

from datetime import datetime
from typing import Any

import pytest

from gongdan.shared.ids import ticket_event_id
from tests.integration.api.live import Live
from tests.kit.whole_story import WholeStory

STORY = WholeStory(1)


@pytest.fixture
async def told(live: Live) -> Live:
    """api that has heard one story, twice and backwards."""
    await live.tell(*reversed(STORY.all()))
    await live.tell(*STORY.all())
    return live


async def walk(live: Live, order: str) -> list[dict[str, Any]]:
    """The timeline, page by page."""
    seen: list[dict[str, Any]] = []
    params: dict[str, Any] = {"order": order, "limit": 5}
    while True:
        page = (await live.client.get("/v1/tickets/GD-1/timeline", params=params)).json()
        seen += page["items"]
        if page["next"] is None:
            return seen
        params["cursor"] = page["next"]


async def test_the_timeline_tells_everything_once_and_in_order(told: Live) -> None:
    events = await walk(told, "asc")
    assert [event["type"] for event in events[:4]] == [
        "TicketOpened",
        "MessageAdded",
        "TicketClassified",
        "TicketAssigned",
    ]
    assert len({event["id"] for event in events}) == len(events) == 12
    times = [datetime.fromisoformat(event["recorded_at"]) for event in events]
    assert times == sorted(times)


async def test_the_timeline_can_be_read_backwards(told: Live) -> None:
    assert await walk(told, "desc") == (await walk(told, "asc"))[::-1]


async def test_an_event_tells_who_what_and_by_which_definitions(told: Live) -> None:
    classified = (await walk(told, "asc"))[2]
    assert classified["actor"] == "system:router"
    assert classified["decided_by"] == [{"kind": "RoutingRule", "name": "printers", "version": 3}]
    assert classified["data"]["category"] == "hardware"
    assert "ticket" not in classified["data"]


async def test_a_cursor_does_not_turn_round(told: Live) -> None:
    first = (await told.client.get("/v1/tickets/GD-1/timeline?limit=1")).json()
    turned = {"order": "desc", "cursor": first["next"]}
    answer = await told.client.get("/v1/tickets/GD-1/timeline", params=turned)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "cursor")


async def test_why_leads_from_the_raw_message_to_the_deliveries(told: Live) -> None:
    why = (await told.client.get("/v1/tickets/GD-1/why")).json()
    opened, added, classified, assigned = why["changes"]
    (origin,) = opened["chain"]
    assert (origin["kind"], origin["id"], origin["channel"]) == ("message", str(STORY.message_id), "api")
    assert [effect["type"] for effect in opened["effects"]] == [
        "ClockStarted",
        "ClockStarted",
        "DeliveryQueued",
        "DeliveryFailed",
        "DeliverySent",
        "DeadlineWarned",
        "DeadlineBreached",
        "ClockMet",
    ]
    assert opened["id"] == str(ticket_event_id(STORY.ticket_id, 1))
    assert added["rule"] == "opened"
    assert (classified["trace"][0]["rule"], classified["trace"][0]["matched"]) == ("printers", True)
    assert classified["decided_by"][0]["version"] == 3
    assert assigned["data"]["strategy"] == "round_robin"
    assert why["truncated"] is False
