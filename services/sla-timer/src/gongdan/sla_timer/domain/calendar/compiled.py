"""A stretch of years of a calendar, worked out: when it is open, how much working time lies before, its working days.

Moments are microseconds since 1970. Every question is a search in sorted numbers, whatever the length of a span.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import accumulate, pairwise

from gongdan.sla_timer.domain.calendar.rules import DAY, Rules, Window, Windows, joined
from gongdan.sla_timer.domain.calendar.zones import Period, periods

MICROS = 1_000_000
EPOCH_DAY = date(1970, 1, 1).toordinal()
MARGIN = 3


@dataclass(frozen=True, slots=True)
class Compiled:
    """The years `first` to `last` in UTC. Span `n` is open from `starts[n]` to `ends[n]`, after `before[n]` of it.

    `before` has one more entry: all the working time there is. Between `low` and `high` there is a year to either side.
    `days` are the ordinals of working days.
    """

    first: int
    last: int
    low: int
    high: int
    starts: Sequence[int]
    ends: Sequence[int]
    before: Sequence[int]
    days: Sequence[int]

    def covers(self, first: int, last: int) -> bool:
        """Whether these years are worked out."""
        return self.first <= first and last <= self.last

    def is_open(self, moment: int) -> bool:
        """Whether it is open."""
        nth = bisect_right(self.starts, moment) - 1
        return nth >= 0 and moment < self.ends[nth]

    def worked(self, moment: int) -> int:
        """The working time before a moment."""
        starts = self.starts
        nth = bisect_right(starts, moment) - 1
        if nth < 0:
            return 0
        return self.before[nth] + min(moment, self.ends[nth]) - starts[nth]

    def earliest(self, worked: int) -> int | None:
        """The first moment by which so much has been worked; `worked` is more than zero. None: not in these years."""
        nth = bisect_left(self.before, worked) - 1
        return self.starts[nth] + worked - self.before[nth] if nth < len(self.starts) else None

    def latest(self, worked: int) -> int | None:
        """The last moment by which no more has been worked, at most all less one; None: before these years."""
        if worked < 0 or not self.starts:
            return None
        nth = bisect_right(self.before, worked) - 1
        return self.starts[nth] + worked - self.before[nth]

    def next_open(self, moment: int) -> int | None:
        """The first open moment that is not earlier; None: not in these years."""
        nth = bisect_right(self.ends, moment)
        return max(moment, self.starts[nth]) if nth < len(self.starts) else None

    def previous_open(self, moment: int) -> int | None:
        """The end of the open time before a moment, which may be the moment itself; None: before these years."""
        nth = bisect_left(self.starts, moment) - 1
        return min(moment, self.ends[nth]) if nth >= 0 else None

    def working_day(self, today: int, days: int) -> int | None:
        """The working day that is so many after `today`, or before it; None: not in these years."""
        nth = bisect_right(self.days, today) + days - 1 if days > 0 else bisect_left(self.days, today) + days
        return self.days[nth] if 0 <= nth < len(self.days) else None


def compiled(rules: Rules, first: int, last: int) -> Compiled:
    """The years `first` to `last` in UTC."""
    start, end = _seconds(first), _seconds(last + 1)
    offsets = periods(rules.zone, start - MARGIN * DAY, end + MARGIN * DAY)
    windows = {day: found for year in range(first - 1, last + 2) for day, found in rules.of(year).items()}
    spans = _clipped(_open(_local(windows), offsets), start, end)
    starts = [begin * MICROS for begin, _ in spans]
    ends = [stop * MICROS for _, stop in spans]
    before = [0, *accumulate((stop - begin) * MICROS for begin, stop in spans)]
    low, high = _seconds(first + 1) * MICROS, _seconds(last) * MICROS
    days = _working_days(windows, offsets, range(first, last + 1))
    return Compiled(first, last, low, high, starts, ends, before, days)


def _seconds(year: int) -> int:
    return int(datetime(year, 1, 1, tzinfo=UTC).timestamp())


def _local(windows: Mapping[date, Windows]) -> list[Window]:
    """All windows in seconds since 1970 by the clock on the wall."""
    midnights = (((day.toordinal() - EPOCH_DAY) * DAY, found) for day, found in windows.items())
    return joined(sorted((at + start, at + end) for at, found in midnights for start, end in found))


def _open(local: Sequence[Window], offsets: Sequence[Period]) -> list[Window]:
    """When clocks on the wall show a time within the windows."""
    return joined([span for period in offsets for span in _in_period(local, period)])


def _in_period(local: Sequence[Window], period: Period) -> Iterator[Window]:
    nth = bisect_right(local, period.start + period.offset, key=lambda window: window[1])
    while nth < len(local) and local[nth][0] < period.end + period.offset:
        start, end = local[nth]
        yield max(start - period.offset, period.start), min(end - period.offset, period.end)
        nth += 1


def _clipped(spans: Sequence[Window], start: int, end: int) -> list[Window]:
    return [(max(begin, start), min(stop, end)) for begin, stop in spans if begin < end and stop > start]


def _working_days(windows: Mapping[date, Windows], offsets: Sequence[Period], years: range) -> list[int]:
    """Every day with windows in `years`, unless clocks skip all of them."""
    skipped = [
        (earlier.end + earlier.offset, earlier.end + later.offset)
        for earlier, later in pairwise(offsets)
        if later.offset > earlier.offset
    ]
    return [
        day.toordinal()
        for day, found in windows.items()
        if day.year in years and not _within(_local({day: found}), skipped)
    ]


def _within(local: Sequence[Window], skipped: Sequence[Window]) -> bool:
    return any(start <= local[0][0] and local[-1][1] <= end for start, end in skipped)
