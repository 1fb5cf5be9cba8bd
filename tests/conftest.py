"""Servers the tests share: one embedded PostgreSQL and one embedded broker for a run, made when first asked for."""

import asyncio
import gc
import os
import shutil
import signal
import tempfile
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType
from typing import Any

import pytest
from hypothesis import settings
from xdist.remote import Producer

from gongdan.shared.embedded.broker import embedded_broker
from gongdan.shared.embedded.layout import DataDir, open_data_dir
from gongdan.shared.embedded.postgres import Postgres
from gongdan.shared.embedded.units import Unit
from tests.kafka.fixtures import apache_kafka, own_apache_kafka
from tests.kit.databases import database_on, forget_safety
from tests.kit.neighbours import Neighbours
from tests.kit.summary import pytest_sessionfinish, pytest_terminal_summary, pytest_testnodedown
from tests.ports import free_port

__all__ = [
    "apache_kafka",
    "own_apache_kafka",
    "pytest_sessionfinish",
    "pytest_terminal_summary",
    "pytest_testnodedown",
]

MEMORY = Path("/dev/shm")
ROOM = 4 * 1024**3

settings.register_profile("repeatable", deadline=None, derandomize=True)
settings.register_profile("exploring", deadline=None)


def _roomy() -> Path | None:
    """A file system in memory where there is one with room; nothing that tests write need outlive the machine."""
    try:
        found = os.statvfs(MEMORY)
    except OSError:
        return None
    usable = os.access(MEMORY, os.W_OK) and not found.f_flag & os.ST_NOEXEC
    return MEMORY if usable and found.f_bavail * found.f_frsize >= ROOM else None


def _interrupt(number: int, frame: FrameType | None) -> None:
    """What Ctrl-C does anyway.

    Where it is Python's own, each asyncio.Runner puts its own in place, and writes out all that its task holds for an
    error message that nobody reads: half of the time of many tests with a service behind them.
    """
    signal.default_int_handler(number, frame)


def pytest_configure(config: pytest.Config) -> None:
    """Give each run a folder of its own: pytest's usual one is closed again to PostgreSQL's user by the next run.

    No property is held to a deadline: how long an example takes says nothing on a busy machine. Examples are the same
    in each run, so that a change is judged by what it changes; `--hypothesis-profile=exploring` draws new ones.
    """
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _interrupt)
    if not config.getoption("--hypothesis-profile"):
        settings.load_profile("repeatable")
    if not config.option.basetemp:
        folder = tempfile.mkdtemp(prefix="gongdan-tests-", dir=_roomy())
        config.option.basetemp = str(Path(folder) / "run")
        config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Look for no cycles among modules and tests as they come: a fifth of the time of collecting them."""
    gc.disable()
    yield
    gc.enable()


def pytest_collection_finish() -> None:
    """Spare the garbage collector the thousands of tests and the modules behind them, which stay to the end."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Neighbours:
    """What shares servers runs in one worker."""
    return Neighbours(config, log)


async def _until_ready(unit: Unit) -> None:
    await unit.start()
    async with asyncio.timeout(60):
        while not await unit.ready():
            await asyncio.sleep(0.05)


def _serve(unit: Unit) -> Callable[[], None]:
    """Start a unit on a loop of its own; returns what stops it."""
    loop = asyncio.new_event_loop()

    def run(work: Coroutine[Any, Any, None]) -> None:
        loop.run_until_complete(work)

    run(_until_ready(unit))

    def stop() -> None:
        run(unit.stop(5))
        loop.close()

    return stop


@pytest.fixture(scope="session")
def data_dir() -> Iterator[DataDir]:
    """A data folder for the servers of this run.

    Not under pytest's own: another run closes that to other users when it starts, PostgreSQL's among them.
    """
    with TemporaryDirectory(prefix="gongdan-tests-", dir=_roomy()) as folder:
        yield open_data_dir(Path(folder))


@pytest.fixture(scope="session")
def postgres_server(data_dir: DataDir) -> Iterator[Postgres]:
    """An embedded PostgreSQL."""
    server = Postgres(data_dir, free_port())
    stop = _serve(server)
    asyncio.run(forget_safety(server))
    yield server
    stop()


@pytest.fixture(scope="session")
def tables() -> str:
    """The database that fresh ones are like: an empty one, unless a folder of tests has its own fixture."""
    return "template1"


@pytest.fixture
async def fresh_database(postgres_server: Postgres, tables: str) -> AsyncIterator[str]:
    """The address (postgresql+asyncpg://…) of a database of this test's own, like that of `tables`."""
    async with database_on(postgres_server, tables) as url:
        yield url


@pytest.fixture(scope="session")
def broker_bootstrap(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """host:port of an embedded broker that the whole run shares; use topics and groups of your own names."""
    port = free_port()
    stop = _serve(embedded_broker(port, Path(tmp_path_factory.mktemp("broker")) / "broker.log"))
    yield f"127.0.0.1:{port}"
    stop()


@pytest.fixture
def own_broker(tmp_path: Path) -> Iterator[str]:
    """host:port of an embedded broker for one test alone: for whoever uses the real topics."""
    port = free_port()
    stop = _serve(embedded_broker(port, tmp_path / "broker.log"))
    yield f"127.0.0.1:{port}"
    stop()
