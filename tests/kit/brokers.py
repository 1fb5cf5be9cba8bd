"""Brokers that tests may kill: the embedded one, which forgets everything, and Apache Kafka, which keeps it."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from gongdan.shared.embedded.broker import embedded_broker
from gongdan.shared.embedded.stack import Broker
from tests.ports import free_port


class EmbeddedBroker:
    """The embedded broker behind the same calls as `ApacheKafka`."""

    def __init__(self, folder: Path) -> None:
        self._port = free_port()
        self._unit = embedded_broker(self._port, folder / "broker.log")

    @property
    def bootstrap(self) -> str:
        """host:port."""
        return f"127.0.0.1:{self._port}"

    async def start(self) -> None:
        """Start it, empty, and wait until it answers."""
        await self._unit.start()
        while not await self._unit.ready():
            await asyncio.sleep(0.05)

    async def stop(self) -> None:
        """End it in good order."""
        await self._unit.stop(5)

    async def kill(self) -> None:
        """SIGKILL."""
        self._unit.kill()
        await self._unit.wait()


KINDS = ["embedded", pytest.param("apache", marks=pytest.mark.kafka)]


def _running(request: pytest.FixtureRequest, apache: str, folder: Path) -> Iterator[Broker]:
    if request.param == "apache":
        yield request.getfixturevalue(apache)
        return
    broker = EmbeddedBroker(folder)
    asyncio.run(broker.start())
    yield broker
    asyncio.run(broker.stop())


@pytest.fixture(params=KINDS)
def any_broker(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Broker]:
    """A running broker of this test's own, of each kind in turn; it may be killed."""
    yield from _running(request, "own_apache_kafka", tmp_path)


@pytest.fixture(scope="module", params=KINDS)
def either_broker(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """A running broker that the tests of a file share, of each kind in turn."""
    yield from _running(request, "apache_kafka", tmp_path_factory.mktemp("broker"))
