"""How many clocks a second are counted again, by one core: seconds of processor time.

`python -m tests.bench.backtest [TICKETS]`. Each clock is counted under the policies in force and under others, with
working time, a condition, pauses and priorities that change; reading the log into histories is timed on its own. All
histories are kept here, which the program does not do: so cycles are looked for seldom.
"""

import sys
import time
from datetime import timedelta

from gongdan.shared.contracts.registry import Event
from gongdan.shared.cycles import look_for_cycles_seldom
from gongdan.sla_timer.domain.backtest.differences import Differences, Side, side
from gongdan.sla_timer.domain.backtest.histories import history_of
from tests.kit.policies import policy
from tests.kit.story import Story
from tests.unit.sla_timer.test_hours import calendar, of

TICKETS = 5_000
BAR = 50_000
METRICS = ("first_response", "next_response", "resolution")
ROUNDS = 3


def told(number: int) -> list[Event]:
    """A ticket of nine events, three clocks and one pause."""
    story = Story(f"t{number}", f"GD-{number}", noon=Story().noon + timedelta(minutes=17 * number))
    events = [story.opened(), story.asked(1), story.assigned(5, "somebody"), story.answered(10 + number % 400)]
    if number % 5 == 0:
        events.append(story.prioritised(450, "high"))
    events += [story.moved(500, "waiting"), story.asked(600), story.moved(601, "open"), story.answered(900)]
    return [*events, story.moved(1_900 + number % 3_000, "resolved")]


def policies(hours: int) -> Side:
    """Two policies by a calendar."""
    gold = policy("gold", order=1, when='"gold" in ticket.tags && ticket.priority == "high"', calendar="office")
    targets = {
        "first_response": {"*": f"{hours}h"},
        "next_response": {"*": "4h"},
        "resolution": {"high": "1 working day", "*": "2 working days"},
    }
    return side(of(gold, policy(calendar="office", targets=targets), calendar()))


def main() -> None:
    """Read, count, print."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else TICKETS
    look_for_cycles_seldom()
    stories = [told(number) for number in range(count)]
    begun = time.process_time()
    histories = [history_of(events, (), METRICS) for events in stories]
    read = time.process_time() - begun
    events = sum(map(len, stories))
    print(f"histories: {events / read:,.0f} events/s of processor time")
    best, found = 0.0, None
    for _ in range(ROUNDS):
        found = Differences(policies(4), policies(2), Story().noon + timedelta(days=400))
        begun = time.process_time()
        for history in histories:
            found.take(history)
        best = max(best, 2 * found.total().clocks / (time.process_time() - begun))
    print(f"what-if: {best:,.0f} clocks/s of processor time (bar {BAR:,}); {found.total() if found else ''}")


if __name__ == "__main__":
    main()
