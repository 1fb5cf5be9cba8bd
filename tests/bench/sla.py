"""How sla-timer does with a million open clocks, on a PostgreSQL of its own.

    python -m tests.bench.sla [--clocks 1000000] [--fire 50000] [--seconds 20] [--only apply,fire]

Counted is the whole way to the commit, outbox included; what the relay then publishes is left out, but for the
restart, which is the service as a process of its own beside a broker. Each line gives its bar. Most clocks are
written as rows, not one event after the other.
"""

import argparse
import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from time import perf_counter, process_time

from gongdan.shared.bus.delivery import BatchDelivery
from gongdan.shared.bus.records import Record
from gongdan.shared.clock import SystemClock
from gongdan.shared.contracts.envelope import to_headers
from gongdan.shared.contracts.registry import Event
from gongdan.shared.cycles import look_for_cycles_seldom
from gongdan.shared.db.pool import Row
from gongdan.shared.db.session import Database, Transaction
from gongdan.shared.health import Health
from gongdan.shared.loops import Loop
from gongdan.shared.service import uvicorn_loop
from gongdan.sla_timer.adapters.backlog import LONG_AGO
from gongdan.sla_timer.adapters.policies import CatalogPolicies
from gongdan.sla_timer.adapters.wheel import Wheel
from gongdan.sla_timer.app import MIGRATIONS, SCHEMA, Workshop, workshop
from gongdan.sla_timer.domain.timers import Timer
from gongdan.sla_timer.settings import Settings
from tests.bench import sla_rows
from tests.bench.sla_restart import restart
from tests.bench.sla_server import Measured, server
from tests.kit.policies import catalog, policy
from tests.kit.story import Story

LATE_AFTER = timedelta(seconds=5)


@dataclass
class Bench:
    """The work of one replica, and how late each thing was said that it fired."""

    server: Measured
    batch: int
    late: list[float] = field(default_factory=list)
    due: list[datetime] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.clock = SystemClock()
        self.db = Database(self.server.url(), SCHEMA, MIGRATIONS)
        policies = CatalogPolicies()
        policies.take(catalog())
        self.work: Workshop = workshop(self.db, policies, self.clock, LATE_AFTER)

    def wheel(self) -> Wheel:
        """A wheel that notes what it claims, so that `noted` can tell how late that was."""
        wheel = self.work.wheel(self, self.batch)
        look, tell = wheel.clocks.work, wheel.timers.work

        async def looking(unit: Transaction, rows: Sequence[Row]) -> None:
            self.due += [row.wake_at for row in rows]
            await look(unit, rows)

        async def telling(unit: Transaction, timers: Sequence[Timer]) -> None:
            self.due += [timer.due_at for timer in timers]
            await tell(unit, timers)

        clocks, timers = replace(wheel.clocks, work=looking), replace(wheel.timers, work=telling)
        return replace(wheel, clocks=clocks, timers=timers)

    def held_until(self) -> datetime:
        """Nothing has to wait."""
        return LONG_AGO

    def open_until(self) -> datetime:
        """Nothing has to wait."""
        return self.clock.now()

    def noted(self) -> None:
        """What was claimed last is committed."""
        now = self.clock.now()
        self.late += [(now - at).total_seconds() for at in self.due]
        self.due = []


def records(events: Sequence[Event]) -> list[Record]:
    """Events as they come from Kafka."""
    return [
        Record(event.topic, 0, place, event.key, event.data.model_dump_json().encode(), to_headers(event.envelope))
        for place, event in enumerate(events)
    ]


def life(number: int, noon: datetime) -> list[Event]:
    """Eight events of a ticket's life."""
    story = Story(f"bench-{number}", f"GD-{number}", noon=noon)
    return [
        story.opened(),
        story.asked(0),
        story.assigned(1, "li.wei"),
        story.answered(20),
        story.asked(30),
        story.moved(31, "waiting"),
        story.moved(40, "open"),
        story.answered(50),
    ]


async def apply(bench: Bench, tickets: int) -> None:
    """Ticket events a second, of as many tickets at a time as are in work."""
    lives = [life(number, datetime.now(UTC)) for number in range(tickets)]
    crowds = [lives[start : start + 1_000] for start in range(0, tickets, 1_000)]
    rows = records([one[step] for crowd in crowds for step in range(8) for one in crowd])
    lanes, batch = (Settings.model_fields[name].default for name in ("lanes", "kafka_batch"))
    delivery = BatchDelivery("sla-timer", bench.db, bench.work.on_tickets, bench.clock, lanes=lanes)
    cost = Cost(bench.server)
    for start in range(0, len(rows), batch):
        await delivery.deliver(rows[start : start + batch])
    cost.report("applying ticket events", len(rows), ">= 5,000/s")


async def fire(bench: Bench, count: int) -> None:
    """Timers a second when everything is due at once."""
    await sla_rows.make_due(bench.db, count, bench.clock.now() - timedelta(minutes=1), timedelta())
    wheel = bench.wheel()
    cost = Cost(bench.server)
    while await wheel() == timedelta():
        continue
    cost.report("firing", count, ">= 5,000/s")


async def turn(bench: Bench, until: datetime) -> None:
    """Let the wheel turn for a while, as the service does."""
    wheel = bench.wheel()

    async def step() -> timedelta:
        rest = await wheel()
        bench.noted()
        return rest

    loop = Loop("wheel", step, Health("bench"))
    await loop.start()
    try:
        await asyncio.sleep((until - bench.clock.now()).total_seconds())
    finally:
        await loop.stop()


async def lateness(bench: Bench, seconds: int) -> None:
    """How late timers fire when a thousand come due each second."""
    start = bench.clock.now() + timedelta(seconds=2)
    await sla_rows.make_due(bench.db, 1_000 * seconds, start, timedelta(milliseconds=1))
    bench.late, bench.due = [], []
    cpu = process_time()
    await turn(bench, start + timedelta(seconds=seconds + 2))
    late(bench.late, f"lateness at 1,000 due/s ({process_time() - cpu:.1f} s CPU in {seconds} s)")


async def recompute(bench: Bench, clocks: int) -> None:
    """Another policy for every open clock, while a hundred timers come due each second."""
    start = bench.clock.now() + timedelta(seconds=1)
    await sla_rows.set_timers(bench.db, 30_000, start, timedelta(milliseconds=10))
    bench.late, bench.due = [], []
    stopping = start + timedelta(minutes=5)
    turning = asyncio.create_task(turn(bench, stopping))
    other = {"first_response": {"*": "400d"}, "resolution": {"*": "500d"}}
    bench.work.policies.take(catalog(policy(version=2, targets=other), revision=2))
    usual = (Settings.model_fields[name].default for name in ("retarget_batch", "retarget_share", "retarget_lanes"))
    step = bench.work.retargeting(lambda: False, *usual)
    cost = Cost(bench.server)
    while (rest := await step()) < timedelta(seconds=30):
        await asyncio.sleep(rest.total_seconds())
    cost.report("recompute after a change", clocks, "1,000,000 in < 300 s")
    late(bench.late, "lateness meanwhile, 100 due/s")
    turning.cancel()
    await asyncio.gather(turning, return_exceptions=True)


@dataclass
class Cost:
    """What something takes from when this is made: time, and CPU here and in PostgreSQL."""

    server: Measured
    begun: float = field(default_factory=perf_counter)
    own: float = field(default_factory=process_time)

    def __post_init__(self) -> None:
        self.theirs = self.server.cpu()

    def report(self, what: str, count: int, bar: str) -> None:
        """One line."""
        wall, own, theirs = perf_counter() - self.begun, process_time() - self.own, self.server.cpu() - self.theirs
        print(
            f"{what}: {count:,} in {wall:.1f} s, {count / wall:,.0f}/s; CPU each: {1e6 * own / count:.0f} us here, "
            f"{1e6 * theirs / count:.0f} us in PostgreSQL (bar: {bar})",
            flush=True,
        )


def late(found: list[float], what: str) -> None:
    """One line."""
    ordered = sorted(found) or [0.0]
    p50, p99 = (1_000 * ordered[int(len(ordered) * share)] for share in (0.5, 0.99))
    worst = 1_000 * ordered[-1]
    print(
        f"{what}: {len(found):,} fired, p50 {p50:.0f} ms, p99 {p99:.0f} ms, worst {worst:.0f} ms "
        "(bar: p50 < 50 ms, p99 < 500 ms)",
        flush=True,
    )


async def measure(arguments: argparse.Namespace) -> None:
    """Everything that was asked for."""
    only = set(arguments.only.split(","))
    async with server() as postgres:
        bench = Bench(postgres, arguments.batch)
        await bench.db.start()
        if "apply" in only:
            await apply(bench, arguments.tickets)
        await sla_rows.fill(bench.db, bench.work.books.shelf, arguments.clocks)
        print(f"open clocks: {await sla_rows.count(bench.db):,}", flush=True)
        if "fire" in only:
            await fire(bench, arguments.fire)
        if "late" in only:
            await lateness(bench, arguments.seconds)
        if "restart" in only:
            await restart(bench.db, postgres.url())
        if "recompute" in only:
            await recompute(bench, await sla_rows.count(bench.db))
        await bench.db.stop()


def main() -> None:
    """Read the arguments and measure."""
    parser = argparse.ArgumentParser(description="Measure sla-timer.")
    parser.add_argument("--clocks", type=int, default=1_000_000)
    parser.add_argument("--tickets", type=int, default=5_000)
    parser.add_argument("--fire", type=int, default=50_000)
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--batch", type=int, default=500)
    parser.add_argument("--only", default="apply,fire,late,restart,recompute")
    arguments = parser.parse_args()
    look_for_cycles_seldom()
    with uvicorn_loop() as runner:
        runner.run(measure(arguments))


if __name__ == "__main__":
    main()
