"""What the supervisor keeps alive: a unit is started, asked whether it is ready, and ended."""

import signal
from collections.abc import Awaitable, Callable
from typing import Protocol

from gongdan.shared.embedded.probe import accepts, get_status
from gongdan.shared.embedded.process import Command, Process

HTTP_OK = 200


class Unit(Protocol):
    """One thing that runs. A unit can be started again after it has ended."""

    @property
    def name(self) -> str:
        """How it is called in messages; its log is `logs/<name>.log`."""
        ...

    async def start(self) -> None:
        """Bring the process into being; it need not be ready yet. Raises FixSetup or OSError."""
        ...

    async def ready(self) -> bool:
        """Whether it does its work now."""
        ...

    async def wait(self) -> int:
        """The exit status, once it has ended."""
        ...

    async def stop(self, grace: float) -> None:
        """End it in good order within `grace` seconds, else at once."""
        ...

    def kill(self) -> None:
        """End it at once, as a crash would."""
        ...

    @property
    def pid(self) -> int | None:
        """The process id while it runs."""
        ...


class ProcessUnit:
    """A unit that is one process, ready when `check` says so."""

    def __init__(self, command: Command, check: Callable[[], Awaitable[bool]]) -> None:
        self.command = command
        self._check = check
        self._process: Process | None = None

    @property
    def name(self) -> str:
        """The command's name."""
        return self.command.name

    @property
    def pid(self) -> int | None:
        """The process id while it runs."""
        return self._process.pid if self._process and self._process.status is None else None

    async def start(self) -> None:
        """Spawn the process."""
        self._process = Process.spawn(self.command)

    async def ready(self) -> bool:
        """Whether it runs and its check passes."""
        return self.pid is not None and await self._check() and self.pid is not None

    async def wait(self) -> int:
        """The exit status; 0 when it was never started."""
        return await self._process.wait() if self._process else 0

    async def stop(self, grace: float) -> None:
        """SIGTERM, then SIGKILL."""
        if self._process:
            await self._process.end(signal.SIGTERM, grace)

    def kill(self) -> None:
        """SIGKILL for its group."""
        if self._process:
            self._process.kill()


def http_ready(port: int, path: str = "/readyz") -> Callable[[], Awaitable[bool]]:
    """A check that passes when GET `path` answers 200."""

    async def check() -> bool:
        return await get_status(port, path) == HTTP_OK

    return check


def port_open(port: int) -> Callable[[], Awaitable[bool]]:
    """A check that passes when something listens on the port."""

    async def check() -> bool:
        return await accepts(port)

    return check
