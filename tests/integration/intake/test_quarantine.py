"""What was set aside: kept with its bytes, shown, and read again when somebody asks."""

from datetime import UTC, datetime
from pathlib import Path
from typing import cast
from uuid import UUID, uuid4

import pytest

from gongdan.intake.adapters.quarantine import PostgresQuarantine
from gongdan.intake.handlers.quarantine import Releasing
from gongdan.intake.ports import Receipt
from gongdan.shared.blobs import Blobs
from gongdan.shared.db.session import Database
from gongdan.shared.errors import FixInput
from tests.integration.intake.desk import Intake, refused

RAW = b"\xff\xfe not a mail at all \x00"
AT = datetime(2026, 3, 2, tzinfo=UTC)
MESSAGE = UUID(int=7)


class FakeReleaser:
    """Understands everything, or nothing."""

    def __init__(self, understands: bool) -> None:
        self.understands = understands
        self.seen: list[tuple[str, bytes, datetime]] = []

    async def release(self, source: str, raw: bytes, received_at: datetime) -> Receipt:
        """Returns a receipt."""
        self.seen.append((source, raw, received_at))
        if not self.understands:
            raise FixInput("unreadable", "it still cannot be read")
        return Receipt(MESSAGE, duplicate=False)


@pytest.fixture
def quarantine(intake: Intake, tmp_path: Path) -> PostgresQuarantine:
    """The quarantine of the running intake."""
    return PostgresQuarantine(cast("Database", intake.service.parts[0]), Blobs(tmp_path / "blobs"))


async def aside(quarantine: PostgresQuarantine, channel: str = "fax") -> UUID:
    """Set the same thing aside."""
    return await quarantine.set_aside(channel, "support", RAW, "broken", "no headers\x00", AT)


async def test_the_same_bytes_are_set_aside_once_and_shown(intake: Intake, quarantine: PostgresQuarantine) -> None:
    assert await aside(quarantine) == await aside(quarantine)
    (entry,) = (await intake.http.get("/intake/v1/quarantine")).json()["quarantine"]
    assert (entry["source"], entry["cause"], entry["detail"], entry["size"]) == (
        "support",
        "broken",
        "no headers",
        len(RAW),
    )


async def test_what_can_be_read_now_becomes_a_message_once(intake: Intake, quarantine: PostgresQuarantine) -> None:
    releaser = FakeReleaser(understands=True)
    releasing = Releasing(quarantine, quarantine.blobs, {"fax": releaser}, intake.clock)
    entry = await aside(quarantine)
    assert await releasing.on_release(entry) == Receipt(MESSAGE, duplicate=False)
    assert await releasing.on_release(entry) == Receipt(MESSAGE, duplicate=True)
    assert releaser.seen == [("support", RAW, AT)]
    assert await releasing.waiting() == []


async def test_what_still_cannot_be_read_stays(intake: Intake, quarantine: PostgresQuarantine) -> None:
    releasing = Releasing(quarantine, quarantine.blobs, {"fax": FakeReleaser(understands=False)}, intake.clock)
    entry = await aside(quarantine)
    with pytest.raises(FixInput):
        await releasing.on_release(entry)
    assert len(await releasing.waiting()) == 1


async def test_what_cannot_be_released_is_told_why(intake: Intake, quarantine: PostgresQuarantine) -> None:
    entry = await aside(quarantine)
    assert refused(await intake.http.post(f"/intake/v1/quarantine/{entry}/release"), 422) == ["channel"]
    assert refused(await intake.http.post(f"/intake/v1/quarantine/{uuid4()}/release"), 404) == ["id"]
    assert refused(await intake.http.post("/intake/v1/quarantine/nothing/release"), 404) == ["id"]
