"""How fast calendars count, and how often they agree with one that looks at every second.

`python -m tests.bench.calendar [SCENARIOS]`: seconds of processor time; each scenario asks 60 times 7 questions near a
night on which clocks change, about nine in ten of which have an answer within its days.
"""

import random
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from gongdan.sla_timer.domain.calendar.public_holidays import PublicHolidays
from gongdan.sla_timer.domain.calendar.rules import Rules, Windows
from gongdan.sla_timer.domain.calendar.working_time import WorkingTime
from tests.unit.sla_timer.slow_calendar import any_calendar, disagreements

ROUNDS = 50_000
SCENARIOS = 320
OFFICE: Windows = ((9 * 3600, 12 * 3600), (13 * 3600 + 1800, 18 * 3600))
BAR_MICROSECONDS = 50


def each(call: Callable[[], object]) -> float:
    """Microseconds of processor time a call, after one to warm up."""
    call()
    begun = time.process_time()
    for _ in range(ROUNDS):
        call()
    return (time.process_time() - begun) / ROUNDS * 1e6


def speed() -> None:
    """400 working days ahead, in both ways of counting them."""
    rules = Rules(ZoneInfo("Asia/Shanghai"), (OFFICE,) * 5 + ((), ()), (PublicHolidays("CN", make_up=OFFICE),))
    office = WorkingTime(rules)
    start = datetime(2026, 3, 5, 3, tzinfo=UTC)
    span = 400 * office.working_day
    later = office.add(start, span)
    for name, call in {
        "add 400 working days of time": lambda: office.add(start, span),
        "add_days 400": lambda: office.add_days(start, 400),
        "between over 400 working days": lambda: office.between(start, later),
    }.items():
        print(f"{name}: {each(call):.1f} us (bar {BAR_MICROSECONDS})")


def agreement(scenarios: int) -> bool:
    """Compare answers; print what differs."""
    chance = random.Random(20_261_123)  # noqa: S311 - to repeat
    asked, wrong = 0, 0
    for _ in range(scenarios):
        answered, found = disagreements(chance, any_calendar(chance), 60)
        asked, wrong = asked + answered, wrong + len(found)
        for line in found[:3]:
            print(line)
    print(f"answers compared second by second: {asked} (bar 100000), {wrong} differ (bar 0)")
    return wrong == 0


def main() -> None:
    """Both."""
    speed()
    if not agreement(int(sys.argv[1]) if len(sys.argv) > 1 else SCENARIOS):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
