"""Whose address counts: nobody moves a form's limit or gets past a Source's list by a header of their own."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from gongdan.intake.app import build
from gongdan.shared.clock import FakeClock
from gongdan.shared.service import http_server
from tests.integration.intake.conftest import NOW, settings, started
from tests.integration.intake.desk import Intake
from tests.ports import free_port

FORM: dict[str, Any] = {
    "kind": "Form",
    "metadata": {"name": "limited", "workspace": "support"},
    "spec": {"schema": {"type": "object", "properties": {}}, "subject": "x", "guard": {"per_minute": 2}},
}
SOURCE: dict[str, Any] = {
    "kind": "Source",
    "metadata": {"name": "partner", "workspace": "support"},
    "spec": {"verify": {"scheme": "ip_list", "from": ["203.0.113.0/24"]}, "map": {"body": "body.text"}},
}
THEIRS, ALLOWED = "198.51.100.7", "203.0.113.5"


@asynccontextmanager
async def behind(proxy: str, database: str, folder: Path) -> AsyncIterator[httpx.AsyncClient]:
    """A client of an intake that believes one proxy. The client's own address is 127.0.0.1."""
    clock = FakeClock(NOW)
    chosen = {"trusted_proxies": proxy, "http_host": "127.0.0.1", "http_port": free_port()}
    service = build(settings(database, folder).model_copy(update=chosen), clock)
    server = http_server(service)
    async with started(service, ("database", "definitions", "group-commit")), Intake.of(service, clock, database) as it:
        service.health.started = True
        for document in (FORM, SOURCE):
            answer = await it.post("definitions", document)
            assert answer.status_code == 200, answer.text
        serving = asyncio.create_task(server.serve())
        while not server.started:
            await asyncio.sleep(0.01)
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{server.config.port}", trust_env=False) as http:
            yield http
        server.should_exit = True
        await serving


async def sent(http: httpx.AsyncClient, *forwarded: str) -> int:
    """How a submission is answered that names these addresses, each in a header of its own."""
    headers = [("X-Forwarded-For", one) for one in forwarded]
    return (await http.post("/intake/v1/forms/limited/submissions", json={}, headers=headers)).status_code


async def hooked(http: httpx.AsyncClient, *forwarded: str) -> int:
    """The same of a webhook."""
    headers = [("X-Forwarded-For", one) for one in forwarded]
    return (await http.post("/intake/v1/hooks/partner", json={"text": "x"}, headers=headers)).status_code


async def test_who_is_no_proxy_of_ours_is_believed_nothing(database: str, tmp_path: Path) -> None:
    async with behind("192.0.2.1", database, tmp_path) as http:
        assert [await sent(http, f"203.0.113.{number}") for number in range(3)] == [202, 202, 429]
        assert await hooked(http, ALLOWED) == 401


@pytest.mark.parametrize(
    "forged",
    [lambda address: [f"{address}, {THEIRS}"], lambda address: [address, THEIRS]],
    ids=["in one header", "in a header of its own"],
)
async def test_of_what_a_proxy_passes_on_only_the_address_that_it_saw_counts(
    database: str, tmp_path: Path, forged: Any
) -> None:
    async with behind("127.0.0.1", database, tmp_path) as http:
        assert [await sent(http, *forged(f"203.0.113.{number}")) for number in range(3)] == [202, 202, 429]
        assert await sent(http, ALLOWED) == 202
        assert await hooked(http, *forged(ALLOWED)) == 401
        assert await hooked(http, f"{THEIRS}, {ALLOWED}") == 202
