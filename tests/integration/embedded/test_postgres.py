"""The embedded PostgreSQL: real servers on real folders, ended in every way there is."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import psutil
import pytest

from gongdan.shared.embedded.errors import FixSetup
from gongdan.shared.embedded.layout import DataDir, open_data_dir
from gongdan.shared.embedded.postgres import Postgres
from tests.kit.prepared import copy_of
from tests.ports import free_port

START_SECONDS = 60


@pytest.fixture
def data(tmp_path: Path, started_before: DataDir) -> DataDir:
    return open_data_dir(copy_of(started_before, tmp_path / "data"))


@pytest.fixture
def empty(tmp_path: Path) -> DataDir:
    """A folder in which nothing was ever started."""
    return open_data_dir(tmp_path / "empty")


@pytest.fixture
async def postgres(data: DataDir) -> AsyncIterator[Postgres]:
    server = Postgres(data, free_port())
    await start(server)
    yield server
    await server.stop(5)


async def start(server: Postgres) -> None:
    await server.start()
    async with asyncio.timeout(START_SECONDS):
        while not await server.ready():
            await asyncio.sleep(0.05)


async def ask(server: Postgres, sql: str) -> object:
    connection = await asyncpg.connect(server.url("postgresql"))
    try:
        return await connection.fetchval(sql)
    finally:
        await connection.close()


def at_work_in(folder: Path) -> list[psutil.Process]:
    """PostgreSQL's processes on a data folder, known by their working folder."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.cwd() == str(folder):
                found.append(process)
        except psutil.Error:
            continue
    return found


async def test_the_first_start_makes_the_database_and_the_second_finds_its_data(empty: DataDir) -> None:
    server = Postgres(empty, free_port())
    try:
        await start(server)
        await ask(server, "CREATE TABLE kept AS SELECT 7 AS x")
        await server.stop(5)
        await start(server)
        assert await ask(server, "SELECT x FROM kept") == 7
    finally:
        await server.stop(5)


async def test_committed_data_outlives_a_sigkill_of_all_its_processes(postgres: Postgres, data: DataDir) -> None:
    await ask(postgres, "CREATE TABLE kept AS SELECT 7 AS x")
    postgres.kill()
    assert await postgres.wait() == -signal.SIGKILL
    assert (data.postgres / "postmaster.pid").exists()
    await start(postgres)
    assert await ask(postgres, "SELECT x FROM kept") == 7


async def test_a_server_left_behind_is_ended_before_a_new_one_starts(postgres: Postgres, data: DataDir) -> None:
    left_behind = postgres.pid
    assert left_behind
    port = int(str(await ask(postgres, "SELECT current_setting('port')")))
    successor = Postgres(data, port)
    await start(successor)
    try:
        assert await ask(successor, "SELECT 1") == 1
        assert await postgres.wait() is not None
        assert left_behind not in {process.pid for process in at_work_in(data.postgres)}
    finally:
        await successor.stop(5)


async def test_a_stale_lock_that_names_another_living_process_does_not_hurt_that_process(
    postgres: Postgres, data: DataDir
) -> None:
    lock = data.postgres / "postmaster.pid"
    lines = lock.read_text().splitlines()
    postgres.kill()
    await postgres.wait()
    lock.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
    await start(postgres)
    assert await ask(postgres, "SELECT 1") == 1


async def test_stopping_leaves_no_process_behind(postgres: Postgres, data: DataDir) -> None:
    assert at_work_in(data.postgres)
    await postgres.stop(5)
    assert at_work_in(data.postgres) == []


async def test_only_who_knows_the_password_gets_in(postgres: Postgres, data: DataDir) -> None:
    assert data.postgres_password.stat().st_mode & 0o777 == 0o600
    wrong = postgres.url("postgresql").replace(data.postgres_password.read_text().strip(), "wrong")
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(wrong)


async def test_it_listens_on_this_machine_only(postgres: Postgres) -> None:
    assert postgres.pid
    listening = psutil.Process(postgres.pid).net_connections("inet")
    assert {connection.laddr[0] for connection in listening} == {"127.0.0.1"}


async def test_it_never_runs_as_root(postgres: Postgres) -> None:
    assert postgres.pid
    assert psutil.Process(postgres.pid).uids().effective != 0


async def test_chinese_text_can_be_searched_by_trigrams(postgres: Postgres) -> None:
    await ask(postgres, "CREATE EXTENSION IF NOT EXISTS pg_trgm")
    assert await ask(postgres, "SELECT '空调报修工单' LIKE '%报修%' AND similarity('报修工单', '报修工单') = 1")


async def test_data_of_another_major_version_is_refused_with_a_cure(postgres: Postgres, data: DataDir) -> None:
    await postgres.stop(5)
    (data.postgres / "PG_VERSION").write_text("11\n")
    with pytest.raises(FixSetup, match=r"PostgreSQL 11.*GONGDAN_DATA_DIR"):
        await postgres.start()


async def test_a_lost_password_is_a_clear_error(postgres: Postgres, data: DataDir) -> None:
    await postgres.stop(5)
    data.postgres_password.unlink()
    with pytest.raises(FixSetup, match="postgres-password is missing"):
        await postgres.start()


async def test_an_interrupted_first_start_does_not_spoil_the_next(empty: DataDir) -> None:
    draft = empty.postgres.with_name("pg.new.123")
    draft.mkdir()
    (draft / "PG_VERSION").write_text("18\n")
    server = Postgres(empty, free_port())
    try:
        await start(server)
        assert await ask(server, "SELECT 1") == 1
        assert not draft.exists()
    finally:
        await server.stop(5)


async def test_own_settings_in_local_conf_win(postgres: Postgres, data: DataDir) -> None:
    await postgres.stop(5)
    (data.postgres / "local.conf").write_text("work_mem = '3MB'\n")
    await start(postgres)
    assert await ask(postgres, "SHOW work_mem") == "3MB"
    assert await ask(postgres, "SHOW synchronous_commit") == "on"
