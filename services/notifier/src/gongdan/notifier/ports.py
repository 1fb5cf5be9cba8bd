"""What notifier needs from outside, as small as its need."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from gongdan.notifier.domain.audience import Want
from gongdan.notifier.domain.delivery import Claimed, Delivery
from gongdan.notifier.domain.lanes import Room
from gongdan.notifier.domain.limits import Counts, Key
from gongdan.notifier.domain.retry import Result
from gongdan.notifier.domain.settle import Settled
from gongdan.notifier.domain.thread import Thread
from gongdan.shared.db.session import Transaction
from gongdan.shared.definitions.catalog import Catalog


class Definitions(Protocol):
    """Knows the definitions in force."""

    @property
    def current(self) -> Catalog:
        """The catalog at its newest complete revision."""
        ...


class Ledger(Protocol):
    """Where deliveries are written down, each once."""

    async def sent(self, unit: Transaction, keys: Collection[Key], now: datetime) -> Counts:
        """How many automatic mails each key had in the windows before `now`; keys with none are left out."""
        ...

    async def add(self, unit: Transaction, deliveries: Sequence[Delivery]) -> set[UUID]:
        """Write down those that are not there yet; returns their ids."""
        ...


class Queue(Protocol):
    """The part of the ledger that is due."""

    async def claim(self, unit: Transaction, room: Room, now: datetime, lease: timedelta) -> Sequence[Claimed]:
        """Take due deliveries of each lane that has room. They are ours until `lease` is over."""
        ...

    async def prolong(self, unit: Transaction, ids: Sequence[UUID], until: datetime) -> None:
        """Keep what we have in hand ours."""
        ...

    async def settle(self, unit: Transaction, settled: Sequence[Settled], now: datetime) -> set[UUID]:
        """Write down how attempts ended; returns the ids of those that were still in hand."""
        ...


class LateNotices(Protocol):
    """Where late notices wait for others to the same recipient."""

    async def keep(self, unit: Transaction, late: Sequence[Want], now: datetime) -> None:
        """Let them wait from now on; those that wait already are left as they are."""
        ...

    async def take(self, unit: Transaction, now: datetime) -> Sequence[Want]:
        """All that wait for the recipient who has waited longest among those who waited long enough, in their order,
        MOST_FOLDED at most; nothing when there is none, or another replica is at it. Raises RetryLater while one of
        them can only be read by a newer version."""
        ...


class ThreadStore(Protocol):
    """What is remembered of tickets' mail threads."""

    async def load(self, unit: Transaction, tickets: Sequence[UUID]) -> Mapping[UUID, Thread]:
        """The threads of these tickets, as far as there are any."""
        ...

    async def save(self, unit: Transaction, threads: Sequence[Thread], now: datetime) -> None:
        """Keep them."""
        ...


class Carrier(Protocol):
    """Brings deliveries of one channel to their recipients."""

    async def carry(self, claimed: Claimed) -> Result:
        """Make one attempt. What goes wrong on the way is a result, not an error."""
        ...
