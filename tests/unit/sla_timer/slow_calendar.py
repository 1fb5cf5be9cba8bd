"""A calendar that looks at every second, to compare the fast one with. Shares no code with it.

It knows the days from `begin` to `end` only; None stands for answers that lie outside.
"""

import random
from bisect import bisect_left
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from gongdan.shared.definitions.calendar import Calendar
from gongdan.sla_timer.domain.calendar.defined import rules_of
from gongdan.sla_timer.domain.calendar.rules import Dated, Rules, Stretch
from gongdan.sla_timer.domain.calendar.working_time import WorkingTime

Minutes = list[tuple[int, int]]
SECOND = timedelta(seconds=1)
# Zones with a moment near which clocks change: at night, at midnight, by half an hour, by two, by a day, or never.
NIGHTS = [
    ("Europe/Berlin", date(2026, 3, 29)),
    ("Europe/Berlin", date(2026, 10, 25)),
    ("America/New_York", date(2027, 3, 14)),
    ("America/New_York", date(2025, 11, 2)),
    ("America/Sao_Paulo", date(2017, 10, 15)),
    ("America/Sao_Paulo", date(2018, 2, 18)),
    ("Africa/Cairo", date(2024, 4, 26)),
    ("Africa/Cairo", date(2024, 10, 31)),
    ("Africa/Casablanca", date(2026, 2, 15)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),
    ("Australia/Lord_Howe", date(2026, 10, 4)),
    ("Antarctica/Troll", date(2025, 3, 30)),
    ("America/St_Johns", date(2009, 3, 8)),
    ("Asia/Shanghai", date(1988, 4, 17)),
    ("Asia/Shanghai", date(2026, 10, 10)),
    ("Asia/Pyongyang", date(2018, 5, 5)),
    ("Pacific/Apia", date(2011, 12, 30)),
    ("Asia/Kathmandu", date(2026, 1, 1)),
]


@dataclass(frozen=True)
class SlowCalendar:
    """Windows are minutes since midnight; those of `days` replace those of the week, Monday first."""

    zone: ZoneInfo
    week: list[Minutes]
    days: dict[date, Minutes]
    begin: datetime
    end: datetime

    @property
    def made_up(self) -> dict[date, Minutes]:
        """The days that would be free and are worked all the same, with their windows."""
        return {day: found for day, found in self.days.items() if found and not self.week[day.weekday()]}

    @cached_property
    def seconds(self) -> bytes:
        """One byte for every second: 1 where it is open. Nothing changes within a minute."""
        minutes = range(round((self.end - self.begin) / timedelta(minutes=1)))
        return b"".join(bytes([self.shows(self.begin + timedelta(minutes=nth))]) * 60 for nth in minutes)

    @cached_property
    def opens(self) -> list[int]:
        """The numbers of all open seconds."""
        return [nth for nth, found in enumerate(self.seconds) if found]

    def windows(self, day: date) -> Minutes:
        """The windows of a day."""
        return self.days.get(day, self.week[day.weekday()])

    def shows(self, at: datetime) -> bool:
        """Whether the clock on the wall shows a time in a window of its day, or one that began the day before."""
        wall = at.astimezone(self.zone)
        minute = wall.hour * 60 + wall.minute
        today, yesterday = self.windows(wall.date()), self.windows(wall.date() - timedelta(days=1))
        return any(start <= minute < end for start, end in today) or any(
            start <= minute + 1440 < end for start, end in yesterday
        )

    def place(self, at: datetime) -> int:
        """The number of a second."""
        return round((at - self.begin) / SECOND)

    def moment(self, place: int) -> datetime | None:
        """The beginning of a second; None when it is outside."""
        return self.begin + place * SECOND if 0 < place < len(self.seconds) else None

    def is_open(self, at: datetime) -> bool:
        """Whether it is open in that second."""
        return self.seconds[self.place(at)] == 1

    def between(self, start: datetime, end: datetime) -> timedelta:
        """How many open seconds there are."""
        return self.seconds.count(1, self.place(start), self.place(end)) * SECOND

    def add(self, start: datetime, span: timedelta) -> datetime | None:
        """The end of the last of the open seconds needed."""
        nth = bisect_left(self.opens, self.place(start)) + round(span / SECOND) - 1
        return self.moment(self.opens[nth] + 1) if nth < len(self.opens) else None

    def before(self, end: datetime, span: timedelta) -> datetime | None:
        """The beginning of the first of the open seconds needed."""
        nth = bisect_left(self.opens, self.place(end)) - round(span / SECOND)
        return self.moment(self.opens[nth]) if nth >= 0 else None

    def next_open(self, at: datetime) -> datetime | None:
        """The first open second."""
        place = self.seconds.find(1, self.place(at))
        return self.moment(place) if place >= 0 else None

    def previous_open(self, at: datetime) -> datetime | None:
        """The end of the last open second."""
        place = self.seconds.rfind(1, 0, self.place(at))
        return self.moment(place + 1) if place >= 0 else None

    def works_on(self, day: date) -> bool:
        """Whether any second of the day's own windows is ever shown by clocks."""
        midnight = datetime.combine(day, time())
        return any(
            _exists(midnight + timedelta(minutes=minute), self.zone)
            for start, end in self.windows(day)
            for minute in range(start, end)
        )

    def add_days(self, start: datetime, days: int) -> datetime | None:
        """Day by day."""
        wall, step = start.astimezone(self.zone), 1 if days > 0 else -1
        day = wall.date()
        for _ in range(abs(days)):
            day += timedelta(days=step)
            while not self.works_on(day):
                if not self.begin.date() < day < self.end.date():
                    return None
                day += timedelta(days=step)
        then = datetime.combine(day, wall.time(), self.zone).astimezone(UTC) if days else start
        if not self.begin < then < self.end:
            return None
        return self.next_open(then) if days >= 0 else self.previous_open(then)


def _exists(wall: datetime, zone: ZoneInfo) -> bool:
    there = wall.replace(tzinfo=zone).astimezone(UTC)
    return there.astimezone(zone).replace(tzinfo=None) == wall


def fast(slow: SlowCalendar) -> WorkingTime:
    """The fast calendar with the same rules; days that differ are overrides of a definition, where it can say so."""
    told = {day: found for day, found in slow.days.items() if all(map(_can_be_written, found))}
    rest = [Stretch(day, day, _seconds(found)) for day, found in slow.days.items() if day not in told]
    spec = Calendar.model_validate({"timezone": slow.zone.key, "overrides": [_override(*one) for one in told.items()]})
    layers = (*rules_of(spec).layers, Dated(rest))
    return WorkingTime(Rules(slow.zone, tuple(_seconds(found) for found in slow.week), layers))


def _can_be_written(window: tuple[int, int]) -> bool:
    """A definition has no window of a whole day that begins in the middle of one."""
    start, end = window
    return start == 0 or end - start < 1440


def _override(day: date, windows: Minutes) -> dict[str, Any]:
    if not windows:
        return {"date": day.isoformat(), "closed": True}
    return {"date": day.isoformat(), "open": [f"{_of_day(start)}-{_of_day(end)}" for start, end in windows]}


def _of_day(minute: int) -> str:
    hour, minute = divmod(minute if minute <= 1440 else minute - 1440, 60)
    return f"{hour:02}:{minute:02}"


def _seconds(windows: Minutes) -> tuple[tuple[int, int], ...]:
    return tuple((start * 60, end * 60) for start, end in windows)


def any_calendar(chance: random.Random, days: int = 12) -> SlowCalendar:
    """A calendar around a night on which clocks change, with some days that differ: some closed, others open.

    Some are made up for (调休): they would be free, and have the hours of a working day.
    """
    name, night = chance.choice(NIGHTS)
    begin = datetime.combine(night, time(), UTC) - timedelta(days=days // 2)
    week = [_any_windows(chance) if chance.random() < 0.7 else [] for _ in range(7)]
    dates = [begin.date() + timedelta(days=nth) for nth in range(days)]
    differing = {day: _any_windows(chance) if chance.random() < 0.5 else [] for day in dates if chance.random() < 0.2}
    differing |= _made_up(chance, week, dates)
    return SlowCalendar(ZoneInfo(name), week, differing, begin, begin + timedelta(days=days))


def _made_up(chance: random.Random, week: list[Minutes], dates: list[date]) -> dict[date, Minutes]:
    """Free days that are worked all the same, each with the hours of some working day of the week."""
    working = [windows for windows in week if windows]
    free = [day for day in dates if not week[day.weekday()]]
    return {day: chance.choice(working) for day in free if chance.random() < 0.4} if working else {}


def _any_windows(chance: random.Random) -> Minutes:
    """Windows that may overlap, last all day, or go on after midnight; often at full and half hours."""
    found: Minutes = []
    for _ in range(chance.randint(1, 3)):
        grain = chance.choice((1, 30, 60))
        start = chance.randrange(0, 1440, grain)
        length = chance.choice((1440, chance.randrange(grain, 1441, grain), 30 * chance.randint(1, 8)))
        found.append((start, start + length))
    return found


def disagreements(chance: random.Random, slow: SlowCalendar, count: int) -> tuple[int, list[str]]:
    """Ask both calendars `count` questions: how many had an answer within the days, and which answers differ."""
    quick, asked, found = fast(slow), 0, []
    width = len(slow.seconds)
    for _ in range(count):
        start, end = (slow.begin + chance.randrange(1, width) * SECOND for _ in range(2))
        span, days = chance.randint(1, 3 * 86_400) * SECOND, chance.randint(-4, 4)
        answers = {
            "is_open": (slow.is_open(start), quick.is_open(start)),
            "between": (slow.between(start, end), quick.between(start, end)),
            "add": (slow.add(start, span), quick.add(start, span)),
            "before": (slow.before(start, span), quick.before(start, span)),
            "next_open": (slow.next_open(start), quick.next_open(start)),
            "previous_open": (slow.previous_open(start), quick.previous_open(start)),
            "add_days": (slow.add_days(start, days), quick.add_days(start, days)),
        }
        for name, (expected, given) in answers.items():
            asked += expected is not None
            if expected is not None and expected != given:
                found.append(f"{name} from {start} to {end}, {span}, {days} days: {expected} but {given}; {slow}")
    return asked, found
