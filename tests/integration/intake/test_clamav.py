"""The virus scanner: one suite for the fake and, where it is installed, the real daemon."""

from collections.abc import AsyncIterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest

from gongdan.intake.adapters.clamav import ClamAv
from gongdan.shared.errors import RetryLater
from tests.kit.clamd import EICAR, clamd, fake_clamd, real_clamd
from tests.ports import free_port


@pytest.fixture(params=["fake", "real"])
async def scanner(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[ClamAv]:
    """A scanner that runs."""
    if request.param == "real" and clamd() is None:
        pytest.skip("ClamAV is not installed (`make clamav` does that), so files were shown to the fake scanner only")
    async with fake_clamd() if request.param == "fake" else real_clamd(tmp_path) as address:
        yield ClamAv(address)


async def test_what_is_infected_is_named(scanner: ClamAv) -> None:
    found = await scanner.find(BytesIO(EICAR))
    assert found is not None
    assert found.startswith("Eicar-Test-Signature")


@pytest.mark.parametrize("content", [b"", b"hello", bytes(300_000)], ids=["empty", "short", "in pieces"])
async def test_what_is_clean_is_clean_wherever_reading_had_stopped(scanner: ClamAv, content: bytes) -> None:
    file = BytesIO(content)
    file.read()
    assert await scanner.find(file) is None


async def test_what_is_too_large_to_be_looked_at_is_not_taken_for_clean(scanner: ClamAv) -> None:
    with pytest.raises(RetryLater, match=r"could not look|does not answer"):
        await scanner.find(BytesIO(bytes(6 * 1024 * 1024)))


async def test_while_nobody_answers_nothing_is_taken_for_clean() -> None:
    with pytest.raises(RetryLater, match="does not answer"):
        await ClamAv(f"127.0.0.1:{free_port()}").find(BytesIO(b"hello"))


async def test_a_scanner_that_hangs_is_not_waited_for_for_ever(scanner: ClamAv) -> None:
    with pytest.raises(RetryLater, match="does not answer"):
        await ClamAv(scanner.address, timedelta()).find(BytesIO(b"hello"))
