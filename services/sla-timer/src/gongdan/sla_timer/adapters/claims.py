"""Working off what is to be done, a batch a transaction, by as many replicas as there are.

A claim locks what it takes until the commit, and passes over what somebody else has locked: whoever dies in between
loses the lock with the connection, and has done nothing. What fails does not stop the rest: the batch is done again
one by one, and what fails alone is put off.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

import structlog

from gongdan.shared.db.session import Database, Transaction
from gongdan.shared.errors import GongdanError

log = structlog.get_logger()

T = TypeVar("T")


class Queue(Protocol[T]):
    """Where the things to do are found."""

    async def claim(self, unit: Transaction, limit: int) -> Sequence[T]:
        """Up to `limit` of them, locked."""
        ...

    async def again(self, unit: Transaction, item: T) -> Sequence[T]:
        """This very one as it is now, locked; nothing when it is done or somebody else is at it."""
        ...

    async def put_off(self, unit: Transaction, item: T) -> None:
        """Do not offer this one for a while."""
        ...


@dataclass(frozen=True, slots=True)
class Claims(Generic[T]):
    """Takes items from `queue` and gives them to `work`, which changes them and emits in the same transaction."""

    db: Database
    queue: Queue[T]
    work: Callable[[Transaction, Sequence[T]], Awaitable[None]]
    batch: int

    async def work_off(self) -> int:
        """One batch. Returns how many there were; as many as `batch` means that there may be more."""
        items: Sequence[T] = ()
        try:
            async with self.db.transaction() as unit:
                items = await self.queue.claim(unit, self.batch)
                if items:
                    await self.work(unit, items)
        except GongdanError:
            raise
        except Exception:
            log.exception("batch_failed", count=len(items))
            if not items:
                raise
            for item in items:
                await self._alone(item)
        return len(items)

    async def _alone(self, item: T) -> None:
        try:
            async with self.db.transaction() as unit:
                if same := await self.queue.again(unit, item):
                    await self.work(unit, same)
        except GongdanError:
            raise
        except Exception:
            log.exception("put_off", item=repr(item))
            async with self.db.transaction() as unit:
                await self.queue.put_off(unit, item)
