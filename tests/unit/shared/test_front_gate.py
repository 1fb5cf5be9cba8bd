"""Before a service has started it answers health only."""

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from gongdan.shared.front_gate import FrontGate
from gongdan.shared.health import Health, health_routes


async def _work(_: Request) -> PlainTextResponse:
    return PlainTextResponse("done")


def _client(health: Health) -> httpx.AsyncClient:
    app = Starlette(routes=[Route("/work", _work), *health_routes(health)])
    return httpx.AsyncClient(transport=httpx.ASGITransport(FrontGate(app, health)), base_url="http://test")


async def test_work_is_put_off_until_everything_has_started() -> None:
    health = Health("intake")
    async with _client(health) as client:
        early = await client.get("/work")
        assert (early.status_code, early.headers["retry-after"]) == (503, "1")
        health.ready()
        assert (await client.get("/work")).text == "done"


@pytest.mark.parametrize(("path", "status"), [("/livez", 200), ("/readyz", 503), ("/metrics", 200)])
async def test_health_is_answered_from_the_first_moment(path: str, status: int) -> None:
    async with _client(Health("intake")) as client:
        assert (await client.get(path)).status_code == status
