"""Weekdays, times and windows as people and programs write them.

Weekdays: `mon`, `Monday`, `mon-fri`, `mon,wed`, `weekdays`, `周一`, ISO numbers 1 to 7. Windows: `09:00-12:00`, several
with commas between, pairs, mappings of begin to end, objects with begin and end; numbers are hours. A window that does
not end after it begins goes on after midnight.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from gongdan.shared.errors import Complaint, FixInput
from gongdan.sla_timer.domain.calendar.rules import DAY, Window, Windows

NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
CHINESE = "一二三四五六日"
SETS = {
    "weekdays": range(5),
    "weekend": range(5, 7),
    "weekends": range(5, 7),
    "daily": range(7),
    "everyday": range(7),
    "*": range(7),
}
TIME = re.compile(r"(\d{1,2})(?::(\d{2})(?::(\d{2}))?)?\s*(am|pm)?", re.IGNORECASE)
BEGINS = ("start", "from", "open", "opens", "begin", "begins")
ENDS = ("end", "to", "close", "closes", "until", "ends")


def weekdays(text: str) -> list[int]:
    """The weekdays meant, Monday being 0. Raises FixInput."""
    key = text.strip().casefold()
    if key in SETS:
        return list(SETS[key])
    found: list[int] = []
    for part in re.split(r"[,;、\s]+", re.sub(r"\s*(-|–|~|至|到|\bto\b)\s*", "-", key)):
        first, _, last = part.partition("-")
        start, end = _weekday(first), _weekday(last or first)
        found += [(start + nth) % 7 for nth in range((end - start) % 7 + 1)]
    return found


def windows(value: object, field: str) -> Windows:
    """The windows meant. Raises FixInput that names the field."""
    return tuple(sorted(_each(value, field)))


def _weekday(text: str) -> int:
    for nth, name in enumerate(NAMES):
        if text[:3] == name:
            return nth
    if text.isdigit() and int(text) <= 7:
        return (int(text) - 1) % 7
    if text[-1:].replace("天", "日") in tuple(CHINESE) and text[:1] in "周星礼":
        return CHINESE.index(text[-1].replace("天", "日"))
    raise _wrong("calendar.hours", f"{text!r} is not a weekday", "write mon, tue, wed, thu, fri, sat or sun")


def _each(value: object, field: str) -> Iterator[Window]:
    if isinstance(value, str):
        yield from _listed(value, field)
    elif isinstance(value, Mapping):
        yield from _mapped(value, field)
    elif isinstance(value, Sequence):
        if len(value) == 2 and all(_is_time(one) for one in value):
            yield _window(value[0], value[1], field)
        else:
            for one in value:
                yield from _each(one, field)
    elif value is True:
        yield 0, DAY
    elif value not in (None, False):
        raise _wrong(field, f"{value!r} is not a window", "write 09:00-17:00")


def _listed(text: str, field: str) -> Iterator[Window]:
    for part in filter(None, re.split(r"\s*[,;、]\s*", text.strip())):
        begin, sign, end = re.sub(r"\s*(–|~|至|到|\bto\b)\s*", "-", part).partition("-")
        if sign:
            yield _window(begin, end, field)
        elif part.casefold() not in ("closed", "off"):
            yield _whole(part, field)


def _mapped(value: Mapping[str, object], field: str) -> Iterator[Window]:
    begin = next((value[key] for key in BEGINS if key in value), None)
    end = next((value[key] for key in ENDS if key in value), None)
    if begin is not None and end is not None:
        yield _window(begin, end, field)
    else:
        for begin, end in value.items():
            yield _window(begin, end, field)


def _is_time(value: object) -> bool:
    if isinstance(value, str):
        return TIME.fullmatch(value.strip()) is not None
    return isinstance(value, int | float) and not isinstance(value, bool)


def _whole(part: str, field: str) -> Window:
    if part.casefold().replace(" ", "") in ("24h", "24x7", "24/7", "allday", "open"):
        return 0, DAY
    raise _wrong(field, f"{part!r} is not a window", "write 09:00-17:00")


def _window(begin: object, end: object, field: str) -> Window:
    start, stop = _seconds(begin, field), _seconds(end, field)
    return start, stop if stop > start else stop + DAY


def _seconds(value: object, field: str) -> int:
    """Seconds since midnight."""
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 24:
        return round(value * 3600)
    found = TIME.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        raise _wrong(field, f"{value!r} is not a time of day", "write 09:00")
    hours, minutes, seconds = int(found[1]), int(found[2] or 0), int(found[3] or 0)
    if found[4]:
        hours = hours % 12 + (12 if found[4].casefold() == "pm" else 0)
    total = hours * 3600 + minutes * 60 + seconds
    if total > DAY or minutes > 59 or seconds > 59:
        raise _wrong(field, f"{value!r} is not a time of day", "write one from 00:00 to 24:00")
    return total


def _wrong(field: str, problem: str, cure: str) -> FixInput:
    return FixInput("unreadable-calendar", f"the calendar cannot be read: {problem}", Complaint(field, problem, cure))
