"""`gongdan up` as a person meets it: a calm foreground, one Ctrl-C, and errors that are one sentence with a cure."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from gongdan.shared.embedded.layout import open_data_dir
from gongdan.shared.embedded.ports import Ports
from gongdan.shared.embedded.preflight import find_offset, is_free

HERE = Path(__file__).parent


def environment(**settings: object) -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith("GONGDAN_")}
    paths = os.pathsep.join([str(Path.cwd()), *sys.path])
    return own | {"PYTHONPATH": paths} | {name: str(value) for name, value in settings.items()}


def refused(*arguments: str, **settings: object) -> str:
    """What `gongdan up` says on standard error when it cannot start."""
    done = subprocess.run(
        [sys.executable, "-m", "gongdan.shared.embedded.cli", *arguments, "up"],
        env=environment(**settings),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    return done.stderr


@contextmanager
def start_up(folder: Path, offset: int) -> "Iterator[subprocess.Popen[str]]":
    """`gongdan up` with one fake service; ended at the end, whatever happens."""
    program = [sys.executable, str(HERE / "run_up.py"), str(folder), str(offset)]
    with subprocess.Popen(program, env=environment(), stdout=subprocess.PIPE, text=True) as running:
        try:
            yield running
        finally:
            running.kill()


def read_until(running: "subprocess.Popen[str]", words: str) -> Sequence[str]:
    assert running.stdout
    lines = []
    for line in running.stdout:
        lines.append(line)
        if words in line:
            return lines
    raise AssertionError(f"{words!r} was not said: {lines}")


def test_ctrl_c_ends_everything_and_the_folder_starts_again(tmp_path: Path) -> None:
    offset = find_offset()
    for _ in range(2):
        with start_up(tmp_path / "data", offset) as running:
            said = "".join(read_until(running, "Ctrl-C stops everything"))
            assert str(tmp_path / "data" / "admin-token") in said
            assert f"http://127.0.0.1:{8080 + offset}" in said
            children = psutil.Process(running.pid).children(recursive=True)
            assert len(children) >= 4
            running.send_signal(signal.SIGINT)
            assert running.wait(60) == 0
        assert [child for child in children if child.is_running()] == []
        assert all(is_free(port) for port in Ports.shifted(offset).all().values())


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_during_the_start_leaves_nothing_behind(tmp_path: Path, number: signal.Signals) -> None:
    offset = find_offset()
    with start_up(tmp_path / "data", offset) as running:
        read_until(running, "broker")
        running.send_signal(number)
        assert running.wait(60) == 0
    assert all(is_free(port) for port in Ports.shifted(offset).all().values())


def test_a_folder_that_cannot_be_written_to_is_one_line_with_a_cure() -> None:
    assert "set GONGDAN_DATA_DIR" in refused(GONGDAN_DATA_DIR="/dev/null/data")


def test_a_folder_of_another_version_is_one_line_with_a_cure(tmp_path: Path) -> None:
    open_data_dir(tmp_path)
    (tmp_path / "version").write_text("99\n")
    assert "has layout version 99" in refused(GONGDAN_DATA_DIR=tmp_path)


def test_a_folder_of_somebody_else_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear")
    tmp_path.chmod(0o755)
    assert "holds files, and none of them is Gongdan's" in refused(GONGDAN_DATA_DIR=tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]
    assert tmp_path.stat().st_mode & 0o777 == 0o755


def test_a_file_is_refused_as_a_folder(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    assert "is no folder" in refused(GONGDAN_DATA_DIR=tmp_path / "data")


def test_what_an_interrupted_first_start_left_is_taken_over(tmp_path: Path) -> None:
    (tmp_path / ".version.123").write_text("")
    (tmp_path / "lost+found").mkdir()
    assert open_data_dir(tmp_path).admin_token.exists()


def test_an_offset_out_of_range_is_one_line_with_a_cure(tmp_path: Path) -> None:
    assert "choose a number from 0 to" in refused(GONGDAN_DATA_DIR=tmp_path, GONGDAN_PORT_OFFSET=60000)


def test_a_taken_port_is_one_line_that_names_who_has_it(tmp_path: Path) -> None:
    offset = find_offset()
    with socket.create_server(("127.0.0.1", 8082 + offset)):
        said = refused(GONGDAN_DATA_DIR=tmp_path, GONGDAN_PORT_OFFSET=offset)
    assert f"port {8082 + offset}, needed for router, is taken by process {os.getpid()}" in said
    assert "GONGDAN_PORT_OFFSET" in said
