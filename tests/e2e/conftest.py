"""One running installation on each kind of broker for all end-to-end tests, and not beyond them.

It costs processor time even while nobody asks it for anything.
"""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from gongdan.shared.embedded.stack import Broker, Stack
from tests.e2e.desk import Desk


@pytest.fixture(scope="package", params=["embedded", pytest.param("apache", marks=pytest.mark.kafka)])
def broker(request: pytest.FixtureRequest) -> Broker | None:
    """None for the broker that the stack brings along, else an Apache Kafka."""
    return request.getfixturevalue("apache_kafka") if request.param == "apache" else None


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def stack(tmp_path_factory: pytest.TempPathFactory, broker: Broker | None) -> AsyncIterator[Stack]:
    """A stack on free ports."""
    async with Stack(tmp_path_factory.mktemp("stack") / "data", broker=broker) as stack:
        yield stack


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def desk(stack: Stack) -> AsyncIterator[Desk]:
    """The help desk from outside."""
    desk = Desk.of(stack)
    yield desk
    await desk.http.aclose()
