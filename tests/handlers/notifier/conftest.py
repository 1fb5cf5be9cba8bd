"""A database with notifier's tables for each test."""

import asyncio

import pytest

from gongdan.shared.embedded.postgres import Postgres
from tests.kit.databases import template


@pytest.fixture(scope="session")
def tables(postgres_server: Postgres) -> str:
    """A database with the tables of this service."""
    return asyncio.run(template(postgres_server, "notifier", "gongdan.notifier.migrations"))
