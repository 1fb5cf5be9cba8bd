"""Days of a calendar that differ from its week, as a line of the try-out has them."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from gongdan.shared.errors import Complaint, FixInput
from gongdan.sla_timer.domain.calendar.public_holidays import PublicHolidays
from gongdan.sla_timer.domain.calendar.rules import CLOSED, Dated, Layer, Stretch, Windows
from gongdan.sla_timer.try_outs.hours import windows

Shape = Mapping[str, Any]
OPEN = ("open", "hours", "windows", "working", "workday")
YEARLY = re.compile(r"(?:--)?(\d{2}-\d{2})")
MOST_DAYS = 4_000


def said(shape: Shape, *names: str) -> Any:  # noqa: ANN401 - free data
    """What a mapping has under the first of some names that it knows; None without any."""
    return next((shape[name] for name in names if shape.get(name) is not None), None)


def holiday_layers(value: object, week: Sequence[Windows]) -> Iterator[Layer]:
    """Layers of closed days; what makes up for public holidays has the hours of the first working day."""
    if isinstance(value, str) and len(value) == 2:
        value = {"country": value}
    if isinstance(value, Mapping) and "country" in value:
        found = PublicHolidays(
            str(value["country"]).upper(),
            _text_or_none(said(value, "subdivision", "subdiv", "state")),
            _usual(week, None),
        )
        try:
            found.of(2000)
        except NotImplementedError as error:
            raise wrong("calendar.holidays", str(error), "write an ISO 3166 code such as CN") from error
        yield found
    elif value:
        listed = list(value) if isinstance(value, list | tuple | Mapping) else [value]
        yield from differing_days(listed, "holidays", week, closed=True)


def differing_days(
    value: Mapping[str, Any] | Iterable[Any],
    name: str,
    week: Sequence[Windows],
    *,
    usual: bool = False,
    closed: bool = False,
) -> Iterator[Layer]:
    """Layers of days that differ; those that do not say how are open as `usual`, or `closed`."""
    if isinstance(value, str):
        value = [value]
    if not isinstance(value, Mapping | list | tuple):
        raise wrong(f"calendar.{name}", "is no list", "write a list of days")
    entries = [{"date": key, "open": found} for key, found in value.items()] if isinstance(value, Mapping) else value
    dated: list[Stretch] = []
    yearly: dict[str, Windows] = {}
    for nth, entry in enumerate(entries):
        field = f"calendar.{name}.{entry['date'] if isinstance(value, Mapping) else nth}"
        field = f"calendar.{name}" if closed else field
        given = _given(entry, field, usual=usual, closed=closed)
        if found := YEARLY.fullmatch(str(entry.get("date") if isinstance(entry, Mapping) else entry).strip()):
            yearly[found[1]] = _usual(week, None) if given is True else windows(given, field)
            continue
        first, last = _days(entry, field)
        if given is True:
            dated += [Stretch(day, day, _usual(week, day)) for day in _each_day(first, last)]
        else:
            dated.append(Stretch(first, last, windows(given, field)))
    yield Dated(dated)
    yield Yearly(yearly)


def _given(entry: object, field: str, *, usual: bool, closed: bool) -> object:
    """When an entry is open: windows, True for the usual hours, False or nothing for not at all."""
    if not isinstance(entry, Mapping):
        if not usual and not closed:
            raise wrong(field, "is not an object", "write {date: 2026-10-10, open: [09:00-18:00]}")
        return usual
    if entry.get("closed"):
        return False
    given = said(entry, *OPEN)
    return usual if given is None else given


def _usual(week: Sequence[Windows], day: date | None) -> Windows:
    """The hours of a day, else those of the first working day."""
    own = week[day.weekday()] if day else CLOSED
    return own or next((found for found in week if found), CLOSED)


def _each_day(first: date, last: date) -> Iterator[date]:
    for nth in range(min((last - first).days, MOST_DAYS) + 1):
        yield first + timedelta(days=nth)


@dataclass(frozen=True, slots=True)
class Yearly:
    """A layer of days that come back every year, written `12-25`."""

    days: Mapping[str, Windows]

    def of(self, year: int) -> dict[date, Windows]:
        """Those of a year; the 29th of February only where there is one."""
        found = {_date_or_none(f"{year:04}-{day}"): windows for day, windows in self.days.items()}
        return {day: windows for day, windows in found.items() if day is not None}


def _text_or_none(value: object) -> str | None:
    return None if value is None else str(value)


def _date_or_none(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _days(value: object, field: str) -> tuple[date, date]:
    """The first and the last day of a day or a range."""
    if isinstance(value, Mapping):
        begin = said(value, "date", "from", "start", "first", "day")
        return day_of(begin, field), day_of(said(value, "until", "to", "end", "last") or begin, field)
    if isinstance(value, list | tuple) and len(value) == 2:
        return day_of(value[0], field), day_of(value[1], field)
    begin, sign, end = str(value).replace("..", "/").partition("/")
    return day_of(begin, field), day_of(end if sign else begin, field)


def day_of(value: object, field: str) -> date:
    """A day. Raises FixInput that names the field."""
    try:
        return date.fromisoformat(str(value).strip()[:10])
    except ValueError as error:
        raise wrong(field, f"{value!r} is no day", "write it as 2026-10-01") from error


def wrong(field: str, problem: str, cure: str) -> FixInput:
    """What is wrong with a calendar, to be raised."""
    return FixInput("unreadable-calendar", f"the calendar cannot be read: {problem}", Complaint(field, problem, cure))
