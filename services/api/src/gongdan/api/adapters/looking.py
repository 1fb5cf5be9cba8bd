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
    """A task that calls `look` after each `wake`, at most every `gap` seconds; it waits out passing faults."""

    name: str
    look: Callable[[], Awaitable[None]]
    gap: float
    _news: asyncio.Event = field(default_factory=asyncio.Event)
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

    async def _look_forever(self) -> None:
        while True:
            await self._news.wait()
            self._news.clear()
            try:
                await self.look()
                await asyncio.sleep(self.gap)
            except RetryLater as fault:
                log.warning("looking_waits", part=self.name, why=str(fault))
                await asyncio.sleep(fault.delay.total_seconds())
                self.wake()
