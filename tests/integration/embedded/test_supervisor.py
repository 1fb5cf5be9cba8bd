"""The supervisor and the stack: real PostgreSQL, broker and front door, with services that only answer `/readyz`."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest

from gongdan.shared.embedded import growth, preflight
from gongdan.shared.embedded.errors import FixSetup
from gongdan.shared.embedded.keeper import Pace
from gongdan.shared.embedded.layout import DataDir
from gongdan.shared.embedded.preflight import find_offset, is_free
from gongdan.shared.embedded.stack import Stack
from gongdan.shared.embedded.supervisor import BASE_GRACE, SERVICE_GRACE
from tests.integration.embedded.fake_services import fake_services
from tests.kit.prepared import copy_of

NAMES = ("postgres", "broker", "front-door", "intake")
EAGER = Pace(poll=0.05, watch=0.2, first_pause=0.05, tries=3)


@pytest.fixture
def folder(tmp_path: Path, started_before: DataDir) -> Path:
    """A data folder of the test's own."""
    return copy_of(started_before, tmp_path / "data")


@pytest.fixture
async def stack(folder: Path) -> AsyncIterator[Stack]:
    async with Stack(folder, services=fake_services(intake="well"), pace=EAGER) as running:
        yield running


def pids(stack: Stack) -> dict[str, int]:
    found = {name: stack.pid(name) for name in NAMES}
    assert all(found.values())
    return {name: pid for name, pid in found.items() if pid}


async def until_gone(numbers: list[int]) -> None:
    async with asyncio.timeout(60):
        while any(psutil.pid_exists(number) for number in numbers):
            await asyncio.sleep(0.05)


@pytest.mark.parametrize("name", NAMES)
async def test_whatever_dies_is_started_again_and_counted(stack: Stack, name: str) -> None:
    before = pids(stack)[name]
    await stack.kill(name)
    await stack.until_ready()
    assert stack.pid(name) not in {None, before}
    assert stack.restarts(name) == 1
    assert [text for who, text in stack.announced if who == name][-1].startswith("ready")


async def test_a_death_is_announced_with_its_last_words(stack: Stack) -> None:
    await stack.kill("intake")
    await stack.until_ready()
    assert any("signal 9" in text and "fake_started" in text for who, text in stack.announced if who == "intake")


async def test_a_broker_that_holds_much_in_memory_is_announced_once(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    def resident(pid: int) -> int:
        asked.append(pid)
        return 2 * growth.MUCH

    monkeypatch.setattr(growth, "_resident", resident)
    async with asyncio.timeout(60):
        while len(asked) < 2:
            await asyncio.sleep(0.05)
    assert set(asked) == {stack.pid("broker")}
    assert [who for who, text in stack.announced if text.startswith("holds 2.0 GiB in memory")] == ["broker"]


async def test_stopping_leaves_nothing_running_and_frees_all_ports(stack: Stack) -> None:
    running = list(pids(stack).values())
    await stack.stop()
    assert [pid for pid in running if psutil.pid_exists(pid)] == []
    assert [port for port in stack.ports.all().values() if not is_free(port)] == []


async def test_a_service_that_ignores_the_request_to_end_is_killed_within_ten_seconds(folder: Path) -> None:
    stack = Stack(folder, services=fake_services(intake="deaf"))
    await stack.start()
    running = list(pids(stack).values())
    async with asyncio.timeout(60):
        await stack.stop()
    assert SERVICE_GRACE + sum(BASE_GRACE.values()) < 10
    assert [pid for pid in running if psutil.pid_exists(pid)] == []


async def test_a_service_that_ends_at_every_start_fails_the_start_and_says_why(folder: Path) -> None:
    stack = Stack(folder, services=fake_services(intake="well", router="dying"), pace=EAGER)
    with pytest.raises(FixSetup, match=r"router ends at every start.*no such setting.*logs/router.log"):
        await stack.start()
    assert [port for port in stack.ports.all().values() if not is_free(port)] == []


async def test_everything_comes_back_after_a_sigkill_of_the_whole_tree(stack: Stack) -> None:
    running = list(pids(stack).values())
    token = stack.admin_token
    await stack.kill_all()
    assert [pid for pid in running if psutil.pid_exists(pid)] == []
    await stack.start()
    assert set(pids(stack).values()).isdisjoint(running)
    assert stack.admin_token == token


async def test_what_is_taken_down_stays_down_until_it_is_brought_back(stack: Stack) -> None:
    await stack.take_down("intake")
    await asyncio.sleep(0.5)
    assert stack.pid("intake") is None
    await stack.bring_back("intake")
    assert stack.pid("intake")


async def test_a_folder_in_use_is_refused_by_name(stack: Stack) -> None:
    second = Stack(stack.data.root, services=fake_services(intake="well"))
    with pytest.raises(FixSetup, match=rf"already runs.*process {os.getpid()}.*GONGDAN_DATA_DIR"):
        await second.start()
    assert stack.pid("postgres")


async def test_two_installations_run_side_by_side(stack: Stack, tmp_path: Path) -> None:
    async with Stack(tmp_path / "other", services=fake_services(intake="well")) as other:
        assert set(pids(stack).values()).isdisjoint(pids(other).values())
        assert stack.admin_token != other.admin_token


async def test_a_taken_port_is_refused_with_who_has_it(stack: Stack, tmp_path: Path) -> None:
    offset = stack.ports.front - 8080
    second = Stack(tmp_path / "other", offset, services=fake_services(intake="well"))
    with pytest.raises(FixSetup, match=rf"port {stack.ports.front}.*is taken by process.*GONGDAN_PORT_OFFSET"):
        await second.start()


async def test_a_full_disk_is_refused_with_a_cure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preflight, "NEEDED_BYTES", 2**62)
    stack = Stack(tmp_path / "data", services=fake_services(intake="well"))
    with pytest.raises(FixSetup, match=r"MB of disk are free.*free disk space"):
        await stack.start()


async def test_children_end_when_the_supervisor_is_killed_and_the_next_start_succeeds(folder: Path) -> None:
    offset = find_offset()
    program = str(Path(__file__).with_name("run_stack.py"))
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(Path.cwd()), *sys.path])}
    supervisor = await asyncio.create_subprocess_exec(
        sys.executable, program, str(folder), str(offset), stdout=-1, env=environment
    )
    assert supervisor.stdout
    running = json.loads(await supervisor.stdout.readline())
    supervisor.send_signal(signal.SIGKILL)
    await supervisor.wait()
    async with Stack(folder, offset, services=fake_services(intake="well")) as stack:
        assert set(pids(stack).values()).isdisjoint(running.values())
        await until_gone(list(running.values()))
