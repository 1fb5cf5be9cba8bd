"""A stack of each test's own, on each kind of broker."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from gongdan.shared.embedded.layout import DataDir
from gongdan.shared.embedded.stack import Broker, Stack
from tests.chaos.mailbox import Mailbox, open_mailbox
from tests.kit.prepared import copy_of, prepare


@pytest.fixture(params=["embedded", pytest.param("apache", marks=pytest.mark.kafka)])
def broker(request: pytest.FixtureRequest) -> Broker | None:
    """None for the broker that the stack brings along, else an Apache Kafka."""
    return request.getfixturevalue("own_apache_kafka") if request.param == "apache" else None


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def prepared(tmp_path_factory: pytest.TempPathFactory) -> DataDir:
    """A data folder to be copied."""
    return await prepare(tmp_path_factory.mktemp("prepared") / "data")


@pytest.fixture
async def stack(tmp_path: Path, prepared: DataDir, broker: Broker | None) -> AsyncIterator[Stack]:
    """A stack of this test's own."""
    async with Stack(copy_of(prepared, tmp_path / "data"), broker=broker) as stack:
        yield stack


@pytest.fixture
async def mailbox(tmp_path: Path) -> AsyncIterator[Mailbox]:
    """A mailbox that intake can be told to read."""
    async with open_mailbox(tmp_path) as mailbox:
        yield mailbox
