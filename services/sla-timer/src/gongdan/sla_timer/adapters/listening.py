"""Waking the wheel when something was set for sooner than it looks again by itself, by this replica or another.

PostgreSQL's LISTEN; a notice is a hint only. One may be lost while the connection is down: the wheel looks by itself
every second.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from gongdan.shared.db.session import FAULTS, Database

log = structlog.get_logger()

CHANNEL = "gongdan_sla_timer"
AGAIN_SECONDS = 1.0


@dataclass(slots=True)
class Listening:
    """The part that calls `wake` at every notice."""

    db: Database
    wake: Callable[[], None]
    name: str = "listening"
    _task: "asyncio.Task[None] | None" = None

    async def start(self) -> None:
        """Start listening."""
        self._task = asyncio.create_task(self._forever(), name=self.name)

    async def stop(self) -> None:
        """Stop listening."""
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _forever(self) -> None:
        while True:
            try:
                await self._listen()
            except FAULTS as fault:
                log.warning("listening_waits", why=f"{type(fault).__name__}: {fault}")
            await asyncio.sleep(AGAIN_SECONDS)

    async def _listen(self) -> None:
        async with self.db.connections.lent() as conn:
            ended = asyncio.Event()
            conn.add_termination_listener(lambda _: ended.set())
            try:
                await conn.add_listener(CHANNEL, lambda *_: self.wake())
                await ended.wait()
            finally:
                # What listens must not go back among the connections that others use.
                conn.terminate()
