"""What router needs from outside, each as small as its need."""

from collections.abc import Sequence
from typing import Protocol

from gongdan.router.domain.wanted import Wanted
from gongdan.router.domain.working_set import WorkingSet
from gongdan.shared.contracts.registry import Event
from gongdan.shared.definitions.catalog import Catalog


class TicketStore(Protocol):
    """Tickets, their log, and what leads to them, within one unit of work."""

    async def load(self, wanted: Wanted) -> WorkingSet:
        """Everything stored that the wanted keys lead to. Its tickets are locked until the unit of work ends."""
        ...

    async def save(self, working: WorkingSet, events: Sequence[Event]) -> None:
        """Keep what changed, and say the events; those of tickets also go to their log.

        Raises RetryLater when another replica changed the same at the same time: load again, decide again.
        """
        ...


class Numbers(Protocol):
    """Human numbers, counted per prefix. Kept outside the unit of work, so that replicas do not wait for each other."""

    async def take(self, prefix: str, count: int) -> int:
        """The first of `count` consecutive numbers that are nobody else's."""
        ...

    async def give_back(self, prefix: str, first: int, count: int) -> None:
        """Return numbers that were not used. Where somebody took more since, they stay unused."""
        ...


class Definitions(Protocol):
    """The definitions in force."""

    @property
    def current(self) -> Catalog:
        """The catalog of the latest complete revision."""
        ...
