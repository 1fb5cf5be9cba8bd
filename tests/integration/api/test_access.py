"""Nobody gets in without the token or a session made from it; the page is open, and can run nothing but itself."""

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from pydantic import SecretStr
from starlette.routing import BaseRoute

from gongdan.api.app import build
from gongdan.api.routes.gate import is_open
from gongdan.api.settings import ApiSettings
from gongdan.shared.access.tokens import COOKIE
from gongdan.shared.clock import SystemClock
from tests.integration.api.live import TOKEN, Live

OPEN = {
    ("GET", "/"),
    ("GET", "/favicon.ico"),
    ("GET", "/assets/{path:path}"),
    ("POST", "/auth/session"),
    ("DELETE", "/auth/session"),
    ("GET", "/auth/oidc"),
    ("GET", "/auth/oidc/start"),
    ("GET", "/auth/oidc/callback"),
    ("GET", "/v1/receipts/{message_id}"),
    ("GET", "/v1/definitions/schemas"),
    ("GET", "/v1/definitions/schemas/{kind}"),
}


def every_route(routes: Sequence[BaseRoute]) -> Iterator[tuple[str, str]]:
    """Method and path of everything the application answers, health aside."""
    for route in routes:
        if isinstance(route, APIRoute):
            yield from ((method, route.path) for method in route.methods or ())
        elif included := getattr(route, "original_router", None):
            yield from every_route(included.routes)


@pytest.fixture
def app(tmp_path: Any) -> FastAPI:
    """The application, not running."""
    settings = ApiSettings(
        database_url="postgresql+asyncpg://nobody@127.0.0.1:1/none",
        kafka_bootstrap="127.0.0.1:1",
        admin_token=SecretStr(TOKEN),
        blobs_dir=tmp_path,
    )
    app = build(settings, SystemClock()).app
    assert isinstance(app, FastAPI)
    return app


def test_exactly_the_page_sign_in_receipts_and_schemas_are_open(app: FastAPI) -> None:
    assert {route for route in every_route(app.routes) if is_open(route[1])} == OPEN


async def test_every_other_route_is_closed_to_strangers(live: Live) -> None:
    closed = [route for route in every_route(live.service.app.routes) if not is_open(route[1])]
    assert len(closed) >= 10
    for method, path in [*closed, ("GET", "/v1/not-there"), ("GET", "/docs"), ("POST", "/v1/tickets")]:
        for headers in ({}, {"Authorization": "Bearer wrong"}, {"Cookie": f"{COOKIE}=1.2"}):
            answer = await live.stranger.request(method, path.replace("{", "").replace("}", ""), headers=headers)
            assert answer.status_code == 401, (method, path, headers)
            assert answer.headers["content-type"] == "application/problem+json"
            assert answer.headers["www-authenticate"] == "Bearer"


async def test_signing_in_gives_a_cookie_that_scripts_and_other_sites_cannot_use(live: Live) -> None:
    answer = await live.stranger.post("/auth/session", json={"token": TOKEN})
    assert answer.status_code == 204
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert TOKEN not in cookie
    me = (await live.stranger.get("/v1/me")).json()
    assert (me["kind"], me["id"], me["unlimited"]) == ("agent", "admin", True)


async def test_signing_out_ends_the_session_in_this_browser(live: Live) -> None:
    await live.stranger.post("/auth/session", json={"token": TOKEN})
    await live.stranger.delete("/auth/session")
    assert (await live.stranger.get("/v1/me")).status_code == 401


async def test_a_wrong_token_does_not_sign_in(live: Live) -> None:
    for token in ("wrong", "ключ", TOKEN.upper()):
        answer = await live.stranger.post("/auth/session", json={"token": token})
        assert (answer.status_code, "set-cookie" in answer.headers) == (401, False)


async def test_signing_in_with_nothing_says_what_to_send(live: Live) -> None:
    answer = await live.stranger.post("/auth/session", json={})
    assert (answer.status_code, "token" in answer.json()["detail"]) == (422, True)


async def test_the_page_may_run_only_its_own_scripts(live: Live) -> None:
    answer = await live.stranger.get("/")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_a_file_that_did_not_change_is_not_sent_again(live: Live) -> None:
    first = await live.stranger.get("/assets/app.css")
    again = await live.stranger.get("/assets/app.css", headers={"If-None-Match": first.headers["etag"]})
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")


async def test_only_the_pages_own_files_are_served(live: Live) -> None:
    for path in ("../settings.py", "%2e%2e/settings.py", "js/../../settings.py", "none.js"):
        assert (await live.stranger.get(f"/assets/{path}")).status_code in (401, 404)


async def test_an_attachment_is_saved_and_never_shown(live: Live) -> None:
    content = b"<script>alert(1)</script>"
    digest = hashlib.sha256(content).hexdigest()
    (live.blobs / digest[:2]).mkdir()
    (live.blobs / digest[:2] / digest).write_bytes(content)
    answer = await live.client.get(f"/v1/attachments/{digest}", params={"name": '../工单"\r\n.html'})
    assert (answer.status_code, answer.content) == (200, content)
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["x-content-type-options"] == "nosniff"
    disposition = answer.headers["content-disposition"]
    assert disposition.startswith('attachment; filename="')
    assert disposition.endswith("filename*=UTF-8''%E5%B7%A5%E5%8D%95%22%0D%0A.html")


async def test_an_attachment_that_is_not_there_is_a_problem(live: Live) -> None:
    assert (await live.client.get(f"/v1/attachments/{'0' * 64}")).status_code == 404
    assert (await live.client.get("/v1/attachments/..%2f..%2fetc")).status_code in (404, 422)
