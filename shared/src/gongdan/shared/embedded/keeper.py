"""Keeps one unit alive: starts it, tells when it is ready, starts it again after its death."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from gongdan.shared.embedded.errors import FixSetup
from gongdan.shared.embedded.units import Unit

Announce = Callable[[str, str], None]


class State(StrEnum):
    """Where a unit stands."""

    STARTING = "starting"
    READY = "ready"
    NOT_READY = "not ready"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class Pace:
    """How often and how patiently, in seconds. After `tries` deaths before it was ever ready: hopeless.

    What runs and gives no good answer `misses` times in a row is no longer ready; once may be a busy machine.
    """

    poll: float = 0.1
    watch: float = 1.0
    first_pause: float = 0.2
    longest_pause: float = 10.0
    calm: float = 30.0
    tries: int = 5
    misses: int = 3


class Keeper:
    """Runs one unit until stopped. `announce(name, text)` hears of every change of state.

    `last_words` gives what the unit said last, to show beside its death.
    """

    def __init__(
        self, unit: Unit, announce: Announce, pace: Pace | None = None, last_words: Callable[[], str] = str
    ) -> None:
        self.unit = unit
        self.state = State.DOWN
        self.restarts = 0
        self._announce = announce
        self._pace = pace or Pace()
        self._last_words = last_words
        self._ready = asyncio.Event()
        self._was_ready = False
        self._missed = 0
        self._task: asyncio.Task[None] | None = None
        self._watching: asyncio.Task[None] | None = None

    def begin(self) -> None:
        """Start keeping it, in the background."""
        if self._task is None or self._task.done():
            self._was_ready = False
            self._task = asyncio.create_task(self._keep(), name=f"keep {self.unit.name}")

    async def until_ready(self) -> None:
        """Wait until it is ready. Raises FixSetup when it cannot be brought up."""
        if self._task is None:
            raise RuntimeError(f"{self.unit.name} is not being kept")
        waiting = asyncio.create_task(self._ready.wait())
        try:
            await asyncio.wait({waiting, self._task}, return_when=asyncio.FIRST_COMPLETED)
            if self._task.done() and not self._ready.is_set():
                self._task.result()
        finally:
            waiting.cancel()

    async def let_go(self) -> None:
        """Stop keeping it; the process itself goes on."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None
        self._leave()

    async def stop(self, grace: float) -> None:
        """Stop keeping it and end it in good order within `grace` seconds."""
        await self.let_go()
        await self.unit.stop(grace)

    async def kill(self) -> None:
        """End it at once, as a crash would; it is started again."""
        self._leave()
        self.unit.kill()
        await self.unit.wait()

    async def _keep(self) -> None:
        pause = self._pace.first_pause
        while True:
            began = time.monotonic()
            await self._run_once(began)
            self.restarts += 1
            if not self._was_ready and self.restarts >= self._pace.tries:
                raise FixSetup(
                    f"{self.unit.name} ends at every start{self._quote()}",
                    f"see logs/{self.unit.name}.log in the data folder",
                )
            pause = self._pace.first_pause if time.monotonic() - began > self._pace.calm else pause
            await asyncio.sleep(pause)
            pause = min(pause * 2, self._pace.longest_pause)

    async def _run_once(self, began: float) -> None:
        self.state = State.STARTING
        try:
            await self.unit.start()
        except (OSError, FixSetup) as error:
            if not self._was_ready:
                raise
            self._announce(self.unit.name, f"could not be started again: {error}")
            return
        self._watching = asyncio.create_task(self._watch(began))
        try:
            status = await self.unit.wait()
        finally:
            self._leave()
        self._announce(self.unit.name, f"ended ({_say(status)}), restart {self.restarts + 1}{self._quote()}")

    async def _watch(self, began: float) -> None:
        while True:
            self._note(await self.unit.ready(), time.monotonic() - began)
            await asyncio.sleep(self._pace.watch if self._ready.is_set() else self._pace.poll)

    def _note(self, ready: bool, seconds: float) -> None:
        self._missed = 0 if ready else self._missed + 1
        if ready and not self._ready.is_set():
            took = f" ({seconds:.1f} s)" if self.state is State.STARTING else " again"
            self._announce(self.unit.name, f"ready{took}")
            self._was_ready = True
            self.state = State.READY
            self._ready.set()
        elif self._missed >= self._pace.misses and self._ready.is_set():
            self._announce(self.unit.name, "not ready")
            self.state = State.NOT_READY
            self._ready.clear()

    def _quote(self) -> str:
        words = self._last_words()
        return f", saying: {words}" if words else ""

    def _leave(self) -> None:
        """It is down, whatever it may just be answering."""
        if self._watching is not None:
            self._watching.cancel()
        self.state = State.DOWN
        self._ready.clear()


def _say(status: int) -> str:
    return f"status {status}" if status >= 0 else f"signal {-status}"
