"""A running api for each test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.integration.api.live import Live, running


@pytest.fixture
async def live(fresh_database: str, tmp_path: Path) -> AsyncIterator[Live]:
    """api on a database of its own."""
    async with running(fresh_database, tmp_path) as started:
        yield started
