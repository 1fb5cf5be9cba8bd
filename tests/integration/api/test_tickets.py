"""Tickets: filtered, sorted, paged without gaps; one by its number; what happened to it and why."""

from datetime import datetime
from typing import Any

import pytest

from gongdan.shared.contracts.tickets import TicketSnoozed, TicketWoken
from tests.integration.api.live import Live
from tests.kit.whole_story import WholeStory

STORIES = [
    WholeStory(1, subject="The printer is on fire", priority="urgent"),
    WholeStory(2, subject="100% of disks are full", email="other@example.com", assignee=None),
    WholeStory(3, subject="Cannot sign in", priority="low"),
    WholeStory(4, subject="打印机坏了", priority="urgent"),
    WholeStory(10, subject="Where is my order?"),
]


@pytest.fixture
async def told(live: Live) -> Live:
    """api that has heard all stories; the third ticket is resolved."""
    await live.tell(*(event for story in STORIES for event in story.all()), STORIES[2].resolved())
    return live


async def numbers(live: Live, **filters: Any) -> list[str]:
    answer = await live.client.get("/v1/tickets", params=filters)
    assert answer.status_code == 200, answer.text
    return [item["number"] for item in answer.json()["items"]]


FILTERED: list[tuple[dict[str, Any], list[str]]] = [
    ({}, ["GD-10", "GD-4", "GD-3", "GD-2", "GD-1"]),
    ({"status": "resolved"}, ["GD-3"]),
    ({"status_category": ["new", "resolved"], "sort": "number"}, ["GD-1", "GD-2", "GD-3", "GD-4", "GD-10"]),
    ({"priority": "urgent"}, ["GD-4", "GD-1"]),
    ({"team": "support", "assignee": "-"}, ["GD-2"]),
    ({"assignee": "li.wei", "priority": ["low", "normal"]}, ["GD-10", "GD-3"]),
    ({"category": "hardware", "channel": "email"}, []),
    ({"channel": "api", "workspace": "support", "q": "PRINTER"}, ["GD-1"]),
    ({"requester": "Other@example.com"}, ["GD-2"]),
    ({"q": "100%"}, ["GD-2"]),
    ({"q": "_"}, []),
    ({"q": "打印机"}, ["GD-4"]),
    ({"sort": "created_at", "limit": 2}, ["GD-1", "GD-2"]),
]


async def test_filters_and_orders(told: Live) -> None:
    for filters, found in FILTERED:
        assert await numbers(told, **filters) == found, filters


async def test_priorities_sort_by_urgency_not_by_alphabet(told: Live) -> None:
    answer = (await told.client.get("/v1/tickets?sort=-priority")).json()
    assert [item["priority"] for item in answer["items"]] == ["urgent", "urgent", "normal", "normal", "low"]


async def test_what_is_snoozed_is_left_out_or_all_there_is_until_it_comes_back(told: Live) -> None:
    story = STORIES[1]
    until = story.at(9_000)
    away = TicketSnoozed(ticket=story.snapshot(5, snoozed_until=until), until=until)
    await told.tell(story.on_ticket(away))
    assert await numbers(told, snoozed="true") == ["GD-2"]
    assert await numbers(told, snoozed="false") == ["GD-10", "GD-4", "GD-3", "GD-1"]
    ticket = (await told.client.get("/v1/tickets/GD-2")).json()
    assert datetime.fromisoformat(ticket["snoozed_until"]) == until
    await told.tell(story.on_ticket(TicketWoken(ticket=story.snapshot(6), until=until)))
    assert await numbers(told, snoozed="true") == []


SENSELESS: list[tuple[dict[str, Any], str]] = [
    ({"colour": "red"}, "colour"),
    ({"sort": "colour"}, "sort"),
    ({"priority": "immense"}, "priority.0"),
    ({"limit": 201}, "limit"),
    ({"snoozed": "perhaps"}, "snoozed"),
    ({"cursor": "nonsense"}, "cursor"),
]


async def test_a_question_that_makes_no_sense_is_answered_with_the_field(live: Live) -> None:
    for query, field in SENSELESS:
        answer = await live.client.get("/v1/tickets", params=query)
        assert answer.status_code == 422, query
        assert answer.headers["content-type"] == "application/problem+json"
        complaint = answer.json()["errors"][0]
        assert complaint["field"] == field
        assert complaint["cure"]


async def test_pages_neither_skip_nor_repeat_while_tickets_come_in(told: Live) -> None:
    coming = iter(range(20, 100))
    for sort in ("created_at", "-created_at", "-updated_at", "priority", "-priority", "-number"):
        whole = await numbers(told, sort=sort, limit=200)
        seen: list[str] = []
        cursor: str | None = ""
        while cursor is not None:
            page = {"sort": sort, "limit": 3} | ({"cursor": cursor} if cursor else {})
            answer = (await told.client.get("/v1/tickets", params=page)).json()
            seen += [item["number"] for item in answer["items"]]
            await told.tell(*WholeStory(next(coming), priority="urgent").all())
            cursor = answer["next"] if not set(whole) <= set(seen) else None
        assert [number for number in seen if number in whole] == whole, sort


async def test_a_cursor_of_another_order_is_refused(told: Live) -> None:
    first = (await told.client.get("/v1/tickets", params={"sort": "number", "limit": 1})).json()
    answer = await told.client.get("/v1/tickets", params={"sort": "-number", "cursor": first["next"]})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "cursor")


async def test_the_last_page_says_that_it_is_the_last(told: Live) -> None:
    assert (await told.client.get("/v1/tickets", params={"limit": 5})).json()["next"] is None


async def test_one_ticket_comes_with_its_clocks_and_deliveries(told: Live) -> None:
    found = (await told.client.get("/v1/tickets/gd-1")).json()
    assert (found["number"], found["tags"], found["fields"]) == ("GD-1", ["printer"], {"floor": 3})
    assert found["requester"]["email"] == "customer@example.com"
    assert {clock["metric"]: clock["state"] for clock in found["clocks"]} == {
        "first_response": "breached",
        "resolution": "met",
    }
    assert found["delivery_counts"] == {"sent": 1}
    assert (found["deliveries"][0]["attempt"], found["deliveries"][0]["recipient"]) == (2, "customer@example.com")


async def test_an_old_version_that_comes_late_changes_nothing(told: Live) -> None:
    await told.tell(*STORIES[2].opened())
    assert (await told.client.get("/v1/tickets/GD-3")).json()["status"] == "resolved"


async def test_an_unknown_ticket_is_a_problem(live: Live) -> None:
    for below in ("", "/timeline", "/why"):
        answer = await live.client.get(f"/v1/tickets/GD-999{below}")
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (404, "number")
