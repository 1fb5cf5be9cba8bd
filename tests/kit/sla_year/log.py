"""What happens in a simulated year: deeds on tickets, policies that change, hours in which the service is away.

All times are whole minutes since the year began. The same seed makes the same year.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

from gongdan.shared.contracts.registry import Event
from gongdan.shared.definitions.catalog import Catalog, catalog_of
from gongdan.shared.definitions.registry import check
from tests.kit.policies import policy
from tests.kit.story import Story, delayed

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
DAY = 24 * 60
PRIORITIES = ("urgent", "high", "normal", "low")
METRICS = ("first_response", "next_response", "periodic_update", "resolution")
LEVELS = (0, 120)
NEXT = {
    "new": ("answered", "asked", "waiting", "resolved", "priority", "open"),
    "open": ("answered", "answered", "asked", "asked", "waiting", "resolved", "priority"),
    "waiting": ("open", "open", "asked", "priority"),
    "resolved": ("asked", "open", "closed", "closed"),
    "closed": ("asked", "asked"),
}


@dataclass(frozen=True, slots=True, order=True)
class Deed:
    """Something that is done at `minute` and learned of `lag` minutes later."""

    known: int
    ticket: int
    nth: int
    what: str
    lag: int = 0

    @property
    def minute(self) -> int:
        """When it was done."""
        return self.known - self.lag


@dataclass(frozen=True, slots=True)
class Rules:
    """A version of the policy: targets in minutes by metric, for urgent tickets and for others; closed days."""

    since: int
    version: int
    targets: dict[str, tuple[int, int]]
    working: frozenset[str]
    closed: tuple[date, ...] = ()

    def target(self, metric: str, priority: str) -> int:
        """What it promises, in minutes."""
        urgent, others = self.targets[metric]
        return urgent if priority == "urgent" else others


@dataclass
class Log:
    """A year, or less of one."""

    seed: int
    tickets: int
    days: int
    changes: int
    deeds: list[Deed] = field(default_factory=list)
    rules: list[Rules] = field(default_factory=list)
    stories: dict[int, Story] = field(default_factory=dict)

    def __post_init__(self) -> None:
        random = Random(self.seed)  # noqa: S311 - the same seed is to make the same year
        self.rules = [
            _rules(random, version, self.days * DAY // (self.changes + 1)) for version in range(self.changes + 1)
        ]
        for ticket in range(self.tickets):
            self.deeds += _life(random, ticket, random.randrange(self.days * DAY))
        self.deeds.sort()

    def tell(self, deed: Deed) -> Event:
        """A deed as router would say it."""
        story = self.stories.get(deed.ticket)
        if story is None:
            name = f"year-{deed.ticket}"
            story = self.stories[deed.ticket] = Story(name, f"GD-{deed.ticket}", noon=BEGIN)
            story.noon = moment(deed.minute)
        event = _told(story, deed.what, (moment(deed.minute) - story.noon) / timedelta(minutes=1))
        story.told.clear()
        return delayed(event, timedelta(minutes=deed.lag)) if deed.lag else event


def moment(minute: int) -> datetime:
    """A minute of the year as a time."""
    return BEGIN + timedelta(minutes=minute)


def minute_of(at: datetime) -> int:
    """A time as a minute of the year. Raises ValueError when it is between minutes."""
    minute, rest = divmod(at - BEGIN, timedelta(minutes=1))
    if rest:
        raise ValueError(f"{at} is between two minutes")
    return minute


def catalog(rules: Rules) -> Catalog:
    """A version of the policy, with its calendar, as definitions."""
    targets: dict[str, Any] = {
        metric: {
            "urgent": f"{urgent}m",
            "*": f"{others}m",
            "time": "working" if metric in rules.working else "calendar",
        }
        for metric, (urgent, others) in rules.targets.items()
    }
    levels = [{"after": f"{after}m", "notify": ["lead"]} for after in LEVELS]
    promise = policy(
        version=rules.version + 1, targets=targets, calendar="office", warn=["50%", "80%"], escalate=levels
    )
    hours = {
        "timezone": "Etc/UTC",
        "week": {"mon-fri": ["09:00-12:00", "13:30-18:00"]},
        "overrides": [{"date": day.isoformat(), "closed": True} for day in rules.closed],
    }
    office = check({"kind": "Calendar", "metadata": {"name": "office"}, "spec": hours}, len(rules.closed) + 1)
    return catalog_of(rules.version + 1, (promise, office))


def _target(rules: Rules, metric: str) -> dict[str, str]:
    urgent, others = rules.targets[metric]
    time = "working" if metric in rules.working else "calendar"
    return {"urgent": f"{urgent}m", "*": f"{others}m", "time": time}


def _rules(random: Random, version: int, every: int) -> Rules:
    closed = tuple(date(2026, 1, 5) + timedelta(days=11 * nth) for nth in range(version))
    return Rules(
        since=version * every // 60 * 60,
        version=version,
        targets={
            "first_response": (10 * random.randint(1, 6), 10 * random.randint(6, 60)),
            "next_response": (10 * random.randint(1, 12), 10 * random.randint(6, 60)),
            "periodic_update": (10 * random.randint(6, 24), 10 * random.randint(24, 200)),
            "resolution": (10 * random.randint(6, 60), 10 * random.randint(60, 500)),
        },
        working=frozenset(random.sample(METRICS, 2)),
        closed=closed,
    )


def _life(random: Random, ticket: int, begin: int) -> Iterator[Deed]:
    category, known = "new", begin
    yield Deed(known, ticket, 0, "opened")
    for nth in range(1, random.randint(2, 10)):
        known += int(random.expovariate(1 / random.choice((20, 200, 3_000)))) + 1
        what = random.choice(NEXT[category])
        lag = random.randint(1, 180) if what == "answered" and random.random() < 0.1 else 0
        if what == "priority":
            what = random.choice(PRIORITIES)
        category = what if what in NEXT else category
        yield Deed(known, ticket, nth, what, min(lag, known - begin))


def _told(story: Story, what: str, at: float) -> Event:
    match what:
        case "opened":
            return story.opened(at)
        case "asked":
            return story.asked(at)
        case "answered":
            return story.answered(at)
        case "urgent" | "high" | "normal" | "low":
            return story.prioritised(at, what)
        case "open" | "waiting" | "resolved" | "closed":
            return story.moved(at, what)
    raise ValueError(what)
