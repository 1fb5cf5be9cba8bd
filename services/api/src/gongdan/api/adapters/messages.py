"""What became of messages, and waiting until it is known.

All who wait are looked up together: a lookup starts as soon as something was committed or somebody asks, unless there
was one just now, and whoever comes meanwhile is part of the next. So a thousand waiters cost as many statements as one.
A message counts as applied once its ticket can be read at that version; topics are read in no common order.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from gongdan.api.adapters.looking import Looking
from gongdan.api.domain.views import Message, Stages
from gongdan.shared.db.pool import Row
from gongdan.shared.db.session import Database
from gongdan.shared.errors import RetryLater

PATIENCE = timedelta(seconds=5)
GAP_SECONDS = 0.01
PATIENCE_SECONDS = 0.03
COLUMNS = """
    coalesce(m.message_id, o.message_id) AS message_id, coalesce(o.status, 'pending') AS status,
    m.channel, m.command, m.source, m.actor, m.subject, m.raw_sha256, o.ticket, o.version, o.how, o.rule,
    o.reason, o.detail, o.field, m.received_at, m.recorded_at, o.decided_at, o.visible_at
"""
FIND = f"""
    SELECT {COLUMNS} FROM unnest(CAST(:ids AS uuid[])) AS wanted (message_id)
    LEFT JOIN messages m USING (message_id)
    LEFT JOIN outcomes o ON o.message_id = wanted.message_id AND (o.status <> 'applied' OR EXISTS (
        SELECT FROM tickets t WHERE t.ticket_id = o.ticket_id AND t.version >= o.version))
    WHERE m.message_id IS NOT NULL OR o.message_id IS NOT NULL
"""  # noqa: S608 - made of constants


@dataclass(slots=True, eq=False)
class _Waiter:
    """Somebody who asked. `patient`: an answer that is still pending does not do."""

    message_id: UUID
    patient: bool
    answer: "asyncio.Future[Message | None]"
    latest: Message | None = None
    looked: bool = False

    def learn(self, found: Message | None, is_last: bool) -> None:
        self.latest, self.looked = found, True
        enough = is_last or not self.patient or (found is not None and found.status != "pending")
        if enough and not self.answer.done():
            self.answer.set_result(found)


@dataclass(slots=True)
class PostgresMessages:
    """The part that answers who asks for messages."""

    db: Database
    stopping: asyncio.Event
    name: str = "messages"
    _waiters: set[_Waiter] = field(default_factory=set)
    _looking: Looking = field(init=False)

    def __post_init__(self) -> None:
        self._looking = Looking(self.name, self._look, GAP_SECONDS, PATIENCE_SECONDS)

    async def start(self) -> None:
        """Start looking."""
        self._looking.start()

    async def stop(self) -> None:
        """Stop looking."""
        await self._looking.stop()

    def wake(self) -> None:
        """Look again: something was committed, or the service stops."""
        self._looking.wake()

    async def find(self, message_id: UUID, at_most: timedelta) -> Message | None:
        """A message once it is decided, or as it stands after `at_most`.

        Raises RetryLater when it is unknown and we cannot look any longer: no database, or the service stops.
        """
        answer: asyncio.Future[Message | None] = asyncio.get_running_loop().create_future()
        waiter = _Waiter(message_id, at_most > timedelta(), answer)
        self._waiters.add(waiter)
        self._looking.ask()
        try:
            async with asyncio.timeout((at_most or PATIENCE).total_seconds()):
                found = await answer
        except TimeoutError:
            if not waiter.looked:
                raise RetryLater("PostgreSQL does not answer") from None
            return waiter.latest
        finally:
            self._waiters.discard(waiter)
        if found is None and self.stopping.is_set():
            raise RetryLater("the service stops; the message may still be on its way")
        return found

    async def many(self, ids: Sequence[UUID]) -> Sequence[Message]:
        """The messages of these ids; those that nobody knows are left out."""
        return [_message(row) for row in await self.db.at_once(FIND, {"ids": list(ids)})]

    async def _look(self) -> None:
        waiting = list(self._waiters)
        if waiting:
            found = await self.many(sorted({waiter.message_id for waiter in waiting}))
            by_id = {message.message_id: message for message in found}
            for waiter in waiting:
                waiter.learn(by_id.get(waiter.message_id), self.stopping.is_set())


def _message(row: Row) -> Message:
    found = row._asdict()
    return Message(**found, stages=_stages(found))


def _stages(times: dict[str, datetime | None]) -> Stages:
    return Stages(
        accepted_ms=_ms(times["received_at"], times["recorded_at"]),
        decided_ms=_ms(times["recorded_at"], times["decided_at"]),
        visible_ms=_ms(times["decided_at"], times["visible_at"]),
        total_ms=_ms(times["recorded_at"], times["visible_at"]),
    )


def _ms(start: datetime | None, end: datetime | None) -> float | None:
    return round((end - start).total_seconds() * 1000, 3) if start and end else None
