"""How long things stay in quarantine, and how much of them; what goes takes its bytes along."""

from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import cast

import pytest

from gongdan.intake.adapters.quarantine import LOCK, PostgresQuarantine
from gongdan.intake.adapters.quarantine_age import QuarantineAge
from gongdan.intake.ports.quarantine import Aside, Decided
from gongdan.shared import metrics
from gongdan.shared.blobs import Blobs
from gongdan.shared.db.session import Database
from tests.integration.intake.conftest import NOW
from tests.integration.intake.desk import Intake


@pytest.fixture
def quarantine(intake: Intake, tmp_path: Path) -> PostgresQuarantine:
    """The quarantine of the running intake."""
    return PostgresQuarantine(cast("Database", intake.service.parts[0]), Blobs(tmp_path / "blobs" / "quarantine"))


def age_of(quarantine: PostgresQuarantine, intake: Intake, most_bytes: int = 10**9) -> QuarantineAge:
    """What lets go after thirty days."""
    return QuarantineAge(quarantine.db, quarantine.blobs, intake.clock, 30, most_bytes)


def aside(raw: bytes, days: int, source: str = "contact", file: bytes | None = None) -> Aside:
    """Something that was set aside so many days ago."""
    files = [BytesIO(file)] if file else []
    return Aside("form", source, raw, "honeypot", "why", NOW - timedelta(days=days), files=files)


async def left(intake: Intake) -> list[str]:
    """Whose entries are left."""
    return [row["source"] for row in await intake.tables.fetch("SELECT source FROM quarantine ORDER BY source")]


def counted() -> float:
    """How many entries were let go so far."""
    return float(metrics.QUARANTINE_EXPIRED.labels("form", "honeypot")._value.get())


async def test_what_is_too_old_goes_with_its_bytes_and_is_counted(
    intake: Intake, quarantine: PostgresQuarantine, tmp_path: Path
) -> None:
    before = counted()
    await quarantine.put(aside(b"old", 31, "a", file=b"photo"))
    await quarantine.put(aside(b"new", 29, "b"))
    assert await age_of(quarantine, intake)() == timedelta(minutes=10)
    assert await left(intake) == ["b"]
    assert counted() == before + 1
    assert len([path for path in (tmp_path / "blobs" / "quarantine").rglob("*") if path.is_file()]) == 1


async def test_bytes_that_another_entry_has_too_stay(intake: Intake, quarantine: PostgresQuarantine) -> None:
    for raw, file in ((b"same", b"other"), (b"one more", b"same")):
        await quarantine.put(aside(raw, 31, "a", file=file))
    entry = await quarantine.find(await quarantine.put(aside(b"same", 1, "b", file=b"other")))
    await age_of(quarantine, intake)()
    assert await quarantine.content(entry.raw_sha256) == b"same"
    assert await quarantine.content(entry.files[0]) == b"other"


async def test_over_the_bound_of_bytes_what_is_decided_goes_first_and_then_the_oldest(
    intake: Intake, quarantine: PostgresQuarantine
) -> None:
    ids = [await quarantine.put(aside(bytes(100), days, source)) for source, days in (("a", 3), ("b", 2), ("c", 1))]
    await quarantine.discarded(await quarantine.find(ids[2]), "advertising", Decided("agent:first", NOW))
    await age_of(quarantine, intake, 200)()
    assert await left(intake) == ["a", "b"]
    await age_of(quarantine, intake, 199)()
    assert await left(intake) == ["b"]


async def test_while_something_is_set_aside_nothing_is_let_go(intake: Intake, quarantine: PostgresQuarantine) -> None:
    await quarantine.put(aside(b"old", 31, "a"))
    async with quarantine.db.transaction() as unit:
        await unit.execute("SELECT pg_advisory_xact_lock_shared(:lock)", {"lock": LOCK})
        assert await age_of(quarantine, intake)() == timedelta(seconds=5)
        assert await left(intake) == ["a"]
    await age_of(quarantine, intake)()
    assert await left(intake) == []
