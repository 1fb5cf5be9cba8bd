"""Killing everything in turn while definitions change: all services end on the same set, that of what was answered."""

import asyncio
from typing import Any

import httpx
import pytest

from gongdan.shared.embedded.stack import Stack
from tests.e2e.desk import REVISION, SERVICES

VICTIMS = (*SERVICES, "broker", "intake")
AGENTS = 50

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(600)]


def agents(round_: int) -> list[dict[str, Any]]:
    """All agents, each with the number of the round."""
    return [
        {"kind": "Agent", "metadata": {"name": f"agent-{number}"}, "spec": {"display": f"Round {round_}"}}
        for number in range(AGENTS)
    ]


class Changing:
    """Applies one round after the other, each as often as it takes to be answered."""

    def __init__(self, stack: Stack, http: httpx.AsyncClient) -> None:
        self.stack = stack
        self.http = http
        self.rounds = 0
        self.stopping = False

    async def run(self) -> None:
        """Change definitions until told to stop."""
        while not self.stopping:
            await self.apply(self.rounds + 1)
            self.rounds += 1

    async def apply(self, round_: int) -> int:
        """Apply a round; returns the revision in force then."""
        while True:
            try:
                url = f"{self.stack.front_url}/intake/v1/definitions"
                answer = await self.http.post(url, json=agents(round_))
            except httpx.HTTPError:
                await asyncio.sleep(0.1)
                continue
            if answer.status_code == 200:
                return int(answer.json()["revision"])
            assert answer.status_code in {502, 503, 504}, answer.text
            await asyncio.sleep(0.1)

    async def until(self, rounds: int) -> None:
        """Wait until so many rounds were applied."""
        while self.rounds < rounds:
            await asyncio.sleep(0.02)


async def revision(http: httpx.AsyncClient, stack: Stack, service: str) -> int:
    """What a service has in force."""
    found = REVISION.search((await http.get(f"{stack.url(service)}/metrics")).text)
    return int(float(found[1])) if found else 0


async def test_all_services_end_on_the_same_definitions_whoever_is_killed_meanwhile(stack: Stack) -> None:
    headers = {"Authorization": f"Bearer {stack.admin_token}"}
    async with httpx.AsyncClient(headers=headers, timeout=30, trust_env=False) as http:
        changing = Changing(stack, http)
        work = asyncio.create_task(changing.run())
        for victim in VICTIMS:
            await changing.until(changing.rounds + 3)
            await (stack.kill_broker() if victim == "broker" else stack.kill(victim))
        changing.stopping = True
        await work
        await stack.until_ready()
        await all_agree(http, stack, await changing.apply(changing.rounds))
        found = (await http.get(f"{stack.url('api')}/v1/definitions/Agent")).json()["items"]
        displays = {item["document"]["spec"]["display"] for item in found if item["name"].startswith("agent-")}
        assert displays == {f"Round {changing.rounds}"}


async def all_agree(http: httpx.AsyncClient, stack: Stack, wanted: int) -> None:
    """Wait until every service has a revision in force."""
    for service in SERVICES:
        while (found := await revision(http, stack, service)) != wanted:
            assert found < wanted, service
            await asyncio.sleep(0.05)
