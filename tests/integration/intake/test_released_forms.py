"""What forms set aside, released: submissions of what was taken for a robot, and files that a scanner stopped."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from gongdan.shared.blobs import Blobs
from tests.integration.intake.conftest import scanning
from tests.integration.intake.desk import Intake, accepted, refused
from tests.kit.clamd import EICAR, fake_clamd
from tests.kit.files import PNG

SEND = "/intake/v1/forms/guarded/submissions"
QUARANTINE = "/intake/v1/quarantine"
PHOTO = {"photo": ("a.png", PNG, "image/png")}
BOT = {"text": "Our pump leaks", "website": "filled in by a browser"}


async def defined(intake: Intake, **more: Any) -> None:
    """A form with a hidden field and one for files."""
    photo = {"type": "string", "format": "file"}
    schema = {
        "type": "object",
        "additionalProperties": False,
        "properties": {"text": {"type": "string"}, "photo": photo},
    }
    spec = {"schema": schema, "subject": "{text}", "guard": {"honeypot": "website", **more}}
    document = {"kind": "Form", "metadata": {"name": "guarded", "workspace": "support"}, "spec": spec}
    answer = await intake.post("definitions", document)
    assert answer.status_code == 200, answer.text


async def waiting(intake: Intake) -> list[dict[str, Any]]:
    """What waits in quarantine."""
    return list((await intake.http.get(QUARANTINE)).json()["quarantine"])


async def test_what_was_taken_for_a_robot_becomes_the_message_it_would_have_been(
    intake: Intake, tmp_path: Path
) -> None:
    await defined(intake)
    told = accepted(await intake.public.post(SEND, data=BOT, files=PHOTO))
    came = intake.clock.at
    (entry,) = await waiting(intake)
    assert (entry["cause"], entry["size"] > len(PNG), len(entry["files"])) == ("honeypot", True, 1)
    intake.clock.at = came.replace(hour=came.hour + 3)
    released = accepted(await intake.http.post(f"{QUARANTINE}/{entry['id']}/release"))
    (message,) = await intake.said("MessageReceived")
    assert str(told) == str(released) == message["message_id"]
    assert message["fields"] == {"text": "Our pump leaks", "photo": "a.png"}
    (file,) = message["attachments"]
    assert await Blobs(tmp_path / "blobs").get(file["sha256"]) == PNG
    assert await intake.tables.fetchval("SELECT occurred_at FROM messages") == came
    assert await waiting(intake) == []


async def test_one_click_too_many_is_set_aside_once_and_another_file_is_another_entry(intake: Intake) -> None:
    await defined(intake)
    told = [accepted(await intake.public.post(SEND, data=BOT, files=PHOTO)) for _ in "12"]
    other = {"photo": ("a.png", PNG + b"more", "image/png")}
    told.append(accepted(await intake.public.post(SEND, data=BOT, files=other)))
    assert len(set(told)) == len(await waiting(intake)) == 2


async def test_a_token_makes_it_the_message_of_that_token(intake: Intake) -> None:
    await defined(intake, token=True)
    token = (await intake.public.get("/intake/v1/forms/guarded")).json()["token"]
    headers = {"X-Form-Token": token}
    told = accepted(await intake.public.post(SEND, json=BOT, headers=headers))
    assert accepted(await intake.public.post(SEND, json={"text": BOT["text"]}, headers=headers)) == told
    (entry,) = await waiting(intake)
    assert accepted(await intake.http.post(f"{QUARANTINE}/{entry['id']}/release")) == told
    assert await intake.count("messages") == 1


async def test_released_together_those_stay_that_no_longer_fit_their_form(intake: Intake) -> None:
    await defined(intake)
    accepted(await intake.public.post(SEND, json=BOT))
    accepted(await intake.public.post(SEND, json={**BOT, "unknown": "x"}))
    answer = (await intake.http.post(f"{QUARANTINE}/release", params={"cause": "honeypot"})).json()
    assert (answer["released"], len(answer["refused"])) == (1, 1)
    assert "unknown" in answer["refused"][0]["why"]
    (entry,) = await waiting(intake)
    assert refused(await intake.http.post(f"{QUARANTINE}/{entry['id']}/release"), 422) == ["unknown"]
    await intake.http.delete("/intake/v1/definitions/Form/guarded", params={"workspace": "support"})
    assert refused(await intake.http.post(f"{QUARANTINE}/{entry['id']}/release"), 404) == ["form"]


@pytest.fixture
async def infected(database: str, tmp_path: Path) -> AsyncIterator[Intake]:
    """An intake to which somebody sent a form with two files, of which one is infected."""
    async with fake_clamd() as address, scanning(database, tmp_path, address) as intake:
        answers = {"email": "a@example.com", "subject": "Invoice", "message": "Here it is."}
        files = [("file", ("bad.txt", EICAR, "text/plain"))]
        accepted(await intake.public.post("/intake/v1/forms/contact/submissions", data=answers, files=files))
        yield intake


async def test_a_file_that_the_scanner_stopped_joins_the_message_it_came_with(infected: Intake, tmp_path: Path) -> None:
    (entry,) = await waiting(infected)
    with pytest.raises(KeyError):
        await Blobs(tmp_path / "blobs").get(entry["raw_sha256"])
    accepted(await infected.http.post(f"{QUARANTINE}/{entry['id']}/release"))
    first, second = await infected.said("MessageReceived")
    assert second["conversation_key"] == first["conversation_key"]
    assert second["requester"] == first["requester"]
    (file,) = second["attachments"]
    assert (file["name"], await Blobs(tmp_path / "blobs").get(file["sha256"])) == ("bad.txt", EICAR)
    accepted(await infected.http.post(f"{QUARANTINE}/{entry['id']}/release"))
    assert await infected.count("messages") == 2


async def test_released_together_infected_files_are_looked_at_again(infected: Intake) -> None:
    answer = (await infected.http.post(f"{QUARANTINE}/release")).json()
    assert (answer["released"], [each["cause"] for each in answer["refused"]]) == (0, ["infected"])
    assert "Eicar" in answer["refused"][0]["why"]
    assert await infected.count("messages") == 1
