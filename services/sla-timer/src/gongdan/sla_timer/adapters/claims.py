"""Working off what is to be done about tickets, a batch a transaction, by as many replicas as there are.

A claim locks its tickets until the commit, and passes over those that somebody else has locked: whoever dies in
between loses the lock with the connection, and has done nothing. A ticket that fails does not stop the others:
the batch is done again one by one, and what fails alone is put off.
"""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

import structlog

from gongdan.shared.db.session import Database, Transaction
from gongdan.shared.errors import GongdanError

log = structlog.get_logger()


class Queue(Protocol):
    """Where the tickets to work on are found."""

    async def claim(self, unit: Transaction, limit: int) -> Sequence[UUID]:
        """Up to `limit` tickets, locked."""
        ...

    async def put_off(self, unit: Transaction, ticket: UUID) -> None:
        """Do not offer this ticket for a while."""
        ...


@dataclass(frozen=True, slots=True)
class Claims:
    """Takes tickets from `queue` and gives them to `work`, which changes them and emits in the same transaction."""

    db: Database
    queue: Queue
    work: Callable[[Transaction, Collection[UUID]], Awaitable[None]]
    batch: int

    async def work_off(self) -> bool:
        """One batch. Returns whether it was full, so that there may be more."""
        try:
            async with self.db.transaction() as unit:
                tickets = await self.queue.claim(unit, self.batch)
                if tickets:
                    await self.work(unit, tickets)
        except GongdanError:
            raise
        except Exception:
            log.exception("batch_failed")
            return await self._one_by_one()
        return len(tickets) >= self.batch

    async def _one_by_one(self) -> bool:
        async with self.db.transaction() as unit:
            tickets = await self.queue.claim(unit, self.batch)
        for ticket in dict.fromkeys(tickets):
            await self._alone(ticket)
        return len(tickets) >= self.batch

    async def _alone(self, ticket: UUID) -> None:
        try:
            async with self.db.transaction() as unit:
                await self.work(unit, [ticket])
        except GongdanError:
            raise
        except Exception:
            log.exception("ticket_put_off", ticket=str(ticket))
            async with self.db.transaction() as unit:
                await self.queue.put_off(unit, ticket)
