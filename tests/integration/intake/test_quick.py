"""The short way through the busiest doors says the same as the usual way."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import orjson
import pytest

from tests.integration.intake.desk import TOKEN, Intake, accepted, refused
from tests.kit.clients import client_of
from tests.kit.http_server import say, served

MESSAGE = {"requester": {"email": "a@example.com"}, "subject": "Printer", "text": "It does not print."}
PATH = "/intake/v1/messages"


@pytest.fixture
async def port(intake: Intake) -> AsyncIterator[int]:
    """Intake behind its own protocol."""
    intake.service.health.ready()
    async with served(intake.service.app, intake.service.protocol) as port:
        yield port


@pytest.fixture
async def http(port: int) -> AsyncIterator[httpx.AsyncClient]:
    """A client that is signed in."""
    headers = {"Authorization": f"Bearer {TOKEN}"}
    async with client_of(f"http://127.0.0.1:{port}", headers) as client:
        yield client


def request(body: bytes, *more: bytes) -> bytes:
    """A whole request."""
    named = [b"Host: a", b"Authorization: Bearer " + TOKEN.encode(), b"Content-Length: %d" % len(body), *more]
    return b"POST /intake/v1/messages HTTP/1.1\r\n%s\r\n\r\n%s" % (b"\r\n".join(named), body)


async def test_both_ways_answer_alike(intake: Intake, http: httpx.AsyncClient) -> None:
    key = {"Idempotency-Key": "k-1"}
    quick, usual = await http.post(PATH, json=MESSAGE, headers=key), await intake.http.post(PATH, json=MESSAGE)
    assert accepted(quick) != accepted(usual)
    assert quick.headers.keys() - {"date", "server"} == usual.headers.keys()
    again = await http.post(PATH, json=MESSAGE, headers=key)
    assert again.json() == {"message_id": quick.json()["message_id"], "duplicate": True}
    assert len(await intake.said("MessageReceived")) == 2


@pytest.mark.parametrize(
    ("sent", "status", "fields"),
    [
        ({"content": b'{"text": '}, 400, ["body"]),
        ({"json": {"text": "x"}}, 422, ["requester"]),
        ({"json": MESSAGE, "headers": {"Authorization": "Bearer wrong"}}, 401, ["Authorization"]),
        ({"json": MESSAGE, "headers": {"Idempotency-Key": "x" * 600}}, 422, ["Idempotency-Key"]),
        ({"json": MESSAGE, "headers": {"Content-Encoding": "gzip"}}, 415, ["Content-Encoding"]),
    ],
)
async def test_refusals_are_those_of_the_usual_way(
    http: httpx.AsyncClient, sent: dict[str, Any], status: int, fields: list[str]
) -> None:
    assert refused(await http.post(PATH, **sent), status) == fields


async def test_a_conflict_is_recorded_once_and_refused(intake: Intake, http: httpx.AsyncClient) -> None:
    key = {"Idempotency-Key": "k-1"}
    accepted(await http.post(PATH, json=MESSAGE, headers=key))
    assert refused(await http.post(PATH, json=MESSAGE | {"text": "Other"}, headers=key), 409) == ["Idempotency-Key"]
    assert await intake.count("conflicts") == 1


async def test_requests_sent_one_behind_the_other_are_answered_in_order(port: int) -> None:
    first, second = (orjson.dumps(MESSAGE | {"external_id": name}) for name in ("1", "2"))
    answer = await say(port, request(first) + request(b"{") + request(second, b"Connection: close"))
    assert re.findall(rb"HTTP/1\.1 (\d+)", answer) == [b"202", b"400", b"202"]
    assert answer.count(b"connection: close") == 1


async def test_a_body_in_pieces_is_put_together(port: int) -> None:
    whole = request(orjson.dumps(MESSAGE | {"text": "x" * 150_000}), b"Connection: close")
    answer = await say(port, whole[:50], whole[50:300], whole[300:70_000], whole[70_000:], pause=0.05)
    assert answer.startswith(b"HTTP/1.1 202")


async def test_a_body_of_unknown_length_goes_the_usual_way(http: httpx.AsyncClient) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        yield orjson.dumps(MESSAGE)[:10]
        yield orjson.dumps(MESSAGE)[10:]

    accepted(await http.post(PATH, content=pieces()))


async def test_while_nothing_can_be_kept_everybody_is_told_to_come_back(
    intake: Intake, http: httpx.AsyncClient
) -> None:
    acceptor = next(part for part in intake.service.parts if part.name == "group-commit")
    await acceptor.stop()
    answer = await http.post(PATH, json=MESSAGE)
    assert refused(answer, 503) == []
    assert timedelta(seconds=int(answer.headers["retry-after"])) >= timedelta(seconds=1)


async def test_a_client_that_goes_away_disturbs_nobody(intake: Intake, port: int, http: httpx.AsyncClient) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request(orjson.dumps(MESSAGE)))
    writer.write(request(orjson.dumps(MESSAGE))[:100])
    writer.close()
    accepted(await http.post(PATH, json=MESSAGE))
    assert await intake.count("messages") >= 1


async def test_a_call_goes_the_short_way_too(http: httpx.AsyncClient) -> None:
    call = {"from": "+14155550199", "notes": "Call back.", "call_id": "c-1"}
    accepted(await http.post("/intake/v1/calls", json=call))
