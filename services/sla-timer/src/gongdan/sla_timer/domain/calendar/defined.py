"""Calendars as definitions have them: a Calendar with those that it builds upon, its nearest base first."""

from collections.abc import Iterator, Sequence
from datetime import date
from zoneinfo import ZoneInfo

from gongdan.shared.definitions.calendar import WEEKDAYS, Calendar, Override, weekdays
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
)


def rules_of(spec: Calendar, bases: Sequence[Calendar] = ()) -> Rules:
    """What a definition says; bases give holidays and overrides, times in them are those of this calendar's zone."""
    week = _week(spec)
    make_up = next((windows for windows in week if windows), CLOSED)
    layers = [layer for one in (spec, *bases) for layer in _layers(one, make_up)]
    return Rules(ZoneInfo(spec.timezone), week, tuple(layers))


def _week(spec: Calendar) -> tuple[Windows, ...]:
    if spec.week is None:
        return (ALL_DAY,) * 7
    found = {day: _windows(windows) for days, windows in spec.week.items() for day in weekdays(days)}
    return tuple(found.get(day, CLOSED) for day in WEEKDAYS)


def _layers(spec: Calendar, make_up: Windows) -> Iterator[Layer]:
    if spec.overrides:
        yield Dated([_stretch(one) for one in spec.overrides])
    if spec.holidays is not None:
        given = spec.holidays
        yield PublicHolidays(given.country, given.subdivision, make_up if given.make_up_days else CLOSED)


def _stretch(override: Override) -> Stretch:
    first = date.fromisoformat(override.date)
    return Stretch(first, date.fromisoformat(override.until) if override.until else first, _windows(override.open))


def _windows(texts: Sequence[str]) -> Windows:
    return tuple(_window(text) for text in texts)


def _window(text: str) -> Window:
    start, end = (int(part[:2]) * 3600 + int(part[3:]) * 60 for part in text.split("-"))
    return start, end if end > start else end + DAY
