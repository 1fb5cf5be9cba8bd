"""`gongdan quarantine` and `gongdan mailboxes`, against a front door in memory."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner

from gongdan.shared.embedded.cli import app
from gongdan.shared.embedded.client import Client
from gongdan.shared.embedded.commands.where import Where

Run = Callable[..., Any]
ENTRY = {"channel": "email", "source": "help@example.com", "cause": "no-header", "detail": "no mail", "size": 7}


class Door:
    """Two entries, one on each page; the second can never be read."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, str]] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """What the front door answers."""
        self.asked.append((request.method, request.url.path, request.content.decode()))
        second = "cursor" in request.url.params
        match request.url.path.removeprefix("/intake/v1/").split("/"):
            case ["quarantine"]:
                entry: dict[str, Any] = ENTRY | {"id": "b" if second else "a", "received_at": "2026-03-02T09:00:00Z"}
                return httpx.Response(200, json={"quarantine": [entry], "next": None if second else "c"})
            case ["quarantine", "release"]:
                refused = [{"id": "b", "why": "no mail"}] if second else []
                page = {"released": int(not second), "wanted": 0, "refused": refused, "next": None if second else "c"}
                return httpx.Response(200, json=page)
            case ["quarantine", _, "release"]:
                return httpx.Response(202, json={"message_id": None})
            case ["quarantine", _, "raw"]:
                return httpx.Response(200, content=b"\xff\x00\r\n")
            case ["mailboxes"]:
                return httpx.Response(200, json={"mailboxes": [{"name": "help", "state": "failing"}]})
        return httpx.Response(200, json={})


@pytest.fixture
def door() -> Door:
    return Door()


@pytest.fixture
def run(door: Door, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setattr(Where, "client", lambda _: Client("http://front", "t", httpx.MockTransport(door)))
    monkeypatch.setenv("COLUMNS", "200")
    return lambda *words: CliRunner().invoke(app, words)


def test_all_pages_are_listed(run: Run) -> None:
    shown = run("quarantine", "list", "--cause", "no-header")
    assert shown.exit_code == 0, shown.output
    assert [line.split()[0] for line in shown.stdout.splitlines()] == ["id", "a", "b"]


def test_all_that_fit_are_released_and_what_stays_is_named(run: Run) -> None:
    done = run("quarantine", "release", "--cause", "no-header")
    assert "1 released" in done.stdout
    assert "b stays: no mail" in done.output


def test_one_is_released_discarded_and_given_as_it_came(run: Run, door: Door) -> None:
    assert "a is fetched from its mailbox soon" in run("quarantine", "release", "a").stdout
    assert run("quarantine", "discard", "a", "--reason", "advertising").stdout == "a discarded\n"
    assert door.asked[-1] == ("POST", "/intake/v1/quarantine/a/discard", '{"reason":"advertising"}')
    assert run("quarantine", "raw", "a").stdout_bytes == b"\xff\x00\r\n"


def test_mailboxes_are_listed(run: Run) -> None:
    assert run("mailboxes").stdout.splitlines()[1].split()[:2] == ["help", "failing"]
