"""The live stream: complete, in order, resumable; and honest when it cannot be."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import orjson

from gongdan.api.adapters.changes import KEEP, PostgresChanges, PruneChanges
from gongdan.api.domain.recent import KEPT
from tests.integration.api.live import Live
from tests.kit.whole_story import WholeStory

STORY = WholeStory(1)


@asynccontextmanager
async def stream(live: Live, after: int | None = None) -> AsyncIterator[AsyncIterator[dict[str, Any]]]:
    """The events of a stream that begins after a change, or now."""
    headers = {} if after is None else {"Last-Event-ID": str(after)}
    async with live.client.stream("GET", "/v1/events", headers=headers) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        lines = answer.aiter_lines()
        async for line in lines:
            if line.startswith("id: "):
                break
        yield _events(lines)


async def _events(lines: AsyncIterator[str]) -> AsyncIterator[dict[str, Any]]:
    name = ""
    async for line in lines:
        if line.startswith("event: "):
            name = line.removeprefix("event: ")
        if line.startswith("data: "):
            yield {"event": name, **orjson.loads(line.removeprefix("data: "))}


async def take(events: AsyncIterator[dict[str, Any]], count: int) -> list[dict[str, Any]]:
    async with asyncio.timeout(60):
        return [await anext(events) for _ in range(count)]


async def test_changes_arrive_in_order_and_carry_no_content(live: Live) -> None:
    async with stream(live) as events:
        await live.tell(*STORY.all())
        seen = await take(events, 12)
    assert seen[0] == {"event": "change", "type": "TicketOpened", "id": 1, "ticket": "GD-1", "version": 1}
    assert [event["id"] for event in seen] == list(range(1, 13))
    assert {name for event in seen for name in event} == {"event", "type", "id", "ticket", "version"}


async def test_a_stream_resumes_where_it_was_cut(live: Live) -> None:
    await live.tell(*STORY.all())
    async with stream(live, after=4) as events:
        first = await take(events, 8)
        await live.tell(STORY.resolved())
        then = await take(events, 1)
    assert [event["id"] for event in first + then] == list(range(5, 14))


async def test_a_stream_that_begins_now_is_spared_the_past(live: Live) -> None:
    await live.tell(*STORY.all())
    await until_followed(live, 12)
    async with stream(live) as events:
        await live.tell(STORY.resolved())
        assert (await take(events, 1))[0]["type"] == "StatusChanged"


async def test_who_comes_back_from_another_life_is_told_to_start_over(live: Live) -> None:
    await live.tell(*STORY.all())
    await until_followed(live, 12)
    async with stream(live, after=10**9) as events:
        assert (await take(events, 1))[0] == {"event": "reset", "type": "reset", "id": 12}


async def test_too_long_a_backlog_is_not_told_but_reset(live: Live) -> None:
    await fill(live, KEPT + 1)
    async with stream(live, after=0) as events:
        assert (await take(events, 1))[0]["event"] == "reset"
    async with stream(live, after=1) as events:
        assert [event["id"] for event in await take(events, KEPT)] == list(range(2, KEPT + 2))


async def test_what_was_pruned_is_not_passed_over_in_silence(live: Live) -> None:
    await fill(live, 3)
    async with live.database.transaction() as unit:
        await unit.execute("UPDATE changes SET at = at - CAST(:keep AS interval) * 2", {"keep": KEEP})
    await PruneChanges(live.database)()
    replica = PostgresChanges(live.database, asyncio.Event())
    await replica.start()
    assert await replica.position() == 3
    assert await replica.after(1, timedelta()) is None
    assert await replica.after(3, timedelta()) == ()
    await replica.stop()


async def test_a_stream_ends_when_the_service_stops(live: Live) -> None:
    async with stream(live) as events:
        live.service.health.stopping.set()
        async with asyncio.timeout(60):
            assert [event async for event in events] == []


async def fill(live: Live, count: int) -> None:
    """Many changes at once, before anybody looks."""
    async with live.database.transaction() as unit:
        await unit.execute(
            "INSERT INTO changes (type, ticket) SELECT 'TicketOpened', 'GD-1' FROM generate_series(1, :count)",
            {"count": count},
        )
    await until_followed(live, count)


async def until_followed(live: Live, position: int) -> None:
    """Wait until api has read the feed up to a change."""
    (feed,) = (part for part in live.service.parts if isinstance(part, PostgresChanges))
    while await feed.position() < position:
        await asyncio.sleep(0.05)
