"""A whole simulated year of sla-timer, checked against a slow calculator that knows the log alone.

    python -m tests.bench.sla_year [--tickets 50000] [--days 365] [--changes 8] [--step 60] [--seed 1]

Two replicas work on one database under a clock that is moved `--step` minutes at a time; they are killed before their
commits, read batches of each other again, and are away at times. Prints what was said, and what should not have been.
"""

import argparse
from collections import Counter
from itertools import islice
from time import perf_counter, process_time

from gongdan.shared.cycles import look_for_cycles_seldom
from gongdan.shared.service import uvicorn_loop
from tests.bench.sla_server import server
from tests.kit.sla_year.calculator import Calculator, differences
from tests.kit.sla_year.log import Log
from tests.kit.sla_year.run import Year, found


async def simulate(log: Log, step: int) -> int:
    """Run a year and compare; returns how much was wrong."""
    begun = perf_counter()
    async with server() as postgres:
        year = Year(log, postgres.url(), step)
        await year.replicas[0].floor.db.start()
        await year.run()
        print(f"{len(log.deeds):,} events of {log.tickets:,} tickets, {len(year.turns):,} turns, {year.killed} kills")
        print(f"in {perf_counter() - begun:.0f} s, {process_time():.0f} s CPU; comparing", flush=True)
        result = await found(year.replicas[0].floor.db)
        await year.stop()
    expected = Calculator(log, year.turns).run()
    wrong = [*result.wrong, *differences(expected, result.said)]
    kinds = Counter(key[5] for key in result.said)
    print(f"said: {dict(kinds)}; to be said: {len(expected):,}; wrong, early or twice: {len(wrong)} (bar: 0)")
    for line in islice(wrong, 20):
        print(line)
    return len(wrong)


def main() -> None:
    """Read the arguments and simulate; ends with status 1 when anything was wrong."""
    parser = argparse.ArgumentParser(description="Simulate a year of sla-timer.")
    for name, usual in (("tickets", 50_000), ("days", 365), ("changes", 8), ("step", 60), ("seed", 1)):
        parser.add_argument(f"--{name}", type=int, default=usual)
    arguments = parser.parse_args()
    look_for_cycles_seldom()
    log = Log(arguments.seed, arguments.tickets, arguments.days, arguments.changes)
    with uvicorn_loop() as runner:
        wrong = runner.run(simulate(log, arguments.step))
    raise SystemExit(1 if wrong else 0)


if __name__ == "__main__":
    main()
