"""A calendar as a line of the try-out has it, liberal in what it takes.

`tz`; `hours` (or `week`) by weekday, without it open all the time; `holidays` (days, ranges `2026-10-01/2026-10-07`,
objects with `date` and `until`, or `{country: CN}`); `day_hours`: windows of single days, which holidays close all the
same; `breaks`: windows to take away from days or weekdays; `overrides` as in Calendar definitions, which win over
holidays.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from gongdan.shared.errors import Complaint, FixInput
from gongdan.sla_timer.domain.calendar.public_holidays import PublicHolidays
from gongdan.sla_timer.domain.calendar.rules import (
    ALL_DAY,
    CLOSED,
    DAY,
    Dated,
    Layer,
    Rules,
    Stretch,
    Window,
    Windows,
    joined,
)
from gongdan.sla_timer.try_outs.hours import weekdays, windows

Shape = Mapping[str, Any]
ALWAYS = (None, "24x7", "24/7", "always", "all")


def rules_of(calendar: object) -> Rules:
    """The rules of a calendar. Raises FixInput."""
    if not isinstance(calendar, Mapping):
        raise _wrong("calendar", "is not an object", "write {tz, hours}")
    shape: Shape = calendar.get("spec", calendar)
    week = _week(_first(shape, "hours", "week", "working_hours", "schedule"))
    layers = [
        Dated(list(_overrides(_first(shape, "overrides") or ()))),
        *_holidays(_first(shape, "holidays") or (), week),
        Dated(list(_overrides(_first(shape, "day_hours", "special_hours", "dates", "holiday_hours") or ()))),
    ]
    whole = Rules(_zone(shape), week, tuple(layers))
    return _with_breaks(whole, _first(shape, "breaks") or {})


def _first(shape: Shape, *names: str) -> Any:  # noqa: ANN401 - free data
    return next((shape[name] for name in names if shape.get(name) is not None), None)


def _zone(shape: Shape) -> ZoneInfo:
    name = _first(shape, "tz", "timezone", "time_zone") or "UTC"
    try:
        return ZoneInfo(name)
    except (OSError, TypeError, ValueError, LookupError) as error:
        raise _wrong("calendar.tz", f"{name!r} is no time zone", "write an IANA name such as Asia/Shanghai") from error


def _week(hours: object) -> tuple[Windows, ...]:
    if hours in ALWAYS:
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
        raise _wrong("calendar.hours", "is not an object", "write {mon: [[09:00, 17:00]]}")


def _entry(entry: object, nth: int, *, one_of_seven: bool) -> Iterator[tuple[object, Windows]]:
    """An object with its days, or the windows of one of seven days in order."""
    field = f"calendar.hours.{nth}"
    if not isinstance(entry, Mapping):
        if not one_of_seven:
            raise _wrong(field, "is not an object", "write {day: mon, open: 09:00, close: 17:00}")
        yield nth + 1, windows(entry, field)
        return
    days = _first(entry, "days", "day", "weekday", "weekdays", "wday")
    found = _first(entry, "windows", "hours", "intervals") or {k: v for k, v in entry.items() if v is not days}
    for day in days if isinstance(days, list) else [days]:
        yield day, windows(found, field)


<<<<<<< services/sla-timer/src/gongdan/sla_timer/try_outs/calendar_shape.py
def _with_breaks(rules: Rules, breaks: object) -> Rules:
=======
def _holidays(value: object, week: Sequence[Windows]) -> list[Layer]:
    """Layers of closed days; what makes up for public holidays has the hours of the first working day."""
    if isinstance(value, str) and len(value) == 2:
        value = {"country": value}
    if isinstance(value, Mapping) and "country" in value:
        make_up = next((found for found in week if found), CLOSED)
        subdivision = _first(value, "subdivision", "subdiv", "state")
        found = PublicHolidays(str(value["country"]).upper(), subdivision, make_up)
        try:
            found.of(2000)
        except NotImplementedError as error:
            raise _wrong("calendar.holidays", str(error), "write an ISO 3166 code such as CN") from error
        return [found]
    listed = value if isinstance(value, list | tuple | Mapping) else [value]
    return [Dated([Stretch(*_days(one, "calendar.holidays"), CLOSED) for one in listed])]


def _overrides(value: Mapping[str, Any] | Iterable[Any]) -> Iterator[Stretch]:
    if isinstance(value, Mapping):
        for key, found in value.items():
            yield Stretch(*_days(key, "calendar.day_hours"), windows(found, f"calendar.day_hours.{key}"))
        return
    for nth, one in enumerate(value):
        field = f"calendar.overrides.{nth}"
        if not isinstance(one, Mapping):
            raise _wrong(field, "is not an object", "write {date: 2026-10-10, open: [09:00-18:00]}")
        found = CLOSED if one.get("closed") else windows(_first(one, "open", "hours", "windows"), field)
        yield Stretch(*_days(one, field), found)


def _days(value: object, field: str) -> tuple[date, date]:
    """The first and the last day of a day or a range."""
    if isinstance(value, Mapping):
        begin = _first(value, "date", "from", "start", "first", "day")
        return _day(begin, field), _day(_first(value, "until", "to", "end", "last") or begin, field)
    if isinstance(value, list | tuple) and len(value) == 2:
        return _day(value[0], field), _day(value[1], field)
    begin, sign, end = str(value).replace("..", "/").partition("/")
    return _day(begin, field), _day(end if sign else begin, field)


def _day(value: object, field: str) -> date:
    try:
        return date.fromisoformat(str(value).strip()[:10])
    except ValueError as error:
        raise _wrong(field, f"{value!r} is no day", "write it as 2026-10-01") from error


def _with_breaks(rules: Rules, breaks: Mapping[str, Any]) -> Rules:
>>>>>>> /tmp/fc/m.new
    """The same without the breaks, which are times by the clock on the wall, whichever day a window belongs to."""
    if not isinstance(breaks, Mapping):
        raise wrong("calendar.breaks", "is not an object", "write {2026-03-05: [[12:00, 13:00]]}")
    dated: dict[date, Windows] = {}
    weekly: dict[int, Windows] = {}
    for key, value in breaks.items():
        found = windows(value, f"calendar.breaks.{key}")
        if key[:4].isdigit():
            dated[_day(key, "calendar.breaks")] = found
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


def _wrong(field: str, problem: str, cure: str) -> FixInput:
    return FixInput("unreadable-calendar", f"the calendar cannot be read: {problem}", Complaint(field, problem, cure))
