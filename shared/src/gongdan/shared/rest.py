"""Resting between rounds of work: how long, so that more gathers, and a rest that can be cut short.

A round costs much the same however little there is to do. Whatever comes after a quiet time is done at once; what
comes soon after that waits for others to come along.
"""

import asyncio
import contextlib
from dataclasses import dataclass, field

REST_FOR_WORK = 3
LONGEST_REST = 0.06


def length_of_round(took: float, at_least: float = 0.0) -> float:
    """Seconds from the beginning of a round, which took `took` of them, to the next one's.

    The longer a small round took, the busier the machine is, and the more is saved by fewer of them.
    """
    return max(at_least, min(REST_FOR_WORK * took, LONGEST_REST))


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
