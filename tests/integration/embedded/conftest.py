"""A data folder whose PostgreSQL has been started before: only the tests of first starts need to make one."""

import asyncio

import pytest

from gongdan.shared.embedded.layout import DataDir
from tests.kit.prepared import prepare


@pytest.fixture(scope="session")
def started_before(tmp_path_factory: pytest.TempPathFactory) -> DataDir:
    """A folder to be copied, with a database that is empty."""
    return asyncio.run(prepare(tmp_path_factory.mktemp("started-before") / "data", ()))
