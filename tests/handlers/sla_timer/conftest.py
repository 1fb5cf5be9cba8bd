"""Replicas of sla-timer on a database of the test's own."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from gongdan.shared.embedded.postgres import Postgres
from tests.handlers.sla_timer.floor import Floor
from tests.kit.databases import template


@pytest.fixture(scope="session")
def tables(postgres_server: Postgres) -> str:
    """A database with the tables of this service."""
    return asyncio.run(template(postgres_server, "sla_timer", "gongdan.sla_timer.migrations"))


@pytest.fixture
async def floor(fresh_database: str) -> AsyncIterator[Floor]:
    """A replica on an empty schema."""
    one = Floor(fresh_database)
    await one.db.start()
    yield one
    await one.db.stop()


@pytest.fixture
async def twin(floor: Floor) -> AsyncIterator[Floor]:
    """Another replica on the same schema."""
    other = Floor(floor.url)
    yield other
    await other.db.stop()
