"""When time counts. Elapsed time and deadlines ask a calendar; which one is the caller's choice."""

from datetime import datetime, timedelta
from typing import Protocol


class Calendar(Protocol):
    """Counts working time. For every start and every span, `between(start, add(start, span)) == span`."""

    def add(self, start: datetime, span: timedelta) -> datetime:
        """The earliest moment by which `span` of working time has passed since `start`; `span` is not negative."""
        ...

    def between(self, start: datetime, end: datetime) -> timedelta:
        """The working time from `start` to `end`; zero when `end` is not later."""
        ...


class AroundTheClock:
    """Every second counts."""

    def add(self, start: datetime, span: timedelta) -> datetime:
        """`span` later."""
        return start + span

    def between(self, start: datetime, end: datetime) -> timedelta:
        """All the time in between."""
        return max(end - start, timedelta())


AROUND_THE_CLOCK = AroundTheClock()
