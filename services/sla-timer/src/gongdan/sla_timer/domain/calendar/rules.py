"""Which windows a day has: the week, and over it layers of days that differ, the first layer first.

A window is a pair of seconds since midnight by the clock on the wall; one that ends after 86 400 goes on into the next
day. Windows of a day may touch and overlap.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

DAY = 86_400
Window = tuple[int, int]
Windows = tuple[Window, ...]
CLOSED: Windows = ()
ALL_DAY: Windows = ((0, DAY),)


class Layer(Protocol):
    """Days that differ from the week."""

    def of(self, year: int) -> Mapping[date, Windows]:
        """Those of a year, with their windows."""
        ...


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days that follow each other, both ends included, and have the same windows."""

    first: date
    last: date
    windows: Windows


@dataclass(frozen=True, slots=True)
class Dated:
    """A layer of stretches of days; where they overlap the later one counts."""

    stretches: Sequence[Stretch]

    def of(self, year: int) -> dict[date, Windows]:
        """Those of a year."""
        start, end = date(year, 1, 1), date(year, 12, 31)
        return {
            date.fromordinal(day): each.windows
            for each in self.stretches
            for day in range(max(each.first, start).toordinal(), min(each.last, end).toordinal() + 1)
        }


@dataclass(frozen=True, slots=True)
class Rules:
    """All that a calendar is made of. `week` has the windows of Monday to Sunday."""

    zone: ZoneInfo
    week: tuple[Windows, ...]
    layers: tuple[Layer, ...] = ()

    def of(self, year: int) -> dict[date, Windows]:
        """The windows of every day of a year that has any, in order."""
        differing: dict[date, Windows] = {}
        for layer in reversed(self.layers):
            differing.update(layer.of(year))
        first = date(year, 1, 1)
        days = (first + timedelta(days=nth) for nth in range((date(year, 12, 31) - first).days + 1))
        found = ((day, differing.get(day, self.week[day.weekday()])) for day in days)
        return {day: windows for day, windows in found if windows}

    @property
    def working_day(self) -> timedelta:
        """The working time of most days of the week that have any, the longer of two; 24 hours without such days."""
        lengths = Counter(length(windows) for windows in self.week if windows)
        return timedelta(seconds=max(lengths, key=lambda one: (lengths[one], one), default=DAY))


def length(windows: Windows) -> int:
    """The seconds in windows, those in several of them once."""
    return sum(end - start for start, end in joined(sorted(windows)))


def joined(spans: Sequence[Window]) -> list[Window]:
    """Sorted spans without overlaps; spans that touch become one."""
    found: list[Window] = []
    for start, end in spans:
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found
