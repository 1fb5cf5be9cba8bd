"""What `/readyz` says: problems stop traffic, what only degrades a service is named and stops nothing."""

from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from gongdan.shared.health import Health, health_routes


async def asked(health: Health) -> tuple[int, dict[str, Any]]:
    """Status and body of `/readyz`."""
    transport = httpx.ASGITransport(Starlette(routes=health_routes(health)))
    async with httpx.AsyncClient(transport=transport, base_url="http://service") as http:
        answer = await http.get("/readyz")
    return answer.status_code, answer.json()


async def test_a_service_is_ready_when_everything_has_started() -> None:
    health = Health("router")
    assert (await asked(health))[0] == 503
    health.ready()
    assert await asked(health) == (200, {"service": "router", "ready": True, "problems": {}, "degraded": {}})


async def test_a_problem_stops_traffic() -> None:
    health = Health("router")
    health.ready()
    health.watch("relay", lambda: "Kafka is away")
    status, body = await asked(health)
    assert (status, body["problems"]) == (503, {"relay": "Kafka is away"})


async def test_what_degrades_a_service_is_named_while_traffic_goes_on() -> None:
    health = Health("router")
    health.ready()
    health.degraded_by("definitions", lambda: "Agent//a: version 2 cannot be read")
    health.degraded_by("others", lambda: None)
    status, body = await asked(health)
    assert (status, body["ready"], body["degraded"]) == (
        200,
        True,
        {"definitions": "Agent//a: version 2 cannot be read"},
    )


@pytest.mark.parametrize(("headers", "status"), [({}, 200), ({"X-Forwarded-For": "203.0.113.9"}, 404)])
async def test_numbers_are_told_only_to_who_does_not_come_through_a_proxy(headers: dict[str, str], status: int) -> None:
    transport = httpx.ASGITransport(Starlette(routes=health_routes(Health("router"))))
    async with httpx.AsyncClient(transport=transport, base_url="http://service") as http:
        assert (await http.get("/metrics", headers=headers)).status_code == status
