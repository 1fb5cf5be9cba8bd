"""Who sends much is served in turn: so many messages are in work at a time, the others wait for theirs.

The event loop comes round after a part of a moment then, however many wait: whoever asks for an answer within a second,
such as a partner with its challenge, gets it. What waits is bounded in bytes and in time; and in number, for each of
those who wait holds a connection or the place of a line in an upload.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import ParamSpec, TypeVar

from gongdan.shared.errors import SlowDown

Given = ParamSpec("Given")
Found = TypeVar("Found")
AT_A_TIME = 128
ROOM = 64 * 1024 * 1024
PATIENCE = timedelta(seconds=5)


@dataclass(slots=True)
class InTurn:
    """`at_a_time` are in work; the others may hold `room` bytes together, and wait as long as `patience`."""

    at_a_time: int = AT_A_TIME
    room: int = ROOM
    patience: timedelta = PATIENCE
    _waiting: int = 0
    _places: asyncio.Semaphore = field(init=False)

    def __post_init__(self) -> None:
        self._places = asyncio.Semaphore(self.at_a_time)

    async def do(
        self, size: int, work: Callable[Given, Awaitable[Found]], *given: Given.args, **named: Given.kwargs
    ) -> Found:
        """What `work` gives, once it is its turn. Raises SlowDown when too much waits already."""
        if self._places.locked():
            await self._wait(size)
        else:
            await self._places.acquire()
        try:
            return await work(*given, **named)
        finally:
            self._places.release()

    async def _wait(self, size: int) -> None:
        if self._waiting and self._waiting + size > self.room:
            raise SlowDown(f"{self._waiting} bytes wait for their turn")
        self._waiting += size
        try:
            async with asyncio.timeout(self.patience.total_seconds()):
                await self._places.acquire()
        except TimeoutError as error:
            raise SlowDown("too many wait for their turn") from error
        finally:
            self._waiting -= size
