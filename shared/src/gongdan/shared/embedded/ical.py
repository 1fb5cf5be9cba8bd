"""Days of an iCalendar file (RFC 5545) as overrides of a Calendar definition.

An event that lasts all day closes its days, unless its summary says that they are worked (`班`, `上班`, `workday`,
`make-up day`): then they are open. Of events with times of day only such are taken, as windows. Cancelled events and
repetitions outside the days asked for are left out; the same file gives the same overrides again.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from dateutil.rrule import rruleset, rrulestr  # type: ignore[import-untyped]
from icalendar import Calendar

from gongdan.shared.embedded.errors import FixSetup

DAY = timedelta(days=1)
MOST_BYTES = 20_000_000
MOST_REPEATED = 5_000
MOST_OVERRIDES = 2_000
LONGEST_REASON = 200
WORKED = re.compile(r"班|work(ing)?[ -]?day|make[ -]?up", re.IGNORECASE)
OFF = re.compile(r"休|holiday|day off", re.IGNORECASE)
SWAPPED = "调休"
Override = dict[str, Any]
# The library types a property as any of thirty kinds of value; what is read here is checked as it is read.
Event = Any


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which days, in which time zone, and when a day is open that is worked."""

    first: date
    last: date
    zone: ZoneInfo
    hours: tuple[str, ...]


def overrides_of(content: bytes, wanted: Wanted) -> tuple[list[Override], int]:
    """The overrides in order of their days, and how many events with times of day were left out. Raises FixSetup."""
    if len(content) > MOST_BYTES:
        raise FixSetup("the file is too large for a calendar", f"import at most {MOST_BYTES} bytes")
    try:
        calendars = Calendar.from_ical(content, multiple=True)
        events = [event for calendar in calendars for event in calendar.walk("VEVENT") if _stands(event)]
        found = [one for event in events for one in _overrides(event, wanted)]
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise FixSetup(f"the file cannot be read as iCalendar: {error}", "export it anew as .ics") from error
    if not calendars:
        raise FixSetup("the file holds no iCalendar", "export it anew as .ics")
    by_days = {(one["date"], one.get("until", one["date"])): one for one in found}
    if len(by_days) > MOST_OVERRIDES:
        raise FixSetup(f"the file holds {len(by_days)} days", f"take fewer years; a Calendar has {MOST_OVERRIDES}")
    return [by_days[days] for days in sorted(by_days)], sum(1 for event in events if _left_out(event))


def _stands(event: Event) -> bool:
    return str(event.get("status", "")).upper() != "CANCELLED" and event.get("dtstart") is not None


def _worked(event: Event) -> bool:
    summary = str(event.get("summary", "")).replace(SWAPPED, "")
    return WORKED.search(summary) is not None and OFF.search(summary) is None


def _all_day(event: Event) -> bool:
    return not isinstance(event["dtstart"].dt, datetime)


def _left_out(event: Event) -> bool:
    return not _all_day(event) and not _worked(event)


def _overrides(event: Event, wanted: Wanted) -> Iterator[Override]:
    if _left_out(event):
        return
    start, length = event["dtstart"].dt, _length(event)
    reason = str(event.get("summary", "")).strip()[:LONGEST_REASON]
    for begin in _repeated(event, start, wanted):
        if _all_day(event):
            first, last = max(begin, wanted.first), min(begin + max(length - DAY, timedelta()), wanted.last)
            if first <= last:
                yield _override(first, last, list(wanted.hours) if _worked(event) else [], reason)
        else:
            yield from _windows(_local(begin, wanted.zone), length, reason, wanted)


def _length(event: Event) -> timedelta:
    """How long it lasts; a day when it does not say."""
    start = event["dtstart"].dt
    if event.get("dtend") is not None:
        ends: timedelta = event["dtend"].dt - start
        return ends
    if event.get("duration") is not None:
        lasts: timedelta = event["duration"].dt
        return lasts
    return DAY


def _repeated(event: Event, start: Any, wanted: Wanted) -> Iterator[Any]:  # noqa: ANN401 - a date or a datetime
    """When it begins, each time until the last day that is wanted."""
    if event.get("rrule") is None and event.get("rdate") is None:
        yield start
        return
    naive = start.replace(tzinfo=None) if isinstance(start, datetime) else datetime.combine(start, time())
    dates = rruleset()
    dates.rdate(naive)
    for rule in _listed(event.get("rrule")):
        dates.rrule(rrulestr(re.sub(r"(UNTIL=\d{8}T\d{6})Z", r"\1", rule.to_ical().decode()), dtstart=naive))
    for add, name in ((dates.rdate, "rdate"), (dates.exdate, "exdate")):
        for each in (one.dt for listed in _listed(event.get(name)) for one in listed.dts):
            add(each.replace(tzinfo=None) if isinstance(each, datetime) else datetime.combine(each, time()))
    until = datetime.combine(wanted.last, time.max)
    for found in islice((one for one in dates.xafter(naive - DAY, inc=True)), MOST_REPEATED):
        if found > until:
            return
        yield found.replace(tzinfo=start.tzinfo) if isinstance(start, datetime) else found.date()


def _listed(value: Any) -> list[Any]:  # noqa: ANN401 - a property, several, or none
    return value if isinstance(value, list) else [] if value is None else [value]


def _local(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.astimezone(zone) if moment.tzinfo else moment.replace(tzinfo=zone)


def _windows(begin: datetime, length: timedelta, reason: str, wanted: Wanted) -> Iterator[Override]:
    """A window on its first day; one of a day or more is not one."""
    end = _local(begin.astimezone(UTC) + length, wanted.zone)
    if wanted.first <= begin.date() <= wanted.last and timedelta() < length < DAY:
        yield _override(begin.date(), begin.date(), [f"{begin:%H:%M}-{end:%H:%M}"], reason)


def _override(first: date, last: date, windows: list[str], reason: str) -> Override:
    days = {"date": first.isoformat()} | ({"until": last.isoformat()} if last > first else {})
    return {**days, **({"open": windows} if windows else {"closed": True}), **({"reason": reason} if reason else {})}
