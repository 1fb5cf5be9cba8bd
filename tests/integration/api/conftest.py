"""A running api for each test."""

import asyncio
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from gongdan.api import app
from gongdan.api.adapters.passwords import Argon2Passwords
from gongdan.shared.embedded.postgres import Postgres
from tests.integration.api.live import Live, running
from tests.kit.databases import template


@pytest.fixture(scope="session")
def tables(postgres_server: Postgres) -> str:
    """A database with the tables of this service."""
    return asyncio.run(template(postgres_server, "api", "gongdan.api.migrations"))


@pytest.fixture(autouse=True)
def quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords as usual, but hashed with the least there is: what is usual takes half of the time of signing in."""
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(app, "Argon2Passwords", partial(Argon2Passwords, hasher))


@pytest.fixture
async def live(fresh_database: str, tmp_path: Path) -> AsyncIterator[Live]:
    """api on a database of its own."""
    async with running(fresh_database, tmp_path) as started:
        yield started
