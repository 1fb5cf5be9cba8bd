"""A deadline that is missed: the ticket becomes more urgent, and all whom its policy names hear of it."""

import asyncio
import base64
import os
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.e2e.desk import Desk
from tests.e2e.receiver import listening

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="session")]

SUBJECT = "escalation test"


async def test_a_missed_deadline_raises_the_priority_asks_for_a_process_and_tells_all_whom_it_names(
    desk: Desk, tmp_path: Path
) -> None:
    secret = "whsec_" + base64.b64encode(os.urandom(32)).decode()
    (tmp_path / "secret").write_text(secret)
    async with listening(secret) as partner:
        await desk.define(*escalating(partner.url, f"file:{tmp_path / 'secret'}"))
        ticket = await given_to_crew(desk)
        for name in ("worker", "lead", "duty"):
            await hears_of_it(desk, f"{name}@crew.example.com", ticket)
        async with asyncio.timeout(60):
            while "EscalationReached" not in partner.types(ticket):
                await asyncio.sleep(0.1)
            while (await desk.get(f"/v1/tickets/{ticket}"))["priority"] != "high":
                await asyncio.sleep(0.1)
            while not (asked := await desk.get(f"/v1/tickets/{ticket}/timeline", type="ProcessRequested"))["items"]:
                await asyncio.sleep(0.1)
            assert asked["items"][0]["data"]["process"] == "look-into-it"


async def given_to_crew(desk: Desk) -> str:
    """The number of a ticket that the rules gave to the crew: the first one after they came into force."""
    async with asyncio.timeout(60):
        while True:
            body = {"requester": {"email": f"{uuid4().hex}@example.com"}, "subject": SUBJECT, "text": "Nobody answers."}
            ticket = str((await desk.applied(await desk.message(body)))["ticket"])
            while (team := (await desk.get(f"/v1/tickets/{ticket}"))["team"]) is None:
                await asyncio.sleep(0.05)
            if team == "crew":
                return ticket


async def hears_of_it(desk: Desk, address: str, ticket: str) -> None:
    """Wait for the mail that says so, in whichever language the workspace has."""
    async with asyncio.timeout(60):
        while True:
            subjects = [one["subject"] for one in await desk.caught(address)]
            if any(one.startswith(f"[{ticket}") and ("Escalated" in one or "已升级" in one) for one in subjects):
                return
            await asyncio.sleep(0.2)


def escalating(url: str, reference: str) -> list[dict[str, Any]]:
    """A crew with a lead and somebody on call, a policy of a second for it, a partner who hears of escalations only."""
    level = {
        "after": "0m",
        "notify": ["assignee", "lead", "on_call", {"channel": "escalation-partner"}],
        "then": [{"raise_priority": 1}, {"start_process": "look-into-it"}],
    }
    when = f'ticket.subject == "{SUBJECT}"'
    promise = {"order": 2, "when": when, "targets": {"first_response": {"*": "1s"}}, "warn": [], "escalate": [level]}
    rota = {"rota": ["crew-duty"], "first": "2026-01-05"}
    channel = {"kind": "webhook", "url": url, "secretRef": reference, "allow_private": True, "events": []}
    specs = [
        ("Agent", "crew-worker", {"display": "Worker", "email": "worker@crew.example.com"}),
        ("Agent", "crew-lead", {"display": "Lead", "email": "lead@crew.example.com"}),
        ("Agent", "crew-duty", {"display": "Duty", "email": "duty@crew.example.com"}),
        ("Team", "crew", {"members": ["crew-worker"], "lead": "crew-lead", "on_call": rota}),
        ("Process", "look-into-it", {"flow": [{"id": "look", "type": "task", "who": "lead"}]}),
        ("RoutingRule", "to-crew", {"order": 1, "when": when, "then": [{"assign_team": "crew"}], "stop": True}),
        ("Channel", "escalation-partner", channel),
        ("SlaPolicy", "one-second", promise),
    ]
    return [
        {"apiVersion": "gongdan/v1", "kind": kind, "metadata": {"name": name}, "spec": spec}
        for kind, name, spec in specs
    ]
