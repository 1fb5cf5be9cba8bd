"""Notifier's handlers on a real database: give them events, look at what they said, sent and wrote down."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from uuid import UUID

from gongdan.notifier.adapters import templates
from gongdan.notifier.adapters.late_notices import PostgresLateNotices
from gongdan.notifier.adapters.postgres import PostgresLedger, PostgresThreads
from gongdan.notifier.domain.delivery import Claimed
from gongdan.notifier.domain.retry import Result, Taken
from gongdan.notifier.handlers.folding import Folding
from gongdan.notifier.handlers.queueing import Office, Queueing
from gongdan.notifier.handlers.sending import Route, Sending
from gongdan.notifier.ports import Carrier
from gongdan.shared.clock import Clock, FakeClock
from gongdan.shared.contracts.base import Contract
from gongdan.shared.contracts.deliveries import DeliveryChannel
from gongdan.shared.contracts.registry import Event, read_payload
from gongdan.shared.db.pool import Row
from gongdan.shared.db.session import Database
from gongdan.shared.definitions.catalog import Catalog
from tests.unit.notifier.given import AGENT, IDS, NOON, catalog, event, replied


@dataclass
class FakeDefinitions:
    """A catalog that a test changes at will."""

    current: Catalog = field(default_factory=catalog)


@dataclass
class FakeCarrier:
    """Takes everything, or answers as a test says; remembers what it was given. `gate` holds attempts up."""

    answer: Callable[[Claimed], Result] = lambda _: Taken()
    carried: list[Claimed] = field(default_factory=list)
    gate: asyncio.Event | None = None
    at_once: int = 0
    most_at_once: int = 0

    async def carry(self, claimed: Claimed) -> Result:
        """Answer."""
        self.carried.append(claimed)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        if self.gate:
            await self.gate.wait()
        await asyncio.sleep(0)
        self.at_once -= 1
        return self.answer(claimed)

    @property
    def recipients(self) -> list[str]:
        """To whom attempts were made, in order."""
        return [one.delivery.recipient for one in self.carried]


@dataclass
class World:
    """One notifier."""

    db: Database
    clock: Clock
    definitions: FakeDefinitions
    routes: dict[DeliveryChannel, Route]
    sending: Sending = field(init=False)

    def __post_init__(self) -> None:
        self.sending = self.replica()

    def replica(self) -> Sending:
        """Another sender on the same ledger."""
        return Sending(self.db, PostgresLedger(), self.routes, self.clock)

    @property
    def queueing(self) -> Queueing:
        """The handler of events."""
        office = Office("support@gongdan.example", "https://gongdan.example", IDS, templates.load())
        return Queueing(
            ledger=PostgresLedger(),
            threads=PostgresThreads(),
            late=PostgresLateNotices(),
            definitions=self.definitions,
            office=office,
            clock=self.clock,
        )

    async def tell(self, *events: Event) -> None:
        """Handle a batch of events."""
        async with self.db.transaction() as unit:
            await self.queueing.on_events(unit, events)

    async def fold(self) -> None:
        """Fold all that is due."""
        queueing = self.queueing
        while await Folding(self.db, queueing.late, queueing).step() is not None:
            pass

    async def send(self, sending: Sending | None = None) -> None:
        """Let a sender do all that is due now, and write down how it ended."""
        sending = sending or self.sending
        await sending.step()
        while sending._in_hand:
            if sending._tasks:
                await asyncio.wait(sending._tasks)
            await sending.step()

    async def rows(self) -> Sequence[Row]:
        """The ledger."""
        async with self.db.transaction() as unit:
            return await unit.all("SELECT * FROM deliveries ORDER BY queued_at, id")

    async def states(self) -> list[tuple[str, int]]:
        """State and attempt of each delivery."""
        return [(row.state, row.attempt) for row in await self.rows()]

    async def said(self) -> list[Contract]:
        """What went to the outbox, in order."""
        async with self.db.transaction() as unit:
            rows = await unit.all("SELECT type, payload FROM outbox ORDER BY seq")
        found = [read_payload(row.type, row.payload) for row in rows]
        return [one for one in found if one]

    async def types(self) -> list[str]:
        """The types of what was said."""
        return [type(one).__name__ for one in await self.said()]

    async def event_ids(self) -> list[UUID]:
        """The ids of what was said."""
        async with self.db.transaction() as unit:
            return [row.id for row in await unit.all("SELECT id FROM outbox ORDER BY seq")]


def routes(mail: Carrier, hook: Carrier, mails_at_once: int = 4, width: int = 32) -> dict[DeliveryChannel, Route]:
    """How the channels are served in tests."""
    return {"email": Route(mail, mails_at_once, width), "webhook": Route(hook, 8, 2)}


@asynccontextmanager
async def world(
    url: str, mail: Carrier | None = None, hook: Carrier | None = None, clock: Clock | None = None
) -> AsyncIterator[World]:
    """A notifier whose clock stands at noon, unless another is given."""
    db = Database(url, "notifier", "gongdan.notifier.migrations")
    await db.start()
    ways = routes(mail or FakeCarrier(), hook or FakeCarrier())
    yield World(db, clock or FakeClock(NOON), FakeDefinitions(), ways)
    await db.stop()


def answers(count: int) -> list[Event]:
    """So many answers of an agent."""
    return [event(replied(), AGENT, name=str(nth)) for nth in range(count)]


def clock_of(notifier: World) -> FakeClock:
    """The clock to be moved."""
    assert isinstance(notifier.clock, FakeClock)
    return notifier.clock


def saying(*results: Result) -> FakeCarrier:
    """Answers with these in turn, then takes everything."""
    rest = list(results)
    return FakeCarrier(lambda _: rest.pop(0) if rest else Taken())
