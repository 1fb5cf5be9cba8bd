"""What `gongdan` prints: tables, what was applied, what cannot be tried or sent."""

import io
import re
import smtplib
from datetime import UTC, datetime, timedelta
from typing import Any, Self

import httpx
import pytest
from typer.testing import CliRunner

from gongdan.shared.embedded import samples
from gongdan.shared.embedded.cli import app
from gongdan.shared.embedded.client import Client
from gongdan.shared.embedded.commands.moments import moment
from gongdan.shared.embedded.commands.tables import cell
from gongdan.shared.embedded.commands.tries import answer_lines
from gongdan.shared.embedded.commands.where import Where
from gongdan.shared.embedded.errors import FixSetup
from gongdan.shared.embedded.preflight import find_offset
from gongdan.shared.errors import Complaint, FixInput
from gongdan.shared.json import loads_object
from gongdan.shared.try_out import TryOut


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "-"),
        ("打印机坏了", "打印机坏了"),
        ("2026-03-02T09:00:00.123456Z", "2026-03-02T09:00:00Z"),
        ("2026-03-02T09:00:00+00:00", "2026-03-02T09:00:00Z"),
        ("2026-03-02T09:00:00+08:00", "2026-03-02T09:00:00+08:00"),
        (["急"], '["急"]'),
        (3, "3"),
    ],
)
def test_a_cell_is_short_and_readable(value: Any, shown: str) -> None:
    assert cell(value) == shown


def test_applying_tells_what_changed_and_counts_the_rest(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    items = [
        {"kind": "Team", "name": "first", "workspace": None, "version": 2, "result": "changed"},
        {"kind": "Team", "name": "second", "workspace": None, "version": 1, "result": "unchanged"},
    ]
    report = {"definitions": items, "doubts": [], "dry_run": False, "revision": 7}
    door = httpx.MockTransport(lambda _: httpx.Response(200, json=report))
    monkeypatch.setattr(Where, "client", lambda _: Client("http://front", "t", door))
    file = tmp_path / "teams.yaml"
    file.write_text("kind: Team\nmetadata: {name: first}\nspec: {}\n")
    shown = CliRunner().invoke(app, ["apply", "-f", str(file)])
    assert shown.stdout.splitlines() == ["Team first changed (version 2)", "1 unchanged", "applied; revision 7"]


def test_a_ticket_is_shown_in_the_order_in_which_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    ticket = {"number": "GD-1", "subject": "打印机坏了", "clocks": [{"metric": "resolution", "cycle": 1}]}
    door = httpx.MockTransport(lambda _: httpx.Response(200, json=ticket))
    monkeypatch.setattr(Where, "client", lambda _: Client("http://front", "t", door))
    shown = CliRunner().invoke(app, ["get", "ticket", "GD-1"])
    lines = ["number: GD-1", "subject: 打印机坏了", "clocks:", "- metric: resolution", "  cycle: 1"]
    assert shown.stdout.splitlines() == lines


def test_what_cannot_be_tried_is_told_by_field_problem_and_cure() -> None:
    def answer(_: str) -> object:
        raise FixInput("wrong", "that is no number", Complaint("number", "has letters", "give digits"))

    out = io.BytesIO()
    assert not answer_lines(TryOut("numbers", answer), [b"x\n"], out)
    complaint = {"field": "number", "problem": "has letters", "cure": "give digits"}
    assert loads_object(out.getvalue()) == {"error": "that is no number", "complaints": [complaint]}


class Taking:
    """A mail server that answers a mail as it was told to."""

    said = b""

    def __init__(self, *_: object, **__: object) -> None:
        pass

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def ehlo(self) -> None:
        """Hello."""

    def mail(self, _: str) -> None:
        """From whom."""

    def rcpt(self, _: str) -> tuple[int, bytes]:
        """To whom."""
        return 250, b"OK"

    def data(self, _: bytes) -> tuple[int, bytes]:
        """What."""
        return 250, self.said


class Picky(Taking):
    """A mail server that knows nobody."""

    def rcpt(self, _: str) -> tuple[int, bytes]:
        """To whom."""
        return 550, b"5.1.1 No such recipient here"


def test_a_mail_that_is_refused_is_told_with_what_the_server_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtplib, "SMTP", Picky)
    mail = samples.mail("lin@example.com", "nobody@example.org", "Printer", "broken")
    with pytest.raises(FixSetup, match=r"nobody@example\.org was not taken \(550 5\.1\.1 No such recipient here\)"):
        samples.send_mail(mail, 25)


@pytest.mark.parametrize(("said", "message_id"), [(b"2.0.0 Kept as 0190-a", "0190-a"), (b"2.0.0 Kept", None)])
def test_a_mail_that_is_taken_is_told_by_its_message(
    monkeypatch: pytest.MonkeyPatch, said: bytes, message_id: str | None
) -> None:
    monkeypatch.setattr(Taking, "said", said)
    monkeypatch.setattr(smtplib, "SMTP", Taking)
    assert samples.send_mail(samples.mail("lin@example.com", "a@example.org", "Printer", "broken"), 25) == message_id


NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "hours_ago"), [("12h", 12), ("2d", 48), ("2026-03-02T09:00:00+08:00", 8), ("2026-03-02T09:00:00Z", 0)]
)
def test_a_moment_is_typed_as_so_long_ago_or_with_its_offset(text: str, hours_ago: int) -> None:
    assert moment(text, NOW) == NOW - timedelta(hours=hours_ago)


@pytest.mark.parametrize("text", ["yesterday", "2026-03-02T09:00:00", ""])
def test_what_is_no_moment_is_told_with_how_to_write_one(text: str) -> None:
    with pytest.raises(FixSetup, match="write 90d, 12h or 2026-03-01"):
        moment(text, NOW)


def test_without_a_broker_what_is_parked_is_told_in_one_line_with_a_cure() -> None:
    done = CliRunner().invoke(app, ["--port-offset", str(find_offset()), "parked", "list"])
    assert done.exit_code == 2
    assert re.fullmatch(r"gongdan: Kafka does not answer at 127\.0\.0\.1:\d+: start .*\n", done.stderr)
