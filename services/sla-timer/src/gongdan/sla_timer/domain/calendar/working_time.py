"""A calendar with working hours. Years are worked out when they are first asked for, and kept.

Limits: it is closed before BEGINNING and from END on; what would happen later than that is said to happen at END. What
is worked out does not depend on the order of questions, so a calendar may be shared.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from gongdan.sla_timer.domain.calendar.compiled import Compiled, compiled
from gongdan.sla_timer.domain.calendar.contract import EPOCH, MICRO, micros
from gongdan.sla_timer.domain.calendar.rules import Rules

BEGINNING = datetime(1900, 1, 1, tzinfo=UTC)
END = datetime(2200, 1, 1, tzinfo=UTC)
ZERO = timedelta()
FIRST, LAST = BEGINNING.year, END.year - 1
AHEAD = 2

Seek = Callable[[Compiled], int | None]


class WorkingTime:
    """Counts the time in which `rules` are open. All moments are aware; those returned are in UTC."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.working_day = rules.working_day
        self._table: Compiled | None = None

    def add(self, start: datetime, span: timedelta) -> datetime:
        """The earliest moment by which `span` has been worked since `start`; END when it never will."""
        if span <= ZERO:
            return start.astimezone(UTC)
        moment, wanted = micros(start), span // MICRO
        found = self._ahead(start, lambda table: table.earliest(table.worked(moment) + wanted))
        return END if found is None else _moment(found)

    def before(self, end: datetime, span: timedelta) -> datetime:
        """The latest moment since which `span` has been worked until `end`; BEGINNING when there is none."""
        if span <= ZERO:
            return end.astimezone(UTC)
        moment, wanted = micros(end), span // MICRO
        found = self._back(end, lambda table: table.latest(table.worked(moment) - wanted))
        return BEGINNING if found is None else _moment(found)

    def between(self, start: datetime, end: datetime) -> timedelta:
        """The working time from `start` to `end`; zero when `end` is not later."""
        return self.spent(micros(start), micros(end)) * MICRO if end > start else ZERO

    def spent(self, start: int, end: int) -> int:
        """As `between`, all in microseconds, moments since 1970; `end` is not earlier."""
        table = self._table
        if table is None or not table.low <= start <= end < table.high:
            table = self._covering(_moment(start).year - 1, _moment(end).year + 1)
        return table.worked(end) - table.worked(start)

    def is_open(self, at: datetime) -> bool:
        """Whether it is open."""
        return self._around(at).is_open(micros(at))

    def next_open(self, at: datetime) -> datetime | None:
        """`at` when it is open then, else the next opening; None when it never opens."""
        found = self._ahead(at, lambda table: table.next_open(micros(at)))
        return None if found is None else _moment(found)

    def previous_open(self, at: datetime) -> datetime | None:
        """The end of the open time before `at`: `at` itself while open, else the last closing; None without one."""
        found = self._back(at, lambda table: table.previous_open(micros(at)))
        return None if found is None else _moment(found)

    def add_days(self, start: datetime, days: int) -> datetime:
        """The same time of day so many working days later, or the first open moment after it; END when never.

        Fewer than none lead to an earlier day, and there to the last open moment until that time.
        """
        local = start.astimezone(self.rules.zone)
        today = local.date().toordinal()
        if days == 0:
            return self.next_open(start) or END
        seek = self._ahead if days > 0 else self._back
        day = seek(start, lambda table: table.working_day(today, days))
        if day is None:
            return END if days > 0 else BEGINNING
        then = (local.replace(tzinfo=None) + timedelta(days=day - today)).replace(tzinfo=self.rules.zone)
        return (self.next_open(then) or END) if days > 0 else (self.previous_open(then) or BEGINNING)

    def _around(self, at: datetime) -> Compiled:
        return self._covering(at.year - 1, at.year + 1)

    def _ahead(self, start: datetime, seek: Seek) -> int | None:
        """Seek in ever more years to come."""
        last = start.year + 1
        while (found := seek(table := self._covering(start.year - 1, last))) is None and table.last < LAST:
            last = table.last + max(AHEAD, table.last - start.year)
        return found

    def _back(self, end: datetime, seek: Seek) -> int | None:
        """Seek in ever more years gone by."""
        first = end.year - 1
        while (found := seek(table := self._covering(first, end.year + 1))) is None and table.first > FIRST:
            first = table.first - max(AHEAD, end.year - table.first)
        return found

    def _covering(self, first: int, last: int) -> Compiled:
        first, last = min(max(first, FIRST), LAST), max(min(last, LAST), FIRST)
        table = self._table
        if table is not None and table.covers(first, last):
            return table
        if table is not None:
            first, last = min(first, table.first), max(last, table.last)
        self._table = table = compiled(self.rules, first, last)
        return table


def _moment(number: int) -> datetime:
    return EPOCH + number * MICRO
