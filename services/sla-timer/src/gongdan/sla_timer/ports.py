"""What this service needs from outside: where clocks and timers are kept, and which policies are in force."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from gongdan.shared.contracts.tickets import TicketSnapshot
from gongdan.shared.db.session import Transaction
from gongdan.sla_timer.domain.book import Book
from gongdan.sla_timer.domain.clock import Clock
from gongdan.sla_timer.domain.facts import Cause, Ticket
from gongdan.sla_timer.domain.policy import Plan
from gongdan.sla_timer.domain.timers import Timer, TimerChanges
from gongdan.sla_timer.domain.times import Calendars


@dataclass(frozen=True, slots=True)
class Timed:
    """A clock, and when to look at it next; None: not until something happens to its ticket."""

    clock: Clock
    wake_at: datetime | None


@dataclass(frozen=True, slots=True)
class DueClock:
    """A clock at which it is time to look, with what there is to know about its ticket."""

    clock: Clock
    ticket: Ticket
    cause: Cause


@dataclass(frozen=True, slots=True)
class Stamp:
    """When something is kept, and the revision of the policies that it follows."""

    now: datetime
    revision: int


class BookStore(Protocol):
    """Keeps books. All changes of a ticket's book happen one after the other: loading it locks it."""

    async def load(self, unit: Transaction, ids: Collection[UUID]) -> dict[UUID, Book]:
        """The books of these tickets, as far as they are known, locked until the transaction ends."""
        ...

    async def snapshots(self, unit: Transaction, ids: Collection[UUID]) -> dict[UUID, TicketSnapshot]:
        """These tickets as they stand, in full."""
        ...

    async def save(
        self, unit: Transaction, books: Sequence[tuple[Book, TicketSnapshot]], clocks: Sequence[Timed], stamp: Stamp
    ) -> None:
        """Keep books with their tickets as they stand, and the given ones of their clocks."""
        ...

    async def followed(self, unit: Transaction, books: Sequence[Book], clocks: Sequence[Timed], stamp: Stamp) -> None:
        """Keep the given clocks of books that now follow other policies; their tickets are as they were."""
        ...

    async def fired(self, unit: Transaction, clocks: Sequence[Timed]) -> None:
        """Keep what clocks have said, and when to look at them next."""
        ...


class TimerStore(Protocol):
    """Keeps the timers that others asked for."""

    async def change(self, unit: Transaction, changes: TimerChanges, now: datetime) -> None:
        """Drop, then set."""
        ...

    async def drop(self, unit: Transaction, timers: Sequence[Timer]) -> None:
        """Let go of timers that fired."""
        ...


class PolicySource(Protocol):
    """The policies in force, and the calendars that clocks count by."""

    @property
    def revision(self) -> int:
        """The revision of the definitions since which the policies are as they are."""
        ...

    @property
    def calendars(self) -> Calendars:
        """Calendars by key."""
        ...

    def plan_for(self, ticket: TicketSnapshot) -> Plan:
        """What applies to a ticket as it stands."""
        ...
