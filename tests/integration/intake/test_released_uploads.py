"""Files that a scanner stopped on their way to be attached, released: then they can be attached like any other."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from gongdan.shared.blobs import Blobs
from tests.integration.intake.conftest import scanning
from tests.integration.intake.desk import Intake, accepted, refused
from tests.kit.clamd import EICAR, fake_clamd

UPLOADS = "/intake/v1/uploads"
QUARANTINE = "/intake/v1/quarantine"
FILES = {"file": ("sample.txt", EICAR, "text/plain")}


@pytest.fixture
async def infected(database: str, tmp_path: Path) -> AsyncIterator[Intake]:
    """An intake to which somebody uploaded an infected file."""
    async with fake_clamd() as address, scanning(database, tmp_path, address) as intake:
        answer = await intake.http.post(UPLOADS, files=FILES)
        assert refused(answer, 422) == ["sample.txt"]
        assert str((await waiting(intake))["id"]) in answer.json()["errors"][0]["cure"]
        yield intake


async def waiting(intake: Intake) -> dict[str, Any]:
    """The one thing that waits."""
    (entry,) = (await intake.http.get(QUARANTINE)).json()["quarantine"]
    return dict(entry)


async def release(intake: Intake, entry: str) -> dict[str, Any]:
    """The file that an entry became."""
    answer = await intake.http.post(f"{QUARANTINE}/{entry}/release")
    assert answer.status_code == 202, answer.text
    (file,) = answer.json()["attachments"]
    return dict(file)


async def test_a_released_upload_can_be_attached_under_the_name_it_was_sent_with(
    infected: Intake, tmp_path: Path
) -> None:
    entry = await waiting(infected)
    file = await release(infected, entry["id"])
    assert (file["name"], file["content_type"], file["size"]) == ("sample.txt", "text/plain", len(EICAR))
    assert await Blobs(tmp_path / "blobs").get(file["sha256"]) == EICAR
    named = {"name": file["name"], "content_type": file["content_type"], "sha256": file["sha256"]}
    body = {"requester": {"email": "a@example.com"}, "subject": "Sample", "text": "As asked", "attachments": [named]}
    accepted(await infected.post("messages", body))
    (message,) = await infected.said("MessageReceived")
    assert [one["name"] for one in message["attachments"]] == ["sample.txt"]


async def test_it_is_told_once_who_released_which_file(infected: Intake) -> None:
    entry = await waiting(infected)
    assert await release(infected, entry["id"]) == await release(infected, entry["id"])
    (said,) = await infected.said("QuarantinedFileReleased")
    assert (said["quarantine_id"], said["name"], said["cause"]) == (entry["id"], "sample.txt", "infected")
    assert (await infected.http.get(QUARANTINE)).json()["quarantine"] == []
    (shown,) = (await infected.http.get(QUARANTINE, params={"state": "released"})).json()["quarantine"]
    assert (shown["released_as"], shown["becomes"]["name"]) == (None, "sample.txt")


async def test_what_was_released_cannot_be_discarded_any_more(infected: Intake) -> None:
    entry = await waiting(infected)
    await release(infected, entry["id"])
    answer = await infected.http.post(f"{QUARANTINE}/{entry['id']}/discard", json={"reason": "virus"})
    assert refused(answer, 409) == ["id"]


async def test_released_with_others_it_is_looked_at_again(infected: Intake, database: str, tmp_path: Path) -> None:
    answer = (await infected.http.post(f"{QUARANTINE}/release", params={"source": "uploads"})).json()
    assert (answer["released"], [one["cause"] for one in answer["refused"]]) == (0, ["infected"])


async def test_released_with_others_it_becomes_a_file_once_no_scanner_minds(database: str, tmp_path: Path) -> None:
    async with fake_clamd() as address, scanning(database, tmp_path, address) as intake:
        assert refused(await intake.http.post(UPLOADS, files=FILES), 422) == ["sample.txt"]
    async with scanning(database, tmp_path, None) as intake:
        answer = (await intake.http.post(f"{QUARANTINE}/release", params={"cause": "infected"})).json()
        assert (answer["released"], answer["wanted"], answer["refused"]) == (1, 0, [])
        assert len(await intake.said("QuarantinedFileReleased")) == 1
