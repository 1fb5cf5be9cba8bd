"""Spans of time as definitions write them."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from gongdan.shared.definitions.spans import LONGEST, SpanValue, parse_duration, parse_span, write_duration


@pytest.mark.parametrize(
    ("text", "seconds", "written"),
    [
        ("90s", 90, "1m 30s"),
        ("15m", 900, "15m"),
        ("4h", 14_400, "4h"),
        ("3d", 259_200, "3d"),
        ("1w", 604_800, "7d"),
        ("1h30m", 5_400, "1h 30m"),
        ("1d 2h 3m 4s", 93_784, "1d 2h 3m 4s"),
        ("1.5h", 5_400, "1h 30m"),
        ("0m", 0, "0s"),
        ("0.5s", 0.5, "0.5s"),
        (" 4h ", 14_400, "4h"),
        ("PT4H", 14_400, "4h"),
        ("PT1H30M", 5_400, "1h 30m"),
        ("P1DT12H", 129_600, "1d 12h"),
        ("P2W", 1_209_600, "14d"),
    ],
)
def test_a_duration_is_read_and_written_in_one_way(text: str, seconds: float, written: str) -> None:
    assert parse_duration(text) == timedelta(seconds=seconds)
    assert write_duration(parse_duration(text)) == written


@pytest.mark.parametrize(
    "text",
    ["", "P", "PT", "4", "h", "-4h", "4h-", "1y", "P1M", "P1Y", "4 hours", "99999d", "1h 2h 3h 4h 5h 6h", 4, None],
)
def test_what_is_no_duration_is_refused_with_what_to_write(text: object) -> None:
    with pytest.raises(ValueError, match="write 90s"):
        parse_duration(text)


@pytest.mark.parametrize(("text", "days"), [("2 working days", 2), ("1 working day", 1), ("10working days", 10)])
def test_working_days_stay_working_days(text: str, days: int) -> None:
    found = parse_span(text)
    assert found == SpanValue(working_days=days)
    assert found.approximate == timedelta(days=days)
    assert parse_span(str(found)) == found


@pytest.mark.parametrize("text", ["0 working days", "9999 working days", "1.5 working days", "two working days"])
def test_what_is_no_number_of_working_days_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="working days"):
        parse_span(text)


@given(
    some.timedeltas(timedelta(), LONGEST).map(lambda span: timedelta(milliseconds=span // timedelta(milliseconds=1)))
)
def test_any_duration_comes_back_as_it_was(span: timedelta) -> None:
    assert parse_duration(write_duration(span)) == span
