"""Apache Kafka for tests. Where it is not to be had the run says so; on a machine for CI that is a failure.

A conftest makes them known by importing them.
"""

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kafka.apache_kafka import ApacheKafka
from tests.kafka.jars import NotToBeHad, find_program


def _started(folder: Path) -> ApacheKafka:
    kafka = ApacheKafka(folder)
    try:
        asyncio.run(kafka.start())
    except NotToBeHad as why:
        if os.environ.get("CI"):
            pytest.fail(f"Apache Kafka must run on this machine, but {why}")
        pytest.skip(f"Apache Kafka is not to be had: {why}")
    return kafka


@pytest.fixture(scope="session")
def apache_kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApacheKafka]:
    """An Apache Kafka that the whole run shares; use topics and groups of your own names."""
    kafka = _started(tmp_path_factory.mktemp("kafka"))
    yield kafka
    asyncio.run(kafka.stop())


@pytest.fixture
def own_apache_kafka(tmp_path: Path) -> Iterator[ApacheKafka]:
    """An Apache Kafka for one test alone: for whoever uses the real topics or kills it."""
    kafka = _started(tmp_path / "kafka")
    yield kafka
    asyncio.run(kafka.stop())


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say in one line which Apache Kafka the run had, if any of its tests asked for one."""
    if not find_program.cache_info().currsize and not _asked(terminalreporter):
        return
    try:
        program = find_program()
        terminalreporter.write_line(f"Apache Kafka {program.version} (from {program.source}) was tested against")
    except NotToBeHad as why:
        terminalreporter.write_line(f"NOT tested against Apache Kafka: {why}", yellow=True)


def _asked(reporter: pytest.TerminalReporter) -> bool:
    return any("Apache Kafka" in str(report.longrepr) for report in reporter.stats.get("skipped", ()))
