"""Waking the wheel when something was set for sooner than it looks again by itself, by this replica or another.

A notice is a hint only: the wheel looks by itself every second.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from gongdan.shared.db.listening import listen
from gongdan.shared.db.session import Database

CHANNEL = "gongdan_sla_timer"


@dataclass(slots=True)
class Listening:
    """The part that calls `wake` at every notice."""

    db: Database
    wake: Callable[[], None]
    name: str = "listening"
    _task: "asyncio.Task[None] | None" = None

    async def start(self) -> None:
        """Start listening."""
        self._task = asyncio.create_task(listen(self.db, CHANNEL, self.wake), name=self.name)

    async def stop(self) -> None:
        """Stop listening."""
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
