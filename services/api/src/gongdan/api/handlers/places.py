"""Places for work that is heavy: so many at a time, others wait their turn for a while, then are sent away."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from gongdan.shared.errors import SlowDown


@dataclass(slots=True)
class Places:
    """At most `count` at once; whoever has waited `patience` for a place is asked to come back."""

    what: str
    count: int
    patience: timedelta
    _free: asyncio.Semaphore = field(init=False)

    def __post_init__(self) -> None:
        self._free = asyncio.Semaphore(self.count)

    @asynccontextmanager
    async def one(self) -> AsyncIterator[None]:
        """A place, until the end of the block. Raises SlowDown."""
        await self.take()
        try:
            yield
        finally:
            self.give_back()

    async def take(self) -> None:
        """Take a place, to be given back. Raises SlowDown."""
        try:
            await asyncio.wait_for(self._free.acquire(), self.patience.total_seconds())
        except TimeoutError:
            raise SlowDown(f"too many {self.what} at a time", timedelta(seconds=5)) from None

    def give_back(self) -> None:
        """Let the next one in."""
        self._free.release()
