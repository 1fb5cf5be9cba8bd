"""The relay in the background: intake accepts from its start on, also while Kafka is away."""

import asyncio
import contextlib
from dataclasses import dataclass

from gongdan.shared.bus.relay import Relay


@dataclass(slots=True)
class BackgroundRelay:
    """The part that starts the relay without waiting for Kafka."""

    relay: Relay
    name: str = "relay"
    _starting: "asyncio.Task[None] | None" = None

    async def start(self) -> None:
        """Begin; returns at once."""
        self._starting = asyncio.create_task(self.relay.start(), name="relay-start")

    async def stop(self) -> None:
        """Publish what is committed, as far as Kafka is there, then stop."""
        await asyncio.sleep(0)
        await self.relay.stop()
        if self._starting:
            self._starting.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._starting
