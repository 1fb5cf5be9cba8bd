"""A router with an empty database for each test."""

from collections.abc import AsyncIterator

import pytest

from tests.handlers.router.world import World, world


@pytest.fixture
async def router(fresh_database: str) -> AsyncIterator[World]:
    """A router on a database of its own."""
    async with world(fresh_database) as made:
        yield made
