"""One child process: in a group of its own, writing to a log file, ending when its parent ends.

The last holds on Linux, where the kernel tells the child; elsewhere children outlive a parent killed by
SIGKILL. Spawn from the main thread only: it is the starting thread whose end the kernel tells.
"""

import asyncio
import ctypes
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from signal import SIGKILL, Signals

POLL_SECONDS = 0.05
_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


@dataclass(frozen=True, slots=True)
class Command:
    """What to run. `env` is the whole environment; `user` another user to run as (needs root)."""

    name: str
    argv: tuple[str, ...]
    log: Path
    env: Mapping[str, str] = field(default_factory=dict)
    cwd: Path | None = None
    user: str | None = None
    dies_by: Signals = SIGKILL


class Process:
    """A running command. Made by `spawn`."""

    def __init__(self, command: Command, popen: "subprocess.Popen[bytes]") -> None:
        self.command = command
        self._popen = popen

    @classmethod
    def spawn(cls, command: Command) -> "Process":
        """Start it. Raises OSError when the program or the log file cannot be opened."""
        with command.log.open("ab") as log:
            popen = subprocess.Popen(  # noqa: S603 - the command table is ours
                command.argv,
                env=dict(command.env),
                cwd=command.cwd,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                process_group=0,
                preexec_fn=_die_with_parent(command.dies_by),  # noqa: PLW1509 - only calls prctl and getppid
                user=command.user,
                group=command.user,
                extra_groups=[] if command.user else None,
            )
        return cls(command, popen)

    @property
    def pid(self) -> int:
        """The process id, also the id of its group."""
        return self._popen.pid

    @property
    def status(self) -> int | None:
        """The exit status, negative for the signal that ended it; None while it runs."""
        return self._popen.poll()

    async def wait(self) -> int:
        """The exit status, once it has ended."""
        while (status := self._popen.poll()) is None:  # noqa: ASYNC110 - works on every system and loop
            await asyncio.sleep(POLL_SECONDS)
        return status

    def signal(self, number: Signals) -> None:
        """Send a signal to the process itself. Harmless when it has ended."""
        self._popen.send_signal(number)

    def kill(self) -> None:
        """End the process and all of its group at once."""
        if self._popen.poll() is None:
            os.killpg(self.pid, SIGKILL)

    async def end(self, asking: Signals, grace: float) -> int:
        """Ask it to end, wait `grace` seconds, then kill it."""
        self.signal(asking)
        try:
            return await asyncio.wait_for(self.wait(), grace)
        except TimeoutError:
            self.kill()
            return await self.wait()


def _die_with_parent(number: Signals) -> Callable[[], None] | None:
    libc, parent = _LIBC, os.getpid()
    if libc is None:
        return None

    def prepare() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, int(number))
        if os.getppid() != parent:
            os._exit(1)  # the parent ended before the kernel was told

    return prepare
