"""What became of messages, and waiting until it is known.

All who wait are looked up together: a lookup starts as soon as something was committed or somebody asks, unless there
was one just now, and whoever comes meanwhile is part of the next. So a thousand waiters cost as many statements as one,
and of those whose message is not decided yet nothing is read. A message counts as applied once its ticket can be read
at that version; topics are read in no common order.
"""

import asyncio
import contextlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from operator import attrgetter
from uuid import UUID

from gongdan.api.adapters.looking import Looking
from gongdan.api.domain.views import Message, Stages
from gongdan.shared.db.pool import Row
from gongdan.shared.db.session import Database
from gongdan.shared.errors import RetryLater

PATIENCE = timedelta(seconds=5)
GAP_SECONDS = 0.01
PATIENCE_SECONDS = 0.03
PENDING = "pending"
COLUMNS = f"""
    coalesce(m.message_id, o.message_id) AS message_id, coalesce(o.status, '{PENDING}') AS status,
    m.channel, m.command, m.source, m.actor, m.subject, m.raw_sha256, o.ticket, o.version, o.how, o.rule,
    o.reason, o.detail, o.field, m.received_at, m.recorded_at, o.decided_at, o.visible_at
"""
FIND = f"""
    SELECT {COLUMNS} FROM unnest(CAST(:ids AS uuid[]), CAST(:as_is AS boolean[])) AS wanted (message_id, as_is)
    LEFT JOIN messages m USING (message_id)
    LEFT JOIN outcomes o ON o.message_id = wanted.message_id AND (o.status <> 'applied' OR EXISTS (
        SELECT FROM tickets t WHERE t.ticket_id = o.ticket_id AND t.version >= o.version))
    WHERE o.message_id IS NOT NULL OR (wanted.as_is AND m.message_id IS NOT NULL)
"""  # noqa: S608 - made of constants


@dataclass(slots=True, eq=False)
class _Waiter:
    """Somebody who asked. `patient`: only a decision will do."""

    message_id: UUID
    patient: bool
    answer: "asyncio.Future[Message | None]"

    def learn(self, found: Message | None) -> None:
        if not self.answer.done():
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
        if at_most:
            with contextlib.suppress(TimeoutError):
                if found := await self._told(message_id, at_most, patient=True):
                    return found
        try:
            found = await self._told(message_id, PATIENCE, patient=False)
        except TimeoutError:
            raise RetryLater("PostgreSQL does not answer") from None
        if found is None and self.stopping.is_set():
            raise RetryLater("the service stops; the message may still be on its way")
        return found

    async def _told(self, message_id: UUID, at_most: timedelta, *, patient: bool) -> Message | None:
        """What the next lookup finds that finds something, or the next at all for who is not patient."""
        answer: asyncio.Future[Message | None] = asyncio.get_running_loop().create_future()
        waiter = _Waiter(message_id, patient, answer)
        self._waiters.add(waiter)
        self._looking.ask()
        try:
            async with asyncio.timeout(at_most.total_seconds()):
                return await answer
        finally:
            self._waiters.discard(waiter)

    async def many(self, ids: Iterable[UUID]) -> Sequence[Message]:
        """The messages of these ids; those that nobody knows are left out."""
        return await self._found(dict.fromkeys(ids, True))

    async def _found(self, as_is: Mapping[UUID, bool]) -> Sequence[Message]:
        rows = await self.db.at_once(FIND, {"ids": list(as_is), "as_is": list(as_is.values())})
        return [_message(row) for row in rows]

    async def _look(self) -> None:
        is_last = self.stopping.is_set()
        waiting = sorted(self._waiters, key=attrgetter("patient"), reverse=True)
        if waiting:
            # Of two who ask for the same, the one who is not patient comes last and counts.
            found = await self._found({waiter.message_id: is_last or not waiter.patient for waiter in waiting})
            by_id = {message.message_id: message for message in found}
            for waiter in waiting:
                known = by_id.get(waiter.message_id)
                if is_last or not waiter.patient or (known and known.status != PENDING):
                    waiter.learn(known)


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
