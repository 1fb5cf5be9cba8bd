"""Router's handler on a real database: give it messages, look at what it said and stored."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime

import orjson

from gongdan.router.adapters.numbers import PostgresNumbers
from gongdan.router.adapters.postgres import PostgresTicketStore
from gongdan.router.app import database
from gongdan.router.handlers import Handlers
from gongdan.shared.clock import FakeClock
from gongdan.shared.contracts.base import Contract
from gongdan.shared.contracts.envelope import Actor, Envelope, Headers
from gongdan.shared.contracts.messages import CommandReceived, MessageReceived, Transition
from gongdan.shared.contracts.outcomes import MessageApplied, MessageIgnored, MessageRejected
from gongdan.shared.contracts.registry import Event, read_payload
from gongdan.shared.db.outbox import OutboxRow, headers_from_json
from gongdan.shared.db.pool import Row
from gongdan.shared.db.session import Database
from gongdan.shared.definitions.catalog import Catalog
from tests.unit.router.given import AGENT, NOON, catalog, command

Inbound = MessageReceived | CommandReceived


@dataclass
class FakeDefinitions:
    """A catalog that a test changes at will."""

    current: Catalog = field(default_factory=catalog)


@dataclass
class World:
    """A router with its database."""

    db: Database
    definitions: FakeDefinitions = field(default_factory=FakeDefinitions)

    @property
    def handlers(self) -> Handlers:
        """A replica of the handler: its own caches, the common database."""
        return Handlers(PostgresTicketStore, PostgresNumbers(self.db), self.definitions, FakeClock(NOON))

    async def rows(self, *batch: Inbound, by: Handlers | None = None, at: datetime = NOON) -> list[OutboxRow]:
        """Let a replica handle a batch that came `at`; returns everything it says, in order."""
        async with self.db.transaction() as unit:
            await (by or self.handlers).on_inbound(unit, [event_of(data, at) for data in batch])
            return list(unit.rows)

    async def receive(self, *batch: Inbound, by: Handlers | None = None, at: datetime = NOON) -> list[Contract]:
        """The same; returns the payloads of what it says."""
        return [payload_of(row) for row in await self.rows(*batch, by=by, at=at)]

    async def close(self, number: str) -> None:
        """Take a ticket through to closed."""
        for state in ("resolved", "closed"):
            await self.receive(command(Transition(to=state), ticket=number, name=f"{number} {state}"))

    async def all(self, sql: str) -> Sequence[Row]:
        """All rows of a query."""
        async with self.db.transaction() as unit:
            return await unit.all(sql)


@asynccontextmanager
async def world(url: str) -> AsyncIterator[World]:
    """A router on an empty database."""
    db = database(url)
    await db.start()
    yield World(db)
    await db.stop()


def event_of(data: Inbound, at: datetime = NOON) -> Event:
    """A message or command as intake says it."""
    if isinstance(data, CommandReceived):
        actor, key = AGENT, data.ticket
    else:
        actor, key = Actor("contact", data.requester.key), data.conversation_key
    envelope = Envelope(
        id=data.message_id,
        type=type(data).__name__,
        source="gongdan.intake",
        subject=str(data.message_id),
        occurred_at=at,
        recorded_at=at,
        actor=actor,
        correlation_id=data.message_id,
    )
    return Event(envelope, data, key)


def headers_of(row: OutboxRow) -> Headers:
    """The headers of something said."""
    return headers_from_json(orjson.loads(row.headers))


def payload_of(row: OutboxRow) -> Contract:
    """The payload of something said."""
    payload = read_payload(row.type, row.payload or b"")
    assert payload
    return payload


def kinds(said: Sequence[Contract]) -> list[str]:
    """The types of what was said."""
    return [type(one).__name__ for one in said]


def outcomes(said: Sequence[Contract]) -> list[Contract]:
    """What became of the messages, without the events of tickets."""
    return [one for one in said if isinstance(one, MessageApplied | MessageIgnored | MessageRejected)]
