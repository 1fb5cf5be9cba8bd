"""Keeps the credentials in force in memory, read from the compacted topic that api writes.

Whoever asks for one that is not known waits a moment: it may have been issued a moment ago and still be on its way.
Before everything that was there at the start has been read, nobody can say whether a credential is in force: what
revokes it may come yet. Whoever asks then must come back. What was revoked stays so, even when the log is lost and
written again.
"""

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from gongdan.shared.access.credentials import InForce, in_force
from gongdan.shared.bus.following import follow
from gongdan.shared.bus.records import Record, read
from gongdan.shared.clock import Clock
from gongdan.shared.contracts.access import CredentialIssued, CredentialRevoked
from gongdan.shared.contracts.topics import Topic
from gongdan.shared.errors import ParkIt, RetryLater
from gongdan.shared.settings import BaseServiceSettings

log = structlog.get_logger()

PATIENCE = timedelta(seconds=2)
MOST_WAITING = 200


@dataclass(slots=True)
class AccessReader:
    """The part that holds the credentials. It starts without Kafka, so that its service can."""

    settings: BaseServiceSettings
    clock: Clock
    name: str = "access"
    _held: dict[str, InForce | None] = field(default_factory=dict)
    _whole: bool = False
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    _waiting: int = 0
    _task: "asyncio.Task[None] | None" = None

    async def start(self) -> None:
        """Begin to read; returns at once."""
        self._task = asyncio.create_task(follow(self.settings, Topic.ACCESS, self._take_all), name="access")

    async def stop(self) -> None:
        """Stop reading."""
        if self._task:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def find(self, digest: str) -> InForce | None:
        """The credential, waiting up to PATIENCE for one that is not known. Raises RetryLater before all is read."""

        def known() -> bool:
            return self._whole and digest in self._held

        if not known() and self._waiting < MOST_WAITING:
            await self._wait_for(known)
        if not self._whole:
            raise RetryLater("which credentials are in force is not known yet; Kafka may be away")
        return self._held.get(digest)

    async def _wait_for(self, known: Callable[[], bool]) -> None:
        self._waiting += 1
        try:
            async with asyncio.timeout(PATIENCE.total_seconds()):
                while not known():
                    await self._news.wait()
        except TimeoutError:
            return
        finally:
            self._waiting -= 1

    def take(self, record: Record) -> None:
        """What one record says. One that breaks the contract takes its credential out of force."""
        try:
            arrived = read(record)
            data = arrived.event.data if arrived else None
            found = in_force(data) if isinstance(data, CredentialIssued) else None
        except (ParkIt, ValueError) as why:
            log.error("credential_unreadable", digest=record.key, why=str(why))
            self._held[record.key] = None
            return
        if record.value is None:
            self._held.pop(record.key, None)
        elif found or isinstance(data, CredentialRevoked):
            # Revoked once is revoked for ever, in whatever order a log that is written again says it.
            revoked = record.key in self._held and self._held[record.key] is None
            self._held[record.key] = None if revoked else found

    def _take_all(self, records: Sequence[Record]) -> None:
        for record in records:
            self.take(record)
        # An empty batch means that everything there is has been read.
        self._whole = self._whole or not records
        self._let_go_of_ended(self.clock.now())
        self._tell()

    def _let_go_of_ended(self, now: datetime) -> None:
        ended = [digest for digest, one in self._held.items() if one is not None and one.ends_at <= now]
        for digest in ended:
            del self._held[digest]

    def _tell(self) -> None:
        self._news.set()
        self._news = asyncio.Event()
