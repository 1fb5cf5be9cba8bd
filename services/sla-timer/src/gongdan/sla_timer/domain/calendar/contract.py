"""What clocks ask of a calendar, and the simplest one. All moments are aware; those returned are in UTC."""

from datetime import UTC, datetime, timedelta
from typing import Protocol

DAY = timedelta(days=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICRO = timedelta(microseconds=1)


class Calendar(Protocol):
    """Counts working time. For every start and every span, `between(start, add(start, span)) == span`."""

    @property
    def working_day(self) -> timedelta:
        """The working time of an ordinary working day: what `1 working day` of a target stands for."""
        ...

    def add(self, start: datetime, span: timedelta) -> datetime:
        """The earliest moment by which `span` of working time has passed since `start`; `span` is not negative."""
        ...

    def between(self, start: datetime, end: datetime) -> timedelta:
        """The working time from `start` to `end`; zero when `end` is not later."""
        ...

    def spent(self, start: int, end: int) -> int:
        """As `between`, all in microseconds, moments since 1970; `end` is not earlier. For those who count a lot."""
        ...

    def add_days(self, start: datetime, days: int) -> datetime:
        """The same time of day so many working days later, or the first open moment after it."""
        ...


class AroundTheClock:
    """Every second counts."""

    @property
    def working_day(self) -> timedelta:
        """All of it."""
        return DAY

    def add(self, start: datetime, span: timedelta) -> datetime:
        """`span` later."""
        return start + span

    def between(self, start: datetime, end: datetime) -> timedelta:
        """All the time in between."""
        return max(end - start, timedelta())

    def spent(self, start: int, end: int) -> int:
        """All the time in between, in microseconds."""
        return end - start

    def add_days(self, start: datetime, days: int) -> datetime:
        """So many times 24 hours later."""
        return start + days * DAY


AROUND_THE_CLOCK = AroundTheClock()


def micros(moment: datetime) -> int:
    """A moment in microseconds since 1970."""
    return (moment - EPOCH) // MICRO
