"""Public forms against robots, floods, infected and untrue files, and full disks."""

import errno
from pathlib import Path
from typing import Any

import pytest

from gongdan.intake.domain.form_guard import zero_bits
from gongdan.shared.blobs import Blobs
from tests.integration.intake.conftest import scanning
from tests.integration.intake.desk import Intake, accepted, refused
from tests.kit.clamd import EICAR, fake_clamd
from tests.kit.files import PNG, PROGRAM

PATH = "/intake/v1/forms/guarded"
SEND = f"{PATH}/submissions"
CONTACT = "/intake/v1/forms/contact/submissions"
ANSWERS = {"email": "a@example.com", "subject": "Printer", "message": "It does not print."}


def form(**guard: Any) -> dict[str, Any]:
    """A form with a guard."""
    schema = {"type": "object", "additionalProperties": False, "properties": {"text": {"type": "string"}}}
    spec = {"schema": schema, "subject": "{text}", "guard": guard}
    return {"kind": "Form", "metadata": {"name": "guarded", "workspace": "support"}, "spec": spec}


async def applied(intake: Intake, *documents: dict[str, Any]) -> None:
    """Apply definitions."""
    for document in documents:
        answer = await intake.post("definitions", document)
        assert answer.status_code == 200, answer.text


async def test_a_stranger_brings_the_token_and_the_work_that_the_form_asks_for(intake: Intake) -> None:
    await applied(intake, form(work=6))
    assert refused(await intake.public.post(SEND, json={"text": "x"}), 403) == ["X-Form-Token"]
    shown = (await intake.public.get(PATH)).json()
    headers = {"X-Form-Token": shown["token"]}
    assert refused(await intake.public.post(SEND, json={"text": "x"}, headers=headers), 403) == ["X-Form-Work"]
    work = next(str(n) for n in range(10_000) if zero_bits(shown["token"], str(n)) >= shown["work"])
    sent = [await intake.public.post(SEND, json={"text": "x"}, headers=headers | {"X-Form-Work": work}) for _ in "12"]
    assert accepted(sent[0]) == accepted(sent[1])
    accepted(await intake.public.post(SEND, data={"text": "x", "_token": shown["token"], "_work": work}))
    assert await intake.count("messages") == 1


async def test_whoever_is_signed_in_is_asked_for_nothing(intake: Intake) -> None:
    await applied(intake, form(work=20, honeypot="website", per_minute=1))
    for _ in range(3):
        accepted(await intake.http.post(SEND, json={"text": "x"}))
    assert "token" not in (await intake.http.get(PATH)).json()


async def test_a_robot_that_fills_in_what_nobody_sees_is_set_aside_and_told_nothing(intake: Intake) -> None:
    await applied(intake, form(honeypot="website"))
    assert (await intake.public.get(PATH)).json()["hidden"] == ["website"]
    accepted(await intake.public.post(SEND, json={"text": "buy", "website": "http://example.com"}))
    accepted(await intake.public.post(SEND, json={"text": "hello", "website": ""}))
    assert await intake.count("messages") == 1
    (entry,) = (await intake.http.get("/intake/v1/quarantine")).json()["quarantine"]
    assert (entry["channel"], entry["source"], entry["cause"]) == ("form", "guarded", "honeypot")


async def test_one_address_submits_so_often_and_another_is_not_held_back(intake: Intake) -> None:
    await applied(intake, form(per_minute=2))
    answers = [await intake.public.post(SEND, json={"text": "x"}) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [202, 202, 429]
    assert answers[2].headers["retry-after"] == "30"
    assert answers[2].json()["type"] == "urn:gongdan:problem:too-often"
    accepted(await intake.public.post(CONTACT, json=ANSWERS))


@pytest.mark.parametrize("declared", ["image/png", "application/pdf"])
async def test_a_program_that_says_it_is_something_else_is_refused_everywhere(intake: Intake, declared: str) -> None:
    files = {"file": ("harmless", PROGRAM, declared)}
    assert refused(await intake.public.post(CONTACT, data=ANSWERS, files=files), 422) == ["file"]
    assert refused(await intake.http.post("/intake/v1/uploads", files=files), 422) == ["file"]
    assert await intake.count("messages") == 0


async def test_a_workspace_bounds_files(intake: Intake) -> None:
    bounds = {"files": {"most": 1, "bytes": 2_000}}
    await applied(intake, {"kind": "Workspace", "metadata": {"name": "support"}, "spec": bounds})
    large = {"file": ("a.txt", b"x" * 2_001, "text/plain")}
    assert refused(await intake.public.post(CONTACT, data=ANSWERS, files=large), 422) == ["file"]
    two = [("file", ("a.txt", b"x", "text/plain"))] * 2
    assert refused(await intake.public.post(CONTACT, data=ANSWERS, files=two), 422) == ["file"]


async def test_a_large_file_is_kept_whole(intake: Intake, tmp_path: Path) -> None:
    content = PNG + bytes(range(256)) * 4 * 5_000
    upload = await intake.http.post("/intake/v1/uploads?name=a.png", content=content)
    (file,) = upload.json()["attachments"]
    assert (file["content_type"], file["size"]) == ("image/png", len(content))
    assert (tmp_path / "blobs" / file["sha256"][:2] / file["sha256"]).read_bytes() == content


@pytest.mark.parametrize("path", [CONTACT, "/intake/v1/uploads"])
async def test_a_full_disk_is_told_and_nothing_is_half_done(
    intake: Intake, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    async def full(*_: object) -> str:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Blobs, "put_file", full)
    answer = await intake.http.post(path, data=ANSWERS, files={"file": ("a.txt", b"x", "text/plain")})
    assert refused(answer, 503) == []
    assert "no room" in answer.json()["title"]
    assert answer.headers["retry-after"] == "60"
    assert await intake.count("messages") == 0


async def test_an_infected_file_is_set_aside_and_the_rest_is_kept(database: str, tmp_path: Path) -> None:
    files = {"file": ("invoice.txt", EICAR, "text/plain")}
    async with fake_clamd() as address, scanning(database, tmp_path, address) as intake:
        accepted(await intake.public.post(CONTACT, data=ANSWERS, files=files))
        assert refused(await intake.http.post("/intake/v1/uploads", files=files), 422) == ["invoice.txt"]
        (message,) = await intake.said("MessageReceived")
        listed = (await intake.http.get("/intake/v1/quarantine")).json()["quarantine"]
    assert message["attachments"] == []
    assert "invoice.txt: Eicar-Test-Signature" in message["text"]
    assert {(one["channel"], one["source"], one["cause"]) for one in listed} == {
        ("form", "contact", "infected"), ("api", "uploads", "infected"),
    }  # fmt: skip
