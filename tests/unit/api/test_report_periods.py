"""Every bucket of a span is there once, in order, and a range begins with a whole one."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongdan.api.domain.reports.dimensions import Bucket
from gongdan.api.domain.reports.periods import LABELS, MOST_BUCKETS, beginning, labels

MOMENTS = st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - made aware
ZONES = st.sampled_from(["UTC", "Asia/Shanghai", "America/New_York", "Pacific/Apia", "Asia/Kathmandu"])
SPANS: st.SearchStrategy[Bucket] = st.sampled_from(["day", "week", "month", "quarter", "year"])
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


@given(SPANS, MOMENTS, st.timedeltas(timedelta(seconds=1), timedelta(days=900)), ZONES)
def test_every_moment_of_a_span_has_its_bucket(bucket: Bucket, since: datetime, length: timedelta, zone: str) -> None:
    found = labels(bucket, since, since + length, zone)
    assert all(one < other for one, other in pairwise(found))
    for part in range(5):
        day = (since + length * part / 5).astimezone(ZoneInfo(zone)).date()
        assert LABELS[bucket](day) in found
    assert found[0] == LABELS[bucket](since.astimezone(ZoneInfo(zone)).date())


@given(SPANS, MOMENTS, st.timedeltas(timedelta(days=1), timedelta(days=900)), ZONES)
def test_a_range_begins_at_midnight_of_the_first_day_of_its_bucket(
    bucket: Bucket, now: datetime, length: timedelta, zone: str
) -> None:
    began = beginning(now, length, zone, [bucket])
    assert began <= now - length
    assert labels(bucket, began, now, zone)[0] == LABELS[bucket]((now - length).astimezone(ZoneInfo(zone)).date())
    before = began - timedelta(microseconds=1)
    assert (
        labels(bucket, before, now, zone)[0] != labels(bucket, began, now, zone)[0]
        or len(labels(bucket, began, now, zone)) == MOST_BUCKETS
    )


@pytest.mark.parametrize(
    ("bucket", "since", "expected"),
    [
        ("week", "2025-12-28T23:00:00+08:00", ("2025-W52", "2026-W01")),
        ("week", "2021-01-02T00:00:00+08:00", ("2020-W53", "2021-W01")),
        ("month", "2026-02-28T23:59:59+08:00", ("2026-02", "2026-03")),
        ("quarter", "2026-03-31T12:00:00+08:00", ("2026-Q1", "2026-Q2")),
        ("day", "2026-02-28T16:30:00Z", ("2026-03-01", "2026-03-02", "2026-03-03", "2026-03-04")),
    ],
)
def test_buckets_by_example(bucket: Bucket, since: str, expected: tuple[str, ...]) -> None:
    began = datetime.fromisoformat(since)
    length = timedelta(days=3)
    assert labels(bucket, began, began + length, "Asia/Shanghai")[: len(expected)] == expected


def test_a_range_of_less_than_a_day_begins_to_the_second() -> None:
    assert beginning(NOON, timedelta(hours=8), "Asia/Shanghai", ["week"]) == NOON - timedelta(hours=8)


def test_hours_and_weekdays_are_always_all_there() -> None:
    assert labels("hour", NOON, NOON, "UTC")[0::23] == ("00", "23")
    assert labels("weekday", NOON, NOON, "UTC") == ("1", "2", "3", "4", "5", "6", "7")


def test_a_span_without_end_is_cut_to_its_latest_buckets() -> None:
    found = labels("day", datetime(1, 1, 1, tzinfo=UTC), NOON, "UTC")
    assert (len(found), found[-1]) == (MOST_BUCKETS, "2026-01-01")
