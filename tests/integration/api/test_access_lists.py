"""Pages, definitions and the live stream hold for somebody just what they may see."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import orjson

from tests.integration.api.canaries import CanaryStory
from tests.integration.api.live import Live
from tests.integration.api.people import define, session
from tests.unit.shared.access.given import role

EVERYTHING = {"*": "read"}


async def test_pages_are_full_and_complete_however_few_tickets_may_be_seen(live: Live) -> None:
    stories = [CanaryStory(number, subject=f"number {number}") for number in range(1, 31)]
    await live.tell(*(event for story in stories for event in story.opened()))
    define(live, role("odd", fields=EVERYTHING, scope="ticket.subject.endsWith('7')"))
    headers, seen, cursor = await session(live, "agent:odd"), [], None
    while True:
        query: dict[str, str] = {"sort": "number", "limit": "2"} | ({"cursor": cursor} if cursor else {})
        page = (await live.stranger.get("/v1/tickets", params=query, headers=headers)).json()
        seen.append([item["number"] for item in page["items"]])
        cursor = page["next"]
        if cursor is None:
            break
    assert seen == [["GD-7", "GD-17"], ["GD-27"]]


async def test_definitions_are_read_by_kind(live: Live) -> None:
    define(live, role("reader", definitions={"Role": "read"}))
    headers = await session(live, "agent:reader")
    paths = ("", "/Role", "/Role/reader", "/Agent", "/Agent/reader", "/Agent/reader/history")
    answers: list[httpx.Response] = [
        await live.stranger.get(f"/v1/definitions{path}", headers=headers) for path in paths
    ]
    assert [one.status_code for one in answers] == [200, 200, 200, 403, 403, 403]
    assert {item["kind"] for item in answers[0].json()["items"]} == {"Role"}


async def test_the_live_stream_tells_only_of_what_may_be_seen_and_ends_with_the_session(live: Live) -> None:
    mine, others = CanaryStory(1), CanaryStory(2, email="other@example.com")
    define(
        live,
        role("viewer", fields=EVERYTHING),
        role("contact", fields={"subject": "read"}, scope="ticket.requester.email == actor.email"),
    )
    contact = await session(live, f"contact:email:{mine.email}")
    async with live.stranger.stream("GET", "/v1/events", headers=contact) as answer:
        lines = answer.aiter_lines()
        await live.tell(*others.opened())
        await live.tell(*mine.opened())
        seen = [await _next_data(lines) for _ in range(4)]
        await live.stranger.delete("/auth/session", headers=contact)
        await live.tell(mine.resolved())
        async with asyncio.timeout(60):
            assert [line async for line in lines if line.startswith("data: ")] == []
    assert {(one["type"], one["ticket"]) for one in seen} == {("TicketChanged", "GD-1")}


async def _next_data(lines: AsyncIterator[str]) -> dict[str, Any]:
    async with asyncio.timeout(60):
        async for line in lines:
            if line.startswith("data: "):
                found: dict[str, Any] = orjson.loads(line.removeprefix("data: "))
                return found
    raise AssertionError("the stream ended")
