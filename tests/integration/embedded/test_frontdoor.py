"""The front door, between real HTTP clients and real HTTP servers."""

import asyncio
import gzip
import hashlib
import os
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from yarl import URL

from gongdan.shared.embedded import frontdoor
from tests.integration.embedded.upstream import broken, door, echo, events, serving

LIMIT = 300_000


@pytest.fixture
async def client() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        yield session


@pytest.fixture
async def front() -> AsyncIterator[str]:
    async with serving(echo) as intake, serving(echo) as api, door(intake, api, LIMIT) as url:
        yield url


async def seen(
    client: aiohttp.ClientSession,
    url: str,
    headers: dict[str, str] | None = None,
    body: AsyncIterator[bytes] | None = None,
) -> dict[str, Any]:
    """What the service behind the door received."""
    async with client.request("POST" if body else "GET", url, headers=headers, data=body) as answer:
        received: dict[str, Any] = await answer.json()
        return received


@pytest.mark.parametrize(
    ("path", "who"),
    [
        ("/intake/v1/messages", b"intake"),
        ("/intake", b"intake"),
        ("/intake?x=1", b"intake"),
        ("/intakes", b"api"),
        ("/", b"api"),
        ("/v1/tickets?q=%2Fintake", b"api"),
    ],
)
async def test_the_path_decides_who_answers(client: aiohttp.ClientSession, path: str, who: bytes) -> None:
    async def intake(_: web.BaseRequest) -> web.StreamResponse:
        return web.Response(body=b"intake")

    async def api(_: web.BaseRequest) -> web.StreamResponse:
        return web.Response(body=b"api")

    async with serving(intake) as one, serving(api) as other, door(one, other) as url, client.get(url + path) as got:
        assert await got.read() == who


async def test_method_path_and_body_arrive_unchanged(client: aiohttp.ClientSession, front: str) -> None:
    target = URL(front + "/v1/a%2Fb/%E5%B7%A5?x=%20&y=+", encoded=True)
    async with client.put(target, data=b"hello") as answer:
        got = await answer.json()
    assert (got["method"], got["path"], got["length"]) == ("PUT", "/v1/a%2Fb/%E5%B7%A5?x=%20&y=+", 5)


async def test_headers_of_the_connection_stay_behind(client: aiohttp.ClientSession, front: str) -> None:
    headers = {"Connection": "keep-alive, X-Secret", "X-Secret": "1", "TE": "trailers", "X-Kept": "yes"}
    got = await seen(client, front + "/", headers=headers)
    names = {name for name, _ in got["headers"]}
    assert "x-kept" in names
    assert not names & {"connection", "x-secret", "te", "upgrade", "keep-alive"}


async def test_what_a_caller_says_about_its_origin_is_not_believed(client: aiohttp.ClientSession, front: str) -> None:
    headers = {"X-Forwarded-For": "203.0.113.9", "Forwarded": "for=203.0.113.9", "X-Real-IP": "203.0.113.9"}
    got = await seen(client, front + "/", headers=headers)
    values = [(name, value) for name, value in got["headers"] if name in {"x-forwarded-for", "forwarded", "x-real-ip"}]
    assert values == [("x-forwarded-for", "127.0.0.1")]


async def test_all_cookies_of_an_answer_come_back(client: aiohttp.ClientSession, front: str) -> None:
    async with client.get(front + "/") as answer:
        assert answer.headers.getall("Set-Cookie") == ["a=1", "b=2"]
        assert "Keep-Alive" not in answer.headers


async def test_a_long_body_without_a_length_is_streamed_through(client: aiohttp.ClientSession, front: str) -> None:
    chunks = [os.urandom(50_000) for _ in range(5)]

    async def body() -> AsyncIterator[bytes]:
        for chunk in chunks:
            yield chunk

    got = await seen(client, front + "/intake/v1/uploads", body=body())
    assert got["sha256"] == hashlib.sha256(b"".join(chunks)).hexdigest()


@pytest.mark.parametrize("body", [gzip.compress(b"x" * 100), b"not gzip at all"], ids=["it is", "it is not"])
async def test_a_body_said_to_be_compressed_arrives_as_it_is(
    client: aiohttp.ClientSession, front: str, body: bytes
) -> None:
    async with client.post(front + "/intake/v1/messages", data=body, headers={"Content-Encoding": "gzip"}) as answer:
        got = await answer.json()
    assert got["sha256"] == hashlib.sha256(body).hexdigest()
    assert ["content-encoding", "gzip"] in got["headers"]


async def test_a_small_body_that_never_comes_is_not_waited_for(
    client: aiohttp.ClientSession, front: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frontdoor, "ARRIVAL_SECONDS", 0.1)

    async def body() -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.Event().wait()

    async with client.post(front + "/intake/v1/messages", data=body(), headers={"Content-Length": "50"}) as answer:
        assert answer.status == 408
        assert answer.content_type == "application/problem+json"


async def test_a_body_announced_too_long_is_refused_unread(client: aiohttp.ClientSession, front: str) -> None:
    async with client.post(front + "/intake/v1/uploads", data=b"x" * (LIMIT + 1)) as answer:
        assert answer.status == 413
        assert answer.content_type == "application/problem+json"


async def test_a_body_that_turns_out_too_long_is_cut_off(client: aiohttp.ClientSession, front: str) -> None:
    async def body() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b"x" * 50_000

    async with client.post(front + "/intake/v1/uploads", data=body()) as answer:
        assert answer.status == 413


async def test_events_arrive_while_the_stream_is_open(client: aiohttp.ClientSession) -> None:
    go: asyncio.Queue[None] = asyncio.Queue()
    service = events(go, asyncio.Event())
    async with serving(service) as api, door(api, api) as url, client.get(url + "/v1/events") as answer:
        for number in range(3):
            line = await asyncio.wait_for(answer.content.readuntil(b"\n\n"), 60)
            assert line == f"id: {number}\n\n".encode()
            go.put_nowait(None)


async def test_the_service_learns_that_a_listener_has_left(client: aiohttp.ClientSession) -> None:
    gone = asyncio.Event()
    async with serving(events(asyncio.Queue(), gone)) as api, door(api, api) as url:
        async with client.get(url + "/v1/events") as answer:
            await answer.content.readuntil(b"\n\n")
        await asyncio.wait_for(gone.wait(), 60)


async def test_a_service_that_is_away_is_a_503_with_a_time_to_come_back(
    client: aiohttp.ClientSession,
) -> None:
    async with serving(echo) as url:
        away = url
    async with door(away, away) as url, client.get(url + "/v1/tickets") as answer:
        assert (answer.status, answer.headers["Retry-After"]) == (503, "1")
        assert (await answer.json(content_type="application/problem+json"))["status"] == 503


async def test_a_service_that_hangs_up_is_a_502(client: aiohttp.ClientSession) -> None:
    async with serving(broken) as api, door(api, api) as url, client.post(url + "/", data=b"x") as answer:
        assert answer.status == 502


async def test_an_answer_cut_short_is_cut_short_for_the_caller_too(client: aiohttp.ClientSession) -> None:
    async with serving(broken) as api, door(api, api) as url, client.get(url + "/cut") as answer:
        with pytest.raises(aiohttp.ClientError):
            await answer.read()


async def test_heads_redirects_and_empty_answers_pass_as_they_are(client: aiohttp.ClientSession) -> None:
    async def api(request: web.BaseRequest) -> web.StreamResponse:
        if request.method == "HEAD":
            return web.Response(headers={"Content-Length": "12345"})
        status = int(request.path.strip("/"))
        return web.Response(status=status, headers={"Location": "/elsewhere", "ETag": '"1"'})

    async with serving(api) as service, door(service, service) as url:
        async with client.head(url + "/200") as answer:
            assert answer.headers["Content-Length"] == "12345"
        for status in (302, 304, 204):
            async with client.get(f"{url}/{status}", allow_redirects=False) as answer:
                assert (answer.status, answer.headers["Location"], await answer.read()) == (
                    status,
                    "/elsewhere",
                    b"",
                )


async def test_a_compressed_answer_stays_compressed(client: aiohttp.ClientSession) -> None:
    async def api(_: web.BaseRequest) -> web.StreamResponse:
        response = web.Response(text="工单 " * 50_000)
        response.enable_compression(web.ContentCoding.gzip)
        return response

    async with serving(api) as service, door(service, service) as url, client.get(url + "/") as answer:
        assert answer.headers["Content-Encoding"] == "gzip"
        assert await answer.text() == "工单 " * 50_000
