"""What this service needs from outside: where clocks are kept, and which policies are in force."""

from collections.abc import Collection, Sequence
from typing import Protocol
from uuid import UUID

from gongdan.shared.contracts.tickets import TicketSnapshot
from gongdan.shared.db.session import Transaction
from gongdan.sla_timer.domain.book import Book
from gongdan.sla_timer.domain.clock import Clock
from gongdan.sla_timer.domain.due import Due
from gongdan.sla_timer.domain.policy import Plan

Timed = tuple[Clock, Due | None]


class BookStore(Protocol):
    """Keeps books. All changes of a ticket's book happen one after the other: loading it locks it."""

    async def load(self, unit: Transaction, ids: Collection[UUID]) -> dict[UUID, Book]:
        """The books of these tickets, as far as they are known, locked until the transaction ends."""
        ...

    async def save(self, unit: Transaction, books: Sequence[Book], clocks: Sequence[Timed], revision: int) -> None:
        """Keep books, the given ones of their clocks, and for each of these the timer that it waits for, or none.

        `revision` is that of the policies which the books follow.
        """
        ...


class PolicySource(Protocol):
    """The policies in force."""

    @property
    def revision(self) -> int:
        """The revision of the definitions since which the policies are as they are."""
        ...

    def plan_for(self, ticket: TicketSnapshot) -> Plan:
        """What applies to a ticket as it stands."""
        ...
