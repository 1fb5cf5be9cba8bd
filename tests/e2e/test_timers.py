"""Timers of seconds: a snoozed ticket comes back, a resolved one closes, a waiting one is followed up."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from tests.e2e.desk import Desk, Json

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="session")]

WORKSPACE = {
    "apiVersion": "gongdan/v1",
    "kind": "Workspace",
    "metadata": {"name": "hurried"},
    "spec": {
        "number_prefix": "HU",
        "auto_close": {"after": "2s"},
        "follow_up": {"after": "1s", "then": "remind_requester", "most": 2},
    },
}


async def opened(desk: Desk, requester: str) -> str:
    """A ticket in a workspace in which everything takes seconds, once that is in force; its number."""
    body = {"workspace": "hurried", "requester": {"email": requester}, "subject": "Hurry", "text": "Please."}
    async with asyncio.timeout(60):
        while True:
            ticket = str((await desk.applied(await desk.message(body)))["ticket"])
            if ticket.startswith("HU-"):
                return ticket


async def until(desk: Desk, ticket: str, holds: Callable[[Json], bool]) -> Json:
    """The ticket, as soon as this holds of it."""
    async with asyncio.timeout(60):
        while not holds(found := await desk.get(f"/v1/tickets/{ticket}")):
            await asyncio.sleep(0.1)
    return found


async def told(desk: Desk, ticket: str, kind: str) -> list[Json]:
    """The events of this type in a ticket's timeline, oldest first, once there are any; topics are read apart."""
    async with asyncio.timeout(60):
        while True:
            page = await desk.get(f"/v1/tickets/{ticket}/timeline", limit=200)
            if found := [event for event in page["items"] if event["type"] == kind]:
                return found
            await asyncio.sleep(0.1)


async def test_a_snoozed_ticket_is_off_the_list_and_comes_back_at_its_time(desk: Desk) -> None:
    await desk.define(WORKSPACE)
    ticket = await opened(desk, f"{uuid4().hex}@example.com")
    back = datetime.now(UTC) + timedelta(seconds=10)
    await desk.applied(await desk.command(ticket, command="snooze", until=back.isoformat()))
    away = await until(desk, ticket, lambda found: found["snoozed_until"] is not None)
    assert datetime.fromisoformat(away["snoozed_until"]) == back
    listed = await desk.get("/v1/tickets", workspace="hurried", snoozed="false")
    assert ticket not in {one["number"] for one in listed["items"]}
    await until(desk, ticket, lambda found: found["snoozed_until"] is None)
    (fired,) = await told(desk, ticket, "TimerFired")
    (woken,) = await told(desk, ticket, "TicketWoken")
    assert (woken["causation_id"], woken["data"]["rule"]) == (fired["id"], "snooze_over")
    assert datetime.fromisoformat(woken["occurred_at"]) == back


async def test_a_resolved_ticket_closes_by_itself_and_says_by_which_definition(desk: Desk) -> None:
    await desk.define(WORKSPACE)
    ticket = await opened(desk, f"{uuid4().hex}@example.com")
    await desk.applied(await desk.command(ticket, command="transition", to="resolved"))
    await until(desk, ticket, lambda found: found["status"] == "closed")
    closed = (await told(desk, ticket, "StatusChanged"))[-1]
    assert closed["data"]["rule"] == "auto_close"
    assert [one["name"] for one in closed["decided_by"]] == ["hurried"]


async def test_whoever_does_not_answer_is_reminded_as_often_as_was_said(desk: Desk) -> None:
    await desk.define(WORKSPACE)
    requester = f"{uuid4().hex}@example.com"
    ticket = await opened(desk, requester)
    await desk.applied(await desk.command(ticket, command="transition", to="pending"))
    async with asyncio.timeout(60):
        # What is acknowledged, then reminded of twice.
        while len([one for one in await desk.caught(requester) if f"[{ticket}" in one["subject"]]) < 3:
            await asyncio.sleep(0.1)
    reminded = await told(desk, ticket, "TicketReminded")
    assert [one["data"]["nth"] for one in reminded] == [1, 2]
