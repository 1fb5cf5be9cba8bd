"""What is due goes out: claim, send outside of any transaction, write down how it ended, say so.

A delivery is claimed in one transaction, which counts the attempt; how the attempt ended is written down in a
later one. Whoever is killed between the other side's "accepted" and that later one leaves a delivery whose
lease runs out, and it is sent again: at this edge notifier sends at least once, under the same Message-ID or
webhook id every time, by which the receiver can tell.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

import structlog

from gongdan.notifier.domain.delivery import Claimed
from gongdan.notifier.domain.lanes import Rest, rest_after, room
from gongdan.notifier.domain.retry import Result, TryLater, Unreachable, Untried
from gongdan.notifier.domain.settle import Settled, settle
from gongdan.notifier.ports import Carrier, Queue
from gongdan.shared import metrics
from gongdan.shared.clock import Clock
from gongdan.shared.contracts.deliveries import DeliveryChannel
from gongdan.shared.db.session import Database, Transaction

log = structlog.get_logger()

LEASE = timedelta(seconds=15)
GATHER_SECONDS = 0.015
ROUND_SECONDS = 0.06


@dataclass(frozen=True, slots=True)
class Route:
    """How a channel is served: by whom, how many at once, how many of one lane in hand."""

    carrier: Carrier
    at_once: int
    width: int


@dataclass(slots=True)
class Sending:
    """Sends what is due, many at once, each lane by itself. `wake` is called whenever an attempt has ended."""

    db: Database
    queue: Queue
    routes: Mapping[DeliveryChannel, Route]
    clock: Clock
    wake: Callable[[], None] = lambda: None
    _in_hand: dict[UUID, Claimed] = field(default_factory=dict)
    _tasks: "set[asyncio.Task[None]]" = field(default_factory=set)
    _ended: list[tuple[Claimed, Result]] = field(default_factory=list)
    _rests: dict[str, Rest] = field(default_factory=dict)
    _slots: dict[DeliveryChannel, asyncio.Semaphore] = field(default_factory=dict)
    _stopping: bool = False
    _stepping: "asyncio.Task[object] | None" = None
    _next: float = 0.0

    def committed(self) -> None:
        """To be called at each commit that said something: unless it was our own, there may be more to send."""
        if asyncio.current_task() is not self._stepping:
            self.wake()

    async def step(self) -> timedelta | None:
        """Write down what has ended, take in hand what is due and has room, and set it going.

        Waits a moment first, and longer soon after another step, so that what ends together is written down together.
        """
        self._stepping = asyncio.current_task()
        await self._let_some_gather()
        async with self.db.transaction() as unit:
            ended = await self._settle(unit)
            done = {one.claimed.delivery.id for one in ended}
            claimed = await self._claim(unit, done)
        self._forget(ended)
        for one in claimed:
            self._go(one)
        return None

    async def _let_some_gather(self) -> None:
        loop = asyncio.get_running_loop()
        await asyncio.sleep(max(GATHER_SECONDS, self._next - loop.time()))
        self._next = loop.time() + ROUND_SECONDS

    async def keep(self) -> timedelta | None:
        """Prolong the leases of what is in hand. To be called several times within a LEASE."""
        if self._in_hand:
            async with self.db.transaction() as unit:
                await self.queue.prolong(unit, list(self._in_hand), self.clock.now() + LEASE)
        return None

    async def drain(self, patience: timedelta) -> None:
        """Start nothing more, let go of what has not begun, wait for the rest, write down how it ended."""
        self._stopping = True
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=patience.total_seconds())
            for task in late:
                task.cancel()
        async with self.db.transaction() as unit:
            ended = await self._settle(unit)
        self._forget(ended)

    async def _claim(self, unit: Transaction, done: set[UUID]) -> Sequence[Claimed]:
        now = self.clock.now()
        lanes = [one.delivery.lane for id_, one in self._in_hand.items() if id_ not in done]
        widths: dict[str, int] = {channel: route.width for channel, route in self.routes.items()}
        return await self.queue.claim(unit, room(widths, lanes, self._rests, now), now, LEASE)

    async def _settle(self, unit: Transaction) -> list[Settled]:
        now = self.clock.now()
        settled = [settle(claimed, result, now) for claimed, result in self._ended]
        if settled:
            ours = await self.queue.settle(unit, settled, now)
            unit.emit(*(one.event for one in settled if one.event and one.claimed.delivery.id in ours))
        return settled

    def _forget(self, settled: Sequence[Settled]) -> None:
        del self._ended[: len(settled)]
        for one in settled:
            self._in_hand.pop(one.claimed.delivery.id, None)

    def _go(self, claimed: Claimed) -> None:
        if claimed.delivery.id in self._in_hand:
            return  # our lease ran out unprolonged, and we got it back: the attempt is still under way
        self._in_hand[claimed.delivery.id] = claimed
        task = asyncio.create_task(self._attempt(claimed))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _attempt(self, claimed: Claimed) -> None:
        delivery = claimed.delivery
        route = self.routes[delivery.channel]
        async with self._slots.setdefault(delivery.channel, asyncio.Semaphore(route.at_once)):
            result = await self._carry(route.carrier, claimed)
        self._rest(delivery.lane, result)
        self._ended.append((claimed, result))
        metrics.DELIVERIES.labels(delivery.channel, type(result).__name__).inc()
        self.wake()

    async def _carry(self, carrier: Carrier, claimed: Claimed) -> Result:
        rest = self._rests.get(claimed.delivery.lane)
        if self._stopping or (rest and self.clock.now() < rest.until):
            return Untried()
        try:
            return await carrier.carry(claimed)
        except Exception as error:
            log.exception("attempt_failed", delivery_id=str(claimed.delivery.id))
            return TryLater(f"{type(error).__name__}: {error}")

    def _rest(self, lane: str, result: Result) -> None:
        rest = rest_after(result, self._rests.pop(lane, None), self.clock.now())
        if rest:
            self._rests[lane] = rest
        if isinstance(result, Unreachable):
            log.warning("lane_rests", lane=lane, why=result.error, until=rest and rest.until.isoformat())
