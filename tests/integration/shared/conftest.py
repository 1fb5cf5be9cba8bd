"""Makes both kinds of broker known to the tests of this folder, and a database to work on."""

from collections.abc import AsyncIterator

import pytest

from gongdan.shared.db.session import Database
from tests.kit import service
from tests.kit.brokers import any_broker, either_broker

__all__ = ["any_broker", "either_broker"]


@pytest.fixture
async def db(fresh_database: str) -> AsyncIterator[Database]:
    """A service's database, its tables made."""
    db = service.database(fresh_database, "source")
    await db.start()
    yield db
    await db.stop()
