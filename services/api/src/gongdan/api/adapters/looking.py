"""Looking when there may be something new: however often it is said meanwhile, one more look does for all."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import structlog

from gongdan.shared.errors import RetryLater

log = structlog.get_logger()


@dataclass(slots=True)
class Looking:
    """A task that calls `look` after each `wake`, at most every `gap` seconds; it waits out passing faults.

    After a look, an `ask` is in no hurry for `patience` seconds: others may come along, or the news itself.
    """

    name: str
    look: Callable[[], Awaitable[None]]
    gap: float
    patience: float = 0.0
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    _looked_at: float = 0.0
    _asked: asyncio.TimerHandle | None = None
    _task: "asyncio.Task[None] | None" = None

    def start(self) -> None:
        """Begin."""
        self._task = asyncio.create_task(self._look_forever(), name=self.name)

    async def stop(self) -> None:
        """End."""
        if self._task:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    def wake(self) -> None:
        """There may be something new."""
        self._news.set()

    def ask(self) -> None:
        """Somebody wants to know, and will be woken by news."""
        if self._asked is None:
            self._asked = asyncio.get_running_loop().call_at(self._looked_at + self.patience, self.wake)

    async def _look_forever(self) -> None:
        while True:
            await self._news.wait()
            self._begin()
            try:
                await self.look()
                await asyncio.sleep(self.gap)
            except RetryLater as fault:
                log.warning("looking_waits", part=self.name, why=str(fault))
                await asyncio.sleep(fault.delay.total_seconds())
                self.wake()

    def _begin(self) -> None:
        """This look is for all who have asked so far."""
        self._news.clear()
        self._looked_at = asyncio.get_running_loop().time()
        if self._asked:
            self._asked.cancel()
            self._asked = None
