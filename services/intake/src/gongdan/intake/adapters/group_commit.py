"""Group commit: all messages that wait share the next transaction, so that one disk write serves many.

Nobody waits for a batch to fill: what is there when the previous commit ends is the next batch. Only a few who come
soon after it wait until they are more, but not for long. This sets the pace of all who come after: a batch costs each
of them much the same, however small it is. Behind one who was alone the wait is shorter, since it may be the same
sender's next. When PostgreSQL is away, everybody in the batch is told to come back; nothing is tried again behind a
caller's back.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import structlog

from gongdan.intake.ports import Incoming, Receipt
from gongdan.shared.contracts.messages import MessageReceived
from gongdan.shared.errors import RetryLater, SlowDown

log = structlog.get_logger()

OVERHEAD = 2_000
FEW = 10
MANY = 4 * FEW
GAP_SECONDS = 0.03
GAP_FOR_WORK = 3
Keep = Callable[[Sequence[Incoming]], Awaitable[list[Receipt]]]
Waiting = tuple[Incoming, "asyncio.Future[Receipt]"]


@dataclass(slots=True)
class GroupCommit:
    """The part that accepts. `capacity` bounds who waits, `room` what they hold together (bytes, about), `batch` one
    transaction, `patience` its time. There is one at a time: two would share those who wait, and each has its price.
    """

    keep: Keep
    batch: int = 500
    capacity: int = 5_000
    room: int = 64 * 1024 * 1024
    patience: timedelta = timedelta(seconds=10)
    name: str = "group-commit"
    _queue: deque[Waiting] = field(default_factory=deque)
    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _task: "asyncio.Task[None] | None" = None
    _stopping: bool = False
    _held: int = 0
    _next: float = 0.0
    _took: float = 0.0

    async def start(self) -> None:
        """Start committing."""
        self._task = asyncio.create_task(self._run(), name=self.name)

    async def stop(self) -> None:
        """Commit what waits, then stop."""
        self._stopping = True
        self._wake.set()
        if self._task:
            await asyncio.gather(self._task, return_exceptions=True)

    async def accept(self, incoming: Incoming) -> Receipt:
        """Returns after the commit. Raises SlowDown when too many wait, RetryLater while nothing can be kept."""
        if not self._task or self._stopping:
            raise RetryLater("starting or stopping: nothing can be kept at the moment")
        if len(self._queue) >= self.capacity:
            raise SlowDown(f"{self.capacity} messages wait to be kept")
        size = _size(incoming)
        if self._held and self._held + size > self.room:
            raise SlowDown(f"{self._held} bytes wait to be kept")
        future: asyncio.Future[Receipt] = asyncio.get_running_loop().create_future()
        self._queue.append((incoming, future))
        if len(self._queue) in (1, FEW):
            self._wake.set()
        self._held += size
        try:
            return await future
        finally:
            self._held -= size

    async def _run(self) -> None:
        while self._queue or not self._stopping:
            self._wake.clear()
            if not self._queue:
                await self._wake.wait()
            elif self._stopping or len(self._queue) >= FEW or (rest := self._next - self._now()) <= 0:
                await self._commit_next()
            else:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._wake.wait(), rest)

    async def _commit_next(self) -> None:
        began = self._now()
        alone = len(self._queue) == 1
        self._next = began + (min(GAP_FOR_WORK * self._took, GAP_SECONDS) if alone else GAP_SECONDS)
        # Were all of many in one batch, we would have nothing to do until they are kept, nor PostgreSQL until they are
        # answered and ask again. So a quarter of them goes with the next.
        count = len(self._queue) if len(self._queue) < MANY else len(self._queue) * 3 // 4
        await self._commit([self._queue.popleft() for _ in range(min(self.batch, count))])
        self._took = self._now() - began

    @staticmethod
    def _now() -> float:
        return asyncio.get_running_loop().time()

    async def _commit(self, batch: Sequence[Waiting]) -> None:
        try:
            async with asyncio.timeout(self.patience.total_seconds()):
                receipts = await self.keep([item for item, _ in batch])
        except TimeoutError:
            _refuse(batch, RetryLater("PostgreSQL does not answer in time"))
        except RetryLater as fault:
            _refuse(batch, fault)
        except Exception as error:  # noqa: BLE001 - one message that cannot be kept must not stop the others
            await self._split(batch, error)
        else:
            for (_, future), receipt in zip(batch, receipts, strict=True):
                if not future.done():
                    future.set_result(receipt)

    async def _split(self, batch: Sequence[Waiting], error: Exception) -> None:
        if len(batch) == 1:
            log.error("message_cannot_be_kept", message_id=str(batch[0][0].event.envelope.id), why=str(error))
            _refuse(batch, error)
            return
        middle = len(batch) // 2
        await self._commit(batch[:middle])
        await self._commit(batch[middle:])


def _size(incoming: Incoming) -> int:
    """About how much of memory a message takes until it is kept."""
    data = incoming.event.data
    if not isinstance(data, MessageReceived):
        return OVERHEAD
    return OVERHEAD + len(data.text) + len(data.reply_text) + len(data.html or "")


def _refuse(batch: Sequence[Waiting], error: Exception) -> None:
    for _, future in batch:
        if not future.done():
            future.set_exception(error)
