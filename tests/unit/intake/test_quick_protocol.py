"""The short way as a protocol: what comes in pieces, one behind the other, while it stops, or never."""

import asyncio
import re
from collections.abc import AsyncIterator
from uuid import UUID

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from gongdan.intake.ports import Receipt
from gongdan.intake.routes.quick import Asked, QuickDoor, QuickProtocol, quick_protocol
from gongdan.shared.errors import FixInput
from gongdan.shared.health import Health
from tests.kit.http_server import say, served

HEAD = b"POST /door HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n"


class FakeHandler:
    """Takes bodies that are numbers, when it is open."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []
        self.open = asyncio.Event()
        self.open.set()

    async def take(self, asked: Asked) -> Receipt:
        """A receipt with the number as id."""
        self.taken.append(asked.body)
        await self.open.wait()
        if not asked.body.isdigit():
            raise FixInput("invalid-input", "no number")
        return Receipt(UUID(int=int(asked.body)), duplicate=False)


async def usual(request: Request) -> PlainTextResponse:
    """What the application behind answers."""
    return PlainTextResponse(b"usual " + await request.body())


@pytest.fixture
def handler() -> FakeHandler:
    """One that is open."""
    return FakeHandler()


@pytest.fixture
def protocol(handler: FakeHandler) -> type[QuickProtocol]:
    """Knows one door."""
    health = Health("test")
    health.ready()
    return quick_protocol([QuickDoor("/door", "door", handler.take)], health)


@pytest.fixture
async def port(protocol: type[QuickProtocol]) -> AsyncIterator[int]:
    """A server that knows it."""
    async with served(application(), protocol) as port:
        yield port


def application() -> Starlette:
    """What answers on the usual way."""
    return Starlette(routes=[Route("/door", usual, methods=["POST"])])


def request(body: bytes, *more: bytes) -> bytes:
    """A whole request."""
    return HEAD % len(body) + b"".join(line + b"\r\n" for line in more) + b"\r\n" + body


def told(heard: bytes) -> list[bytes]:
    """Of each answer the last digit of the number that was taken, or what the usual way said with its first byte."""
    found = re.findall(rb"/v1/messages/[0-9a-f-]*([0-9a-f])\r\n|(usual [^H])", heard)
    return [quick or usually for quick, usually in found]


LAST = request(b"9", b"Connection: close")


async def test_a_body_that_comes_apart_from_its_head_goes_the_short_way(port: int, handler: FakeHandler) -> None:
    whole = request(b"12")
    heard = await say(port, whole[:-2], whole[-2:], LAST, pause=0.05)
    assert handler.taken == [b"12"]
    assert told(heard) == [b"c", b"usual 9"]


async def test_a_body_that_comes_by_drops_goes_the_usual_way(port: int, handler: FakeHandler) -> None:
    whole = request(b"12345", b"Connection: keep-alive")
    heard = await say(port, whole[:-5], whole[-5:-3], whole[-3:], LAST, pause=0.05)
    assert handler.taken == []
    assert told(heard) == [b"usual 1", b"usual 9"]


async def test_what_comes_while_a_request_is_in_work_waits_for_its_turn(port: int, handler: FakeHandler) -> None:
    handler.open.clear()
    asyncio.get_running_loop().call_later(0.3, handler.open.set)
    heard = await say(port, request(b"1"), request(b"x"), request(b"2") + request(b"3") + LAST, pause=0.05)
    assert told(heard) == [b"1", b"usual x", b"usual 2", b"usual 3", b"usual 9"]


async def test_after_the_usual_way_the_short_way_is_open_again(port: int, handler: FakeHandler) -> None:
    heard = await say(port, request(b"x", b"Expect: nothing"), request(b"4"), LAST, pause=0.1)
    assert told(heard) == [b"usual x", b"4", b"usual 9"]
    assert handler.taken == [b"4"]


async def test_a_body_that_never_comes_is_told_so(protocol: type[QuickProtocol]) -> None:
    hurried = type("Hurried", (protocol,), {"patience": 0.1, "look_every": 0.05})
    async with served(application(), hurried) as port:
        heard = await say(port, HEAD % 2 + b"\r\n")
    assert heard.startswith(b"HTTP/1.1 408 ")


async def test_a_connection_that_rests_too_long_is_closed(protocol: type[QuickProtocol]) -> None:
    hurried = type("Hurried", (protocol,), {"look_every": 0.05})
    async with served(application(), hurried, rest=0) as port:
        assert told(await say(port, request(b"5"))) == [b"5"]


async def test_a_server_that_stops_answers_what_it_has_in_work(
    protocol: type[QuickProtocol], handler: FakeHandler
) -> None:
    handler.open.clear()
    async with served(application(), protocol) as port:
        heard = asyncio.create_task(say(port, request(b"6")))
        while not handler.taken:
            await asyncio.sleep(0.01)
        asyncio.get_running_loop().call_later(0.3, handler.open.set)
    assert told(await heard) == [b"6"]
    assert b"connection: close" in await heard
