"""Resting between rounds of work: a rest that can be cut short."""

import asyncio
import contextlib
from dataclasses import dataclass, field


@dataclass(slots=True)
class Rest:
    """Wakes its sleeper when there is something to do, and for good when it is time to stop."""

    stopping: bool = False
    _wake: asyncio.Event = field(default_factory=asyncio.Event)

    def wake(self) -> None:
        """End the rest in progress, or the next one at once."""
        self._wake.set()

    def stop(self) -> None:
        """Wake, and let no rest last any more."""
        self.stopping = True
        self._wake.set()

    def begin(self) -> None:
        """Forget earlier wake-ups: what comes from here on ends the next rest."""
        if not self.stopping:
            self._wake.clear()

    async def for_(self, seconds: float) -> None:
        """Rest until woken, at most `seconds`."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._wake.wait(), seconds)
