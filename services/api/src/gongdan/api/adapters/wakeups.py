"""Knowing at once that something was committed, by this replica or another: PostgreSQL's LISTEN.

Notices are hints only. One may be lost while the connection is down, so hooks are also called every second;
they look for themselves what is new. Hooks are called once more when the service stops.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from gongdan.shared.db.listening import listen
from gongdan.shared.db.session import Database

CHANNEL = "gongdan_api"
POLL_SECONDS = 1.0


@dataclass(slots=True)
class Wakeups:
    """The part that calls `hooks` whenever there may be news."""

    db: Database
    stopping: asyncio.Event
    name: str = "wakeups"
    hooks: list[Callable[[], None]] = field(default_factory=list)
    _tasks: "list[asyncio.Task[None]]" = field(default_factory=list)

    async def start(self) -> None:
        """Start listening."""
        self._tasks = [
            asyncio.create_task(work, name=f"wakeups-{number}")
            for number, work in enumerate((listen(self.db, CHANNEL, self.wake), self._poll(), self._say_goodbye()))
        ]

    async def stop(self) -> None:
        """Stop listening."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def wake(self) -> None:
        """Call all hooks."""
        for hook in self.hooks:
            hook()

    async def _poll(self) -> None:
        while True:
            await asyncio.sleep(POLL_SECONDS)
            self.wake()

    async def _say_goodbye(self) -> None:
        await self.stopping.wait()
        self.wake()
