"""Replicas of sla-timer on a database of the test's own."""

from collections.abc import AsyncIterator

import pytest

from tests.handlers.sla_timer.floor import Floor


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
