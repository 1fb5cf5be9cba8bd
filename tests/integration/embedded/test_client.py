"""The client behind the command line: what it sends, and how it tells a refusal."""

import contextlib
import json
from collections.abc import Callable

import httpx
import pytest

from gongdan.shared.embedded.client import Client, Refused, refusal
from gongdan.shared.embedded.errors import FixSetup


def client(answer: Callable[[httpx.Request], httpx.Response]) -> Client:
    return Client("http://127.0.0.1:1", "token", httpx.MockTransport(answer))


def test_every_request_carries_the_token() -> None:
    seen: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers["Authorization"])
        return httpx.Response(200, json={})

    with client(answer) as door:
        door.get("/v1/tickets")
        door.post("/intake/v1/messages", {})
    assert seen == ["Bearer token", "Bearer token"]


def test_a_form_with_a_file_goes_as_multipart() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        assert request.headers["Content-Type"].startswith("multipart/form-data")
        assert b'filename="photo.png"' in request.read()
        return httpx.Response(202, json={"message_id": "1"})

    with client(answer) as door:
        files = [("file", ("photo.png", b"x", "image/png"))]
        assert door.post_form("/intake/v1/forms/contact/submissions", {"a": "b"}, files) == {"message_id": "1"}


@pytest.mark.parametrize(("method", "asked"), [("get", 3), ("post", 1)])
def test_only_a_read_is_tried_again_when_it_is_told_to_come_back(
    method: str, asked: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gongdan.shared.embedded.client.PAUSES", (0.0, 0.0, 0.0))
    answers = [httpx.Response(503, json={"title": "soon"})] * 2 + [httpx.Response(200, json={"items": []})]
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return answers[len(seen) - 1]

    with client(answer) as door, contextlib.suppress(Refused):
        door.get("/v1/tickets") if method == "get" else door.post("/intake/v1/messages", {})
    assert len(seen) == asked


def test_a_refusal_names_every_field_with_its_cure() -> None:
    problem = {"title": "wrong", "errors": [{"field": "subject", "detail": "is missing", "cure": "add it"}]}
    told = str(refusal(422, json.dumps(problem).encode()))
    assert told == "refused (422): wrong\n  subject: is missing; add it"


@pytest.mark.parametrize("content", [b"", b"<html>", b"[]", b'{"errors": [1]}'])
def test_a_refusal_that_is_no_problem_document_is_told_all_the_same(content: bytes) -> None:
    assert refusal(500, content).status == 500


def test_an_error_of_the_service_is_raised_as_a_refusal() -> None:
    answer = httpx.Response(404, json={"title": "no such ticket"})
    with client(lambda _: answer) as door, pytest.raises(Refused, match="no such ticket"):
        door.get("/v1/tickets/GD-9")


def test_nobody_there_is_told_with_a_cure() -> None:
    def answer(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    with client(answer) as door, pytest.raises(FixSetup, match="gongdan up"):
        door.get("/v1/tickets")
