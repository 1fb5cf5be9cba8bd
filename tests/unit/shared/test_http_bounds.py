"""Bounds on connections: who is slow or endless is told so and let go; who is not, notices nothing."""

from collections.abc import AsyncIterator

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from gongdan.shared.http_bounds import HEAD_BYTES, BoundedProtocol
from tests.kit.http_server import say, served

HEAD = b"POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"


class Impatient(BoundedProtocol):
    """Waits for a moment only."""

    patience = 0.1
    look_every = 0.05
    most_connections = 2


async def echo(request: Request) -> PlainTextResponse:
    """What was sent."""
    return PlainTextResponse(await request.body())


@pytest.fixture
async def port() -> AsyncIterator[int]:
    """A server that is impatient."""
    async with served(Starlette(routes=[Route("/", echo, methods=["POST"])]), Impatient) as port:
        yield port


async def test_a_request_that_comes_at_once_is_answered(port: int) -> None:
    answer = await say(port, HEAD + b"Content-Length: 2\r\n\r\nhi")
    assert answer.startswith(b"HTTP/1.1 200")
    assert answer.endswith(b"hi")


@pytest.mark.parametrize(
    "parts",
    [
        (b"",),
        (HEAD,),
        (HEAD + b"Content-Length: 100\r\n\r\nhalf",),
        (HEAD + b"Content-Length: 100\r\n\r\n", *[b"x"] * 20),
        tuple(bytes([one]) for one in HEAD[:40]),
    ],
    ids=["nothing", "half a head", "half a body", "a body by drops", "a head by drops"],
)
async def test_a_request_that_does_not_arrive_is_told_so_and_let_go(port: int, parts: tuple[bytes, ...]) -> None:
    answer = await say(port, *parts, pause=0.02)
    assert b" 408 " in answer.partition(b"\r\n")[0]
    assert b"urn:gongdan:problem:too-slow" in answer


async def test_a_head_without_end_is_cut_off(port: int) -> None:
    answer = await say(port, HEAD, b"X-Long: " + b"x" * (HEAD_BYTES + 10))
    assert b" 431 " in answer.partition(b"\r\n")[0]


async def test_one_connection_too_many_is_told_to_come_back(port: int) -> None:
    class Full(Impatient):
        most_connections = 0

    async with served(Starlette(), Full) as full:
        answer = await say(full, HEAD)
    assert b" 503 " in answer.partition(b"\r\n")[0]
    assert b"Retry-After: 2" in answer
