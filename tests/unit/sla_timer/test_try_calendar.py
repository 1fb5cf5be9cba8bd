"""The try-out of calendars: it takes calendars as people write them, and says what it cannot read."""

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongdan.shared.errors import FixInput
from gongdan.sla_timer.try_outs.calendar import answer

WEEKDAY_HOURS = [
    {"mon-fri": ["08:00-12:00", "13:00-17:00"]},
    {"weekdays": "08:00-12:00, 13:00-17:00"},
    {"Monday to Friday": [["8:00", "12:00"], ["13:00", "17:00"]]},
    {"周一至周五": "8-12、13-17"},
    {str(day): {"08:00": "12:00", "13:00": "17:00"} for day in range(1, 6)},
    {
        day: [{"start": "8am", "end": "12pm"}, {"from": "1pm", "to": "5 PM"}]
        for day in ("mon", "TUE", "Wed", "thu", "fri")
    },
    [{"days": ["mon-thu", "friday"], "windows": [[8, 12], [13, 17]]}],
    [*[[["08:00", "12:00"], ["13:00:00", "17:00"]]] * 5, [], None],
]


def asked(kind: str, calendar: object, **line: Any) -> object:
    """The result of a question."""
    return answer(json.dumps({"kind": kind, "calendar": calendar, **line}))["result"]


@pytest.mark.parametrize("hours", WEEKDAY_HOURS)
def test_hours_may_be_written_in_many_ways(hours: object) -> None:
    office = {"tz": "UTC", "hours": hours}
    assert asked("elapsed", office, start="2026-03-05T00:00:00Z", end="2026-03-10T10:30:00Z") == 1590


@pytest.mark.parametrize(
    "holidays",
    [
        ["2026-03-06"],
        ["2026-03-06/2026-03-08"],
        [{"date": "2026-03-06", "name": "Founders"}],
        [{"from": "2026-03-06", "to": "2026-03-07"}],
        {"2026-03-06": "Founders"},
    ],
)
def test_holidays_may_be_days_or_ranges(holidays: object) -> None:
    office = {"tz": "UTC", "hours": {"mon-fri": "09:00-17:00"}, "holidays": holidays}
    assert asked("due", office, start="2026-03-05T16:00:00Z", hours=2) == "2026-03-09T10:00:00Z"


def test_overrides_win_over_holidays_but_hours_of_a_day_do_not() -> None:
    office = {"tz": "Asia/Shanghai", "week": {"mon-fri": ["09:00-18:00"]}, "holidays": {"country": "CN"}}
    opened = office | {"overrides": [{"date": "2026-10-01", "until": "2026-10-02", "open": ["09:00-12:00"]}]}
    hours = office | {"day_hours": {"2026-10-01": [["09:00", "12:00"]]}}
    assert asked("is_open", opened, start="2026-10-02T11:00:00") is True
    assert asked("is_open", hours, start="2026-10-01T11:00:00") is False
    assert asked("is_open", office, start="2026-10-10T11:00:00") is True


@pytest.mark.parametrize(
    "days",
    [
        {"workdays": ["2026-10-10"]},
        {"make_up_days": [{"date": "2026-10-10"}]},
        {"overrides": [{"date": "2026-10-10", "open": True}]},
        {"overrides": {"2026-10-10": "09:00-17:00"}},
        {"holidays": [{"date": "2026-10-10", "hours": [["09:00", "17:00"]]}]},
        {"country": "CN"},
    ],
)
def test_a_weekend_day_may_be_worked_in_many_words(days: dict[str, Any]) -> None:
    office = {"tz": "Asia/Shanghai", "hours": {"mon-fri": "09:00-17:00"}, **days}
    assert asked("elapsed", office, start="2026-10-10T00:00:00", end="2026-10-11T23:00:00") == 480


def test_holidays_may_come_back_every_year() -> None:
    office = {"tz": "UTC", "hours": {"mon-sun": "09:00-17:00"}, "holidays": ["12-25", "--02-29", {"date": "01-01"}]}
    assert asked("due", office, start="2026-12-24T16:00:00Z", minutes="120") == "2026-12-26T10:00:00Z"
    assert asked("is_open", office, start="2028-02-29T10:00:00Z") is False
    assert asked("is_open", office, start="2027-01-01T10:00:00Z") is False
    assert asked("is_open", office, start="2027-03-01T10:00:00Z") is True


def test_breaks_are_taken_away_also_from_what_began_the_day_before() -> None:
    nights = {"tz": "UTC", "hours": {"thu": [["22:00", "06:00"]]}, "breaks": {"2026-03-06": [["02:00", "02:30"]]}}
    lunch = {"tz": "UTC", "hours": {"mon-fri": "09:00-17:00"}, "breaks": {"weekdays": "12:00-13:00"}}
    assert asked("elapsed", nights, start="2026-03-05T00:00:00Z", end="2026-03-07T00:00:00Z") == 450
    assert asked("elapsed", lunch, start="2026-03-05T00:00:00Z", end="2026-03-07T00:00:00Z") == 840


def test_time_is_taken_back_by_a_negative_span_or_by_before() -> None:
    office = {"tz": "UTC", "hours": {"mon-fri": "09:00-17:00"}}
    assert asked("due", office, start="2026-03-09T10:00:00Z", minutes=-120) == "2026-03-06T16:00:00Z"
    assert asked("before", office, start="2026-03-09T10:00:00Z", duration="2h") == "2026-03-06T16:00:00Z"
    assert asked("before", office, start="2026-03-09T10:00:00Z", days=1) == "2026-03-06T10:00:00Z"
    assert asked("due", office, start="2026-03-06T10:00:00Z", duration="2 working days") == "2026-03-10T10:00:00Z"


def test_no_days_at_all_lead_to_the_nearest_open_moment() -> None:
    office = {"tz": "UTC", "hours": {"mon-fri": "09:00-17:00"}}
    assert asked("add_days", office, start="2026-03-07T10:00:00Z", days=0) == "2026-03-09T09:00:00Z"
    assert asked("due", office, start="2026-03-07T10:00:00Z", days=0) == "2026-03-09T09:00:00Z"
    assert asked("before", office, start="2026-03-07T10:00:00Z", days=0) == "2026-03-06T17:00:00Z"


def test_a_calendar_without_hours_is_always_open_and_a_closed_one_never() -> None:
    assert asked("elapsed", {"tz": "UTC"}, start="2026-03-05T00:00:00Z", end="2026-03-05T00:00:30Z") == 0.5
    assert asked("next_open", {"tz": "UTC", "hours": {}}, start="2026-03-05T00:00:00Z") is None
    assert asked("due", {"tz": "UTC", "hours": {}}, start="2026-03-05T00:00:00Z", minutes=1) is None


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ({"kind": "when"}, "kind"),
        ({"kind": "is_open", "calendar": None}, "calendar"),
        ({"kind": "is_open", "calendar": {"tz": "Mars/Olympus"}}, "calendar.tz"),
        ({"kind": "is_open", "calendar": {"hours": {"noday": []}}}, "calendar.hours"),
        ({"kind": "is_open", "calendar": {"hours": {"mon": "25:00-26:00"}}}, "calendar.hours.mon"),
        ({"kind": "is_open", "calendar": {"hours": {"mon": "soon"}}}, "calendar.hours.mon"),
        ({"kind": "is_open", "calendar": {"holidays": ["2026-02-30"]}}, "calendar.holidays"),
        ({"kind": "is_open", "calendar": {"holidays": {"country": "ZZ"}}}, "calendar.holidays"),
        ({"kind": "is_open", "calendar": {"overrides": ["2026-02-03"]}}, "calendar.overrides.0"),
        ({"kind": "is_open", "calendar": {}}, "start"),
        ({"kind": "is_open", "calendar": {}, "start": "0001-01-01T00:00:00Z"}, "start"),
        ({"kind": "due", "calendar": {}, "start": "2026-01-01"}, "minutes"),
        ({"kind": "due", "calendar": {}, "start": "2026-01-01", "minutes": "many"}, "minutes"),
        ({"kind": "due", "calendar": {}, "start": "2026-01-01", "duration": "long"}, "duration"),
        ({"kind": "elapsed", "calendar": {}, "start": "2026-01-01", "end": "2026-01-02", "unit": "moon"}, "unit"),
    ],
)
def test_what_cannot_be_read_is_named(line: dict[str, Any], field: str) -> None:
    with pytest.raises(FixInput) as refused:
        answer(json.dumps(line))
    assert [one.field for one in refused.value.complaints] == [field]


ODD = st.sampled_from([None, True, -1, 1e308, "", "x", "25:99", "2026-02-30", "9999-12-31", "12-31", "/etc/localtime"])
ANYTHING = st.recursive(
    ODD,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["mon", "date", "open", "2026-01-01", "country", "from", "to"]), inner, max_size=3
        )
    ),
    max_leaves=6,
)
PARTS = ("tz", "hours", "holidays", "overrides", "workdays", "day_hours", "breaks")


@settings(deadline=None, max_examples=200)
@given(st.dictionaries(st.sampled_from(PARTS), ANYTHING, max_size=4), ANYTHING)
def test_whatever_a_calendar_holds_it_is_answered_or_refused(calendar: dict[str, object], start: object) -> None:
    for moment in ("2026-01-01T00:00:00Z", start):
        with contextlib.suppress(FixInput):
            answer(json.dumps({"kind": "next_open", "calendar": calendar, "start": moment}))
