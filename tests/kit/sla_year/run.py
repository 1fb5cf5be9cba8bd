"""sla-timer at work through a simulated year: two replicas on one database, under a clock that is moved.

At each turn the events of the time before are heard, then policies that changed are followed, then the wheel turns.
Meanwhile replicas are killed before they commit, batches are read again by the other replica, both work at the same
time, and there are hours in which nobody works.
"""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from gongdan.shared.bus.delivery import BatchDelivery
from gongdan.shared.bus.records import Record
from gongdan.shared.contracts.envelope import to_headers
from gongdan.shared.contracts.registry import MODEL_OF, Event
from gongdan.shared.contracts.sla import ClockEvent, DeadlineBreached, DeadlineWarned, EscalationReached
from gongdan.shared.db.session import Database, Transaction
from gongdan.shared.errors import RetryLater
from tests.handlers.sla_timer.floor import Floor
from tests.kit.sla_year.calculator import Key, Said
from tests.kit.sla_year.log import DAY, Deed, Log, catalog, minute_of, moment

BATCH = 500
LANES = 2
AWAY = ((40, 9 * 60, 15 * 60), (41, 10 * 60, 10 * 60 + 90))
SAID = """
    SELECT id, type, payload, headers FROM outbox
    WHERE type IN ('DeadlineWarned', 'DeadlineBreached', 'EscalationReached')
"""


@dataclass
class Replica:
    """One replica; `dying` lets it lose its connection just before its next commit."""

    url: str
    dying: bool = False

    def __post_init__(self) -> None:
        self.floor = Floor(self.url, batch=BATCH, lanes=LANES)
        self.deliver = BatchDelivery("sla-timer", self.floor.db, self._hear, self.floor.clock, lanes=LANES).deliver

    async def _hear(self, unit: Transaction, events: Sequence[Event]) -> None:
        await self.floor.work.on_tickets(unit, events)
        if self.dying:
            self.dying = False
            raise ConnectionAbortedError("killed before the commit")


@dataclass
class Year:
    """A log and the replicas that follow it. `turns` are the minutes at which the wheel turned."""

    log: Log
    url: str
    step: int
    turns: list[int] = field(default_factory=list)
    killed: int = 0

    def __post_init__(self) -> None:
        self.random = Random(self.log.seed)  # noqa: S311 - the same seed is to make the same year
        self.replicas = [Replica(self.url), Replica(self.url)]
        for replica in self.replicas:
            replica.floor.policies.take(catalog(self.log.rules[0]))

    async def run(self) -> None:
        """The whole year, and then three months of days in which only the wheel turns."""
        deeds, rules = iter(self.log.deeds), list(self.log.rules[1:])
        waiting = next(deeds, None)
        for turn in self._moments():
            batch: list[Deed] = []
            while waiting and waiting.known <= turn:
                batch.append(waiting)
                waiting = next(deeds, None)
            self._set_clocks(turn)
            await self._hear([self.log.tell(deed) for deed in batch])
            while rules and rules[0].since <= turn:
                await self._follow(rules.pop(0).version)
            await self._turn()
            self.turns.append(turn)

    def _moments(self) -> Iterator[int]:
        end = max(self.log.days * DAY, self.log.deeds[-1].known)
        for turn in range(0, end + self.step, self.step):
            day, minute = divmod(turn, DAY)
            if not any(day % 60 == away and begin <= minute < until for away, begin, until in AWAY):
                yield turn
        yield from range(end + DAY, end + 90 * DAY, DAY)

    def _set_clocks(self, turn: int) -> None:
        for replica in self.replicas:
            replica.floor.clock.at = moment(turn)

    def _any(self) -> Replica:
        return self.random.choice(self.replicas)

    async def _hear(self, events: Sequence[Event]) -> None:
        for start in range(0, len(events), BATCH):
            records = [_record(event) for event in events[start : start + BATCH]]
            if self.random.random() < 0.02:
                self.killed += 1
                self._any().dying = True
            if self.random.random() < 0.1:
                half = len(records) // 2
                await asyncio.gather(self.replicas[0].deliver(records[: half + 1]), self.replicas[1].deliver(records))
            await self._any().deliver(records)
            if self.random.random() < 0.1:
                await self._any().deliver(records[-10:])

    async def _follow(self, version: int) -> None:
        for replica in self.replicas:
            replica.floor.policies.take(catalog(self.log.rules[version]))
        await asyncio.gather(*(self._retarget(replica) for replica in self.replicas))

    async def _retarget(self, replica: Replica) -> None:
        while await replica.floor.retargeting() < timedelta(seconds=30):
            continue

    async def _turn(self) -> None:
        if self.random.random() < 0.01:
            await self._turn_and_die()
        both = self.random.random() < 0.2
        await asyncio.gather(*(_until_idle(one.floor) for one in (self.replicas if both else [self._any()])))

    async def _turn_and_die(self) -> None:
        """One replica fires and loses its connection before the commit; another process takes its place."""
        place = self.random.randrange(2)
        victim = self.replicas[place]
        self.killed += 1
        try:
            async with victim.floor.db.transaction() as unit:
                rows = await victim.floor.wheel.clocks.queue.claim(unit, BATCH)
                if rows:
                    await victim.floor.wheel.clocks.work(unit, rows)
                raise ConnectionAbortedError("killed before the commit")
        except RetryLater:
            await victim.floor.db.stop()
        fresh = Replica(self.url)
        fresh.floor.clock.at = victim.floor.clock.at
        fresh.floor.policies = victim.floor.policies
        fresh.floor.rebuild()
        self.replicas[place] = fresh

    async def stop(self) -> None:
        """End both replicas."""
        for replica in self.replicas:
            await replica.floor.db.stop()


async def _until_idle(floor: Floor) -> None:
    while await floor.wheel() == timedelta():
        continue


def _record(event: Event) -> Record:
    return Record(event.topic, 0, 0, event.key, event.data.model_dump_json().encode(), to_headers(event.envelope))


@dataclass
class Found:
    """What was said in the end: by threshold, every id, and what was said too early or twice."""

    said: dict[Key, Said] = field(default_factory=dict)
    ids: set[UUID] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)

    def take(self, row_id: UUID, kind: str, payload: bytes, headers: dict[str, str]) -> None:
        """One event."""
        data = MODEL_OF[kind].model_validate_json(payload)
        assert isinstance(data, ClockEvent)
        at, recorded = (datetime.fromisoformat(headers[name]) for name in ("ce_time", "ce_recordedat"))
        key = _key(data)
        if at > recorded:
            self.wrong.append(f"{key} was said early")
        if key in self.said or row_id in self.ids:
            self.wrong.append(f"{key} was said twice")
        self.ids.add(row_id)
        self.said[key] = (minute_of(at), data.folded if isinstance(data, EscalationReached) else ())


def _key(data: ClockEvent) -> Key:
    match data:
        case DeadlineWarned(threshold=threshold):
            name = threshold
        case DeadlineBreached():
            name = "breach"
        case EscalationReached(level=level):
            name = f"level {level}"
        case _:
            raise ValueError(type(data).__name__)
    ticket = int(data.ticket.removeprefix("GD-"))
    return ticket, data.metric, data.cycle, data.policy_version, round(data.target_seconds / 60), name


async def found(db: Database) -> Found:
    """All that was said."""
    result = Found()
    async with db.transaction() as unit:
        async for row in unit.stream(SAID):
            result.take(row.id, row.type, row.payload, dict(row.headers))
    return result
