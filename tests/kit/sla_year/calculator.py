"""What must have been said in a simulated year, found from its log alone: minute by minute, and without the service's
code. `turns` are the minutes at which the wheel turned; what happens at such a minute is heard before it turns."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import accumulate

from tests.kit.sla_year.log import BEGIN, DAY, LEVELS, METRICS, PRIORITIES, Deed, Log, Rules

DONE = ("resolved", "closed")
RESTS = {
    "first_response": ("resolved",),
    "next_response": ("resolved", "waiting"),
    "periodic_update": (),
    "resolution": ("waiting",),
}
Key = tuple[int, str, int, int, int, str]
# When it was reached, and the levels that folded into it.
Said = tuple[int, tuple[int, ...]]


@dataclass(frozen=True)
class Minutes:
    """A calendar as a count of open minutes before each minute."""

    before: list[int]

    def add(self, start: int, span: int) -> int:
        """When so many open minutes have passed."""
        return start if span == 0 else bisect_left(self.before, self.before[start] + span)

    def between(self, start: int, end: int) -> int:
        """The open minutes in between."""
        return self.before[end] - self.before[start]


def office(rules: Rules, days: int) -> Minutes:
    """The office hours under a version of the rules, every minute looked at."""
    opened = []
    for day in range(days):
        date = (BEGIN + timedelta(days=day)).date()
        works = date.weekday() < 5 and date not in rules.closed
        opened += [works and (540 <= minute < 720 or 810 <= minute < 1080) for minute in range(DAY)]
    return Minutes([0, *accumulate(map(int, opened))])


@dataclass
class Count:
    """A clock: counted up to `at`."""

    metric: str
    cycle: int
    at: int
    resting: bool
    rules: Rules
    target: int
    elapsed: int = 0
    over: bool = False
    said: set[tuple[int, int, str]] = field(default_factory=set)

    def has_said(self, threshold: str) -> bool:
        """Whether it said this under the present rules."""
        return (self.rules.version, self.target, threshold) in self.said

    def thresholds(self) -> list[tuple[str, int]]:
        """All of them, in order."""
        before = [(name, self.target * share // 100) for name, share in (("50%", 50), ("80%", 80))]
        return [
            *before,
            ("breach", self.target),
            *((f"level {nth}", self.target + late) for nth, late in enumerate(LEVELS, 1)),
        ]


class Calculator:
    """Goes through one year."""

    def __init__(self, log: Log, turns: Sequence[int]) -> None:
        last = max(turns[-1] // DAY, log.deeds[-1].known // DAY) + 400
        self.log, self.turns = log, turns
        self.offices = [office(rules, last) for rules in log.rules]
        self.always = Minutes(list(range(last * DAY + 1)))
        self.expected: dict[Key, Said] = {}

    def run(self) -> dict[Key, Said]:
        """Everything that must have been said."""
        deeds: dict[int, list[Deed]] = defaultdict(list)
        for deed in self.log.deeds:
            deeds[deed.ticket].append(deed)
        for ticket, life in deeds.items():
            _Ticket(self, ticket).live(life)
        return self.expected

    def heard_at(self, minute: int) -> int:
        """The turn before which something of that minute is heard."""
        place = bisect_left(self.turns, minute)
        return self.turns[place]

    def calendar(self, count: Count) -> Minutes:
        """What counts for a clock."""
        return self.offices[count.rules.version] if count.metric in count.rules.working else self.always


class _Ticket:
    def __init__(self, year: Calculator, ticket: int) -> None:
        self.year, self.ticket = year, ticket
        self.counts: dict[str, Count] = {}
        self.category, self.priority, self.asks = "", "normal", False
        self.rules = year.log.rules[0]
        self.turn = 0

    def live(self, deeds: Sequence[Deed]) -> None:
        """All that happens to it, in the order in which it is heard; rules that change at a turn are heard last."""
        heard: list[tuple[int, int, int, Deed | Rules]] = [
            *((self.year.heard_at(deed.known), 0, deed.nth, deed) for deed in deeds),
            *((self.year.heard_at(rules.since), 1, rules.version, rules) for rules in self.year.log.rules[1:]),
        ]
        for turn, _, _, what in sorted(heard, key=lambda one: one[:3]):
            self.look(turn)
            self.turn = turn
            if isinstance(what, Deed):
                self.do(what)
            else:
                self.change(turn, what)
        self.look(self.year.turns[-1] + 1)

    def look(self, until: int) -> None:
        """Say what the wheel said at its turns before `until`."""
        for count in self.counts.values():
            while not count.over and not count.resting and self.say(count, until):
                continue

    def say(self, count: Count, until: int) -> bool:
        calendar = self.year.calendar(count)
        dues = [
            (name, calendar.add(count.at, max(span - count.elapsed, 0)))
            for name, span in count.thresholds()
            if not count.has_said(name)
        ]
        # What was due before it was heard of is said at the turn after that.
        place = bisect_left(self.year.turns, max(dues[0][1], self.turn)) if dues else len(self.year.turns)
        if place >= len(self.year.turns) or self.year.turns[place] >= until:
            return False
        reached = [(name, due) for name, due in dues if due <= self.year.turns[place]]
        breached = any(name == "breach" for name, _ in reached)
        levels = [int(name[6:]) for name, _ in reached if name.startswith("level")]
        for name, due in reached:
            count.said.add((count.rules.version, count.target, name))
            level = int(name[6:]) if name.startswith("level") else 0
            if (level and level == levels[-1]) or name == "breach" or not (level or breached):
                self.expect(count, name, due, tuple(levels[:-1]) if level else ())
        return True

    def expect(self, count: Count, threshold: str, due: int, folded: tuple[int, ...] = ()) -> None:
        key = (self.ticket, count.metric, count.cycle, count.rules.version + 1, count.target, threshold)
        assert key not in self.year.expected, key
        self.year.expected[key] = (due, folded)

    def settle(self, count: Count, at: int) -> int:
        """Count up to `at`, or to where it is counted already; a deadline that passed before is said at last."""
        at = max(at, count.at)
        calendar = self.year.calendar(count)
        if not count.resting:
            due = calendar.add(count.at, max(count.target - count.elapsed, 0))
            if due < at and not count.has_said("breach"):
                self.expect(count, "breach", due)
                count.said.update((count.rules.version, count.target, name) for name, _ in count.thresholds()[:3])
            count.elapsed += calendar.between(count.at, at)
        count.at = at
        return at

    def begin(self, metric: str, at: int) -> None:
        last = self.counts.get(metric)
        cycle = last.cycle + 1 if last else 1
        resting = self.category in RESTS[metric]
        self.counts[metric] = Count(metric, cycle, at, resting, self.rules, self.rules.target(metric, self.priority))

    def is_open(self, metric: str) -> bool:
        return metric in self.counts and not self.counts[metric].over

    def do(self, deed: Deed) -> None:
        was = self.category
        self.category = deed.what if deed.what in ("open", "waiting", *DONE) else was or "new"
        self.priority = deed.what if deed.what in PRIORITIES else self.priority
        for metric in METRICS:
            if self.starts(metric, deed):
                self.begin(metric, deed.minute)
            self.follow(metric, deed, was)
        unheard = deed.what == "asked" or self.asks
        self.asks = deed.what != "answered" and self.category in DONE and unheard

    def starts(self, metric: str, deed: Deed) -> bool:
        if metric == "first_response":
            return metric not in self.counts
        if self.category in DONE or self.is_open(metric):
            return False
        if metric == "next_response":
            asks = deed.what == "asked" or self.asks
            return asks and deed.what != "answered" and not self.is_open("first_response")
        return True

    def follow(self, metric: str, deed: Deed, was: str) -> None:
        if not self.is_open(metric):
            return
        count = self.counts[metric]
        changed = self.rules.target(metric, self.priority) != count.target or self.rules is not count.rules
        resting = self.category in RESTS[metric]
        if self.ends(metric, deed, was):
            self.settle(count, deed.minute)
            count.over = True
            if metric == "periodic_update" and deed.what == "answered" and self.category not in DONE:
                self.begin(metric, deed.minute)
            return
        if changed or resting != count.resting:
            self.settle(count, deed.minute)
        else:
            self.notice(count, deed.minute)
        if changed:
            self.retarget(count)
        count.resting = resting

    def notice(self, count: Count, at: int) -> None:
        """A deadline that passed before something happened is said at last, also when that changes nothing."""
        due = self.year.calendar(count).add(count.at, max(count.target - count.elapsed, 0))
        if not count.resting and due < at and not count.has_said("breach"):
            self.expect(count, "breach", due)
            count.said.update((count.rules.version, count.target, name) for name, _ in count.thresholds()[:3])

    def ends(self, metric: str, deed: Deed, was: str) -> bool:
        if metric == "first_response":
            return deed.what == "answered" or self.category == "closed"
        if metric == "resolution":
            return self.category in DONE
        finished = self.category in DONE if metric == "periodic_update" else self.category in DONE and was not in DONE
        return deed.what == "answered" or finished or self.category == "closed"

    def retarget(self, count: Count) -> None:
        old = {name for name, _ in count.thresholds() if count.has_said(name)}
        count.rules, count.target = self.rules, self.rules.target(count.metric, self.priority)
        carried = [name for name, span in count.thresholds() if span <= count.elapsed and name in old]
        count.said.update((count.rules.version, count.target, name) for name in carried)

    def change(self, turn: int, rules: Rules) -> None:
        self.rules = rules
        for count in self.counts.values():
            if not count.over:
                self.settle(count, turn)
                self.retarget(count)


def differences(expected: dict[Key, Said], found: dict[Key, Said]) -> Iterator[str]:
    """What was said and should not have been, what should have been and was not, what was said of another time."""
    for key in sorted(expected.keys() | found.keys()):
        if expected.get(key) != found.get(key):
            yield f"{key}: should be {expected.get(key)}, is {found.get(key)}"
