"""How far a time zone's clocks are from UTC, and when that changes. All numbers are seconds; moments since 1970."""

from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

DAY = 86_400


class Period(NamedTuple):
    """From `start` until `end` clocks show `offset` more than UTC."""

    start: int
    end: int
    offset: int


def periods(zone: ZoneInfo, start: int, end: int) -> list[Period]:
    """The periods from `start` to `end`, in order. Limit: two changes within a day that cancel out are not seen."""
    found: list[Period] = []
    begun, offset = start, _offset(zone, start)
    for moment in [*range(start + DAY, end, DAY), end]:
        later = _offset(zone, moment)
        if later != offset:
            change = _change(zone, max(moment - DAY, start), moment)
            found.append(Period(begun, change, offset))
            begun, offset = change, later
    return [*found, Period(begun, end, offset)]


def _change(zone: ZoneInfo, before: int, after: int) -> int:
    """The first second with the offset of `after`."""
    new = _offset(zone, after)
    while after - before > 1:
        middle = (before + after) // 2
        before, after = (before, middle) if _offset(zone, middle) == new else (middle, after)
    return after


def _offset(zone: ZoneInfo, moment: int) -> int:
    offset = datetime.fromtimestamp(moment, zone).utcoffset()
    return round(offset.total_seconds()) if offset is not None else 0
