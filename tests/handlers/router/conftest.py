"""A router with an empty database for each test."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from gongdan.shared.embedded.postgres import Postgres
from tests.handlers.router.world import World, world
from tests.kit.databases import template


@pytest.fixture(scope="session")
def tables(postgres_server: Postgres) -> str:
    """A database with the tables of this service."""
    return asyncio.run(template(postgres_server, "router", "gongdan.router.migrations"))


@pytest.fixture
async def router(fresh_database: str) -> AsyncIterator[World]:
    """A router on a database of its own."""
    async with world(fresh_database) as made:
        yield made
