"""One running installation for all end-to-end tests, with a mailbox on a real IMAP server."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from gongdan.shared.embedded.stack import Stack
from tests.e2e.desk import Desk


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def stack(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stack]:
    """A stack on free ports."""
    async with Stack(tmp_path_factory.mktemp("stack")) as stack:
        yield stack


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def desk(stack: Stack) -> AsyncIterator[Desk]:
    """The help desk from outside."""
    desk = Desk.of(stack)
    yield desk
    await desk.http.aclose()
