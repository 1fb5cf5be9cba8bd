"""Apache Kafka for tests. Where it is not to be had the run says so; on a machine for CI that is a failure.

The conftest of all tests makes them known, so that there is one node for the whole run.
"""

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from gongdan.shared.embedded.stack import Broker
from tests.kafka.emptying import empty
from tests.kafka.jars import NotToBeHad
from tests.kafka.sources import find_source
from tests.kit.summary import tell


def _running(config: pytest.Config, folder: Path) -> Iterator[Broker]:
    source = find_source()
    if isinstance(source, NotToBeHad):
        tell(config, f"NOT tested against Apache Kafka: {source}")
        if os.environ.get("CI"):
            pytest.fail(f"Apache Kafka must run on this machine, but {source}")
        pytest.skip(f"Apache Kafka is not to be had: {source}")
    tell(config, f"tested against {source.said}")
    kafka = source.make(folder)
    try:
        asyncio.run(kafka.start())
        yield kafka
    finally:
        asyncio.run(kafka.stop())


@pytest.fixture(scope="session")
def apache_kafka(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """An Apache Kafka that the whole run shares; use topics and groups of your own names, or `own_apache_kafka`."""
    yield from _running(request.config, tmp_path_factory.mktemp("kafka"))


@pytest.fixture
def own_apache_kafka(apache_kafka: Broker) -> Broker:
    """An Apache Kafka with nothing in it, for one test alone: for whoever uses the real topics or kills it.

    It is the node of the whole run, emptied, for a node takes several seconds of processor to start.
    """
    asyncio.run(empty(apache_kafka))
    return apache_kafka
