"""A running api for each test."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from gongdan.shared.embedded.postgres import Postgres
from tests.integration.api.live import Live, running
from tests.kit.databases import template


@pytest.fixture(scope="session")
def tables(postgres_server: Postgres) -> str:
    """A database with the tables of this service."""
    return asyncio.run(template(postgres_server, "api", "gongdan.api.migrations"))


@pytest.fixture
async def live(fresh_database: str, tmp_path: Path) -> AsyncIterator[Live]:
    """api on a database of its own."""
    async with running(fresh_database, tmp_path) as started:
        yield started
