"""Work that a service does again and again beside its messages: claiming timers, pruning, polling."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta

import structlog

from gongdan.shared.errors import RetryLater, SlowDown, StopService
from gongdan.shared.health import Health
from gongdan.shared.rest import Rest

log = structlog.get_logger()

Step = Callable[[], Awaitable[timedelta | None]]


@dataclass(slots=True)
class Loop:
    """A part that runs `step` until stopped. A step returns how long to rest; `wake` ends the rest early.

    A step that fails in passing is tried again after its delay; one that fails otherwise is logged with its
    trace and tried again after `every`, and `/readyz` shows the failure until a step succeeds. That stops traffic,
    unless the loop is a `lesser` one, which only tidies up.
    """

    name: str
    step: Step
    health: Health
    every: timedelta = timedelta(seconds=1)
    lesser: bool = False
    rest: Rest = field(default_factory=Rest)
    _wrong: str | None = None
    _task: "asyncio.Task[None] | None" = None

    def wake(self) -> None:
        """Run the next step now."""
        self.rest.wake()

    async def start(self) -> None:
        """Start running steps."""
        show = self.health.degraded_by if self.lesser else self.health.watch
        show(self.name, lambda: self._wrong)
        self._task = asyncio.create_task(self._run(), name=self.name)

    async def stop(self) -> None:
        """Let the step in hand finish."""
        self.rest.stop()
        if self._task:
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _run(self) -> None:
        while not self.rest.stopping:
            self.rest.begin()
            await self.rest.for_((await self._one()).total_seconds())

    async def _one(self) -> timedelta:
        try:
            rest = await self.step()
            self._wrong = None
            return self.every if rest is None else rest
        except (RetryLater, SlowDown) as fault:
            log.warning("loop_waits", loop=self.name, why=str(fault))
            return fault.delay
        except StopService as error:
            self.health.fail(str(error))
            return self.every
        except Exception as error:
            self._wrong = f"{type(error).__name__}: {error}"
            log.exception("loop_failed", loop=self.name)
            return self.every
