"""A calendar as a line of the try-out has it, liberal in what it takes.

`tz`; `hours` (or `week`) by weekday, without it open all the time; `holidays` (days, ranges `2026-10-01/2026-10-07`,
`12-25` for every year, objects with `date` and `until`, or `{country: CN}`); `workdays`: days that are open like any
other although they are holidays or weekends; `day_hours`: windows of single days, which holidays close all the same;
`breaks`: windows to take away from days or weekdays; `overrides` as in Calendar definitions, which win over holidays.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from gongdan.sla_timer.domain.calendar.rules import (
    ALL_DAY,
    CLOSED,
    DAY,
    Dated,
    Rules,
    Stretch,
    Window,
    Windows,
    joined,
)
from gongdan.sla_timer.try_outs.calendar_days import Shape, day_of, differing_days, holiday_layers, said, wrong
from gongdan.sla_timer.try_outs.hours import weekdays, windows

WORKDAYS = ("workdays", "working_days", "make_up_days", "makeup_days", "extra_workdays")
ALWAYS = ("24x7", "24/7", "always", "all")


def rules_of(calendar: object) -> Rules:
    """The rules of a calendar. Raises FixInput."""
    if not isinstance(calendar, Mapping):
        raise wrong("calendar", "is not an object", "write {tz, hours}")
    shape: Shape = calendar.get("spec", calendar)
    week = _week(said(shape, "hours", "week", "working_hours", "schedule"))
    layers = [
        *differing_days(said(shape, "overrides", "exceptions") or (), "overrides", week),
        *differing_days(said(shape, *WORKDAYS) or (), "workdays", week, usual=True),
        *holiday_layers(said(shape, "holidays") or (), week),
        *holiday_layers({name: shape[name] for name in ("country", "subdivision") if shape.get(name)}, week),
        *differing_days(said(shape, "day_hours", "special_hours", "dates", "shifts") or (), "day_hours", week),
    ]
    whole = Rules(_zone(shape), week, tuple(layers))
    return _with_breaks(whole, said(shape, "breaks") or {})


def _zone(shape: Shape) -> ZoneInfo:
    name = said(shape, "tz", "timezone", "time_zone") or "UTC"
    try:
        return ZoneInfo(name)
    except (OSError, TypeError, ValueError, LookupError) as error:
        raise wrong("calendar.tz", f"{name!r} is no time zone", "write an IANA name such as Asia/Shanghai") from error


def _week(hours: object) -> tuple[Windows, ...]:
    if hours is None or (isinstance(hours, str) and hours.casefold() in ALWAYS):
        return (ALL_DAY,) * 7
    week: list[Windows] = [CLOSED] * 7
    for days, found in _by_days(hours):
        for day in weekdays(str(days)):
            week[day] = (*week[day], *found)
    return tuple(week)


def _by_days(hours: object) -> Iterator[tuple[object, Windows]]:
    if isinstance(hours, Mapping):
        for key, value in hours.items():
            yield key, windows(value, f"calendar.hours.{key}")
    elif isinstance(hours, Sequence) and not isinstance(hours, str):
        for nth, entry in enumerate(hours):
            yield from _entry(entry, nth, one_of_seven=len(hours) == 7)
    else:
        raise wrong("calendar.hours", "is not an object", "write {mon: [[09:00, 17:00]]}")


def _entry(entry: object, nth: int, *, one_of_seven: bool) -> Iterator[tuple[object, Windows]]:
    """An object with its days, or the windows of one of seven days in order."""
    field = f"calendar.hours.{nth}"
    if not isinstance(entry, Mapping):
        if not one_of_seven:
            raise wrong(field, "is not an object", "write {day: mon, open: 09:00, close: 17:00}")
        yield nth + 1, windows(entry, field)
        return
    days = said(entry, "days", "day", "weekday", "weekdays", "wday")
    found = said(entry, "windows", "hours", "intervals") or {k: v for k, v in entry.items() if v is not days}
    for day in days if isinstance(days, list) else [days]:
        yield day, windows(found, field)


def _with_breaks(rules: Rules, breaks: object) -> Rules:
    """The same without the breaks, which are times by the clock on the wall, whichever day a window belongs to."""
    if not isinstance(breaks, Mapping):
        raise wrong("calendar.breaks", "is not an object", "write {2026-03-05: [[12:00, 13:00]]}")
    dated: dict[date, Windows] = {}
    weekly: dict[int, Windows] = {}
    for key, value in breaks.items():
        found = windows(value, f"calendar.breaks.{key}")
        if key[:4].isdigit():
            dated[day_of(key, "calendar.breaks")] = found
        else:
            weekly |= dict.fromkeys(weekdays(key), found)
    week = tuple(
        _less(found, weekly.get(day, ()), weekly.get((day + 1) % 7, ())) for day, found in enumerate(rules.week)
    )
    usual = Rules(rules.zone, week, rules.layers)
    touched = {day - timedelta(days=nth) for day in dated for nth in (0, 1)}
    left = [
        Stretch(day, day, _less(usual.of(day.year).get(day, ()), dated.get(day, ()), dated.get(_next(day), ())))
        for day in sorted(touched)
    ]
    return Rules(rules.zone, week, (Dated(left), *rules.layers))


def _next(day: date) -> date:
    return day + timedelta(days=1)


def _less(found: Windows, breaks: Windows, tomorrow: Windows) -> Windows:
    """Windows of a day without the breaks of that day and of the next."""
    left = joined(sorted(found))
    for start, end in (*breaks, *((start + DAY, end + DAY) for start, end in tomorrow)):
        left = [piece for window in left for piece in _cut(window, start, end)]
    return tuple(left)


def _cut(window: Window, start: int, end: int) -> list[Window]:
    pieces = [(window[0], min(window[1], start)), (max(window[0], end), window[1])]
    return [(begin, stop) for begin, stop in pieces if begin < stop]
