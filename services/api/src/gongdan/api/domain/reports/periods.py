"""Spans of time in a time zone: where a range begins, and every bucket of a span, those without a ticket too.

Weeks are those of ISO 8601, from Monday; `2026-W01` holds the first Thursday of the year.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from gongdan.api.domain.reports.dimensions import Bucket
from gongdan.shared.definitions.catalog import Catalog
from gongdan.shared.definitions.workspace import Workspace

DAY = timedelta(days=1)
MOST_BUCKETS = 1_000
WEEKDAYS = tuple(map(str, range(1, 8)))
HOURS = tuple(f"{hour:02}" for hour in range(24))

FIRST_DAY: Mapping[str, Callable[[date], date]] = {
    "day": lambda day: day,
    "week": lambda day: day - timedelta(days=day.weekday()),
    "month": lambda day: day.replace(day=1),
    "quarter": lambda day: day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1),
    "year": lambda day: day.replace(month=1, day=1),
}
LABELS: Mapping[str, Callable[[date], str]] = {
    "day": lambda day: day.isoformat(),
    "week": lambda day: "{:04}-W{:02}".format(*day.isocalendar()),
    "month": lambda day: f"{day.year:04}-{day.month:02}",
    "quarter": lambda day: f"{day.year:04}-Q{(day.month + 2) // 3}",
    "year": lambda day: f"{day.year:04}",
}


def zone_of(catalog: Catalog, workspaces: Sequence[str]) -> str:
    """The time zone of the one workspace that is asked about, else UTC."""
    found = catalog.find(Workspace, workspaces[0]) if len(workspaces) == 1 else None
    return found[1].timezone if found else "UTC"


def beginning(now: datetime, length: timedelta, zone: str, buckets: Iterable[Bucket]) -> datetime:
    """When a range that ends now began: at the start of a day, or of the longest bucket that is shown.

    So the first bucket is a whole one. A range of less than a day begins to the second.
    """
    start = now - length
    if length < DAY:
        return start
    shown = [bucket for bucket in FIRST_DAY if bucket in {*buckets}]
    longest = shown[-1] if shown else "day"
    first = FIRST_DAY[longest](start.astimezone(ZoneInfo(zone)).date())
    return datetime.combine(first, time(), ZoneInfo(zone))


def labels(bucket: Bucket, since: datetime, until: datetime, zone: str) -> tuple[str, ...]:
    """The label of every bucket from `since` up to, not including, `until`; of at most MOST_BUCKETS the latest."""
    if bucket == "hour":
        return HOURS
    if bucket == "weekday":
        return WEEKDAYS
    local = ZoneInfo(zone)
    last = (until - timedelta(microseconds=1)).astimezone(local).date()
    found = list(_backwards(bucket, since.astimezone(local).date(), last))
    return tuple(reversed(found))


def _backwards(bucket: Bucket, first: date, last: date) -> Iterator[str]:
    day = FIRST_DAY[bucket](last)
    for _ in range(MOST_BUCKETS):
        if day < FIRST_DAY[bucket](first):
            return
        yield LABELS[bucket](day)
        if day <= date.min + DAY:
            return
        day = FIRST_DAY[bucket](day - DAY)
