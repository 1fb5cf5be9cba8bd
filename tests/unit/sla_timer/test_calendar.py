"""Working time: windows, nights on which clocks change, holidays, years without a working hour."""

import random
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from gongdan.sla_timer.domain.calendar.public_holidays import PublicHolidays
from gongdan.sla_timer.domain.calendar.rules import ALL_DAY, CLOSED, Dated, Layer, Rules, Stretch, Windows
from gongdan.sla_timer.domain.calendar.working_time import BEGINNING, END, WorkingTime
from tests.unit.sla_timer.slow_calendar import any_calendar, disagreements

HOUR = timedelta(hours=1)
OFFICE: Windows = ((9 * 3600, 12 * 3600), (13 * 3600 + 1800, 18 * 3600))
NIGHT: Windows = ((22 * 3600, 30 * 3600),)


def calendar(zone: str, windows: Windows, *layers: Layer, weekend: Windows = CLOSED) -> WorkingTime:
    """The same windows from Monday to Friday."""
    return WorkingTime(Rules(ZoneInfo(zone), (windows,) * 5 + (weekend,) * 2, layers))


def utc(text: str) -> datetime:
    """A moment in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_lunch_and_weekend_do_not_count() -> None:
    office = calendar("Asia/Shanghai", OFFICE)
    # Friday 11:00 in Shanghai: one hour until lunch, 4.5 hours after it, the rest on Monday.
    assert office.add(utc("2026-03-06T03:00"), 6 * HOUR) == utc("2026-03-09T01:30")


def test_a_deadline_may_be_the_moment_of_closing_but_nothing_starts_then() -> None:
    office = calendar("UTC", OFFICE)
    assert office.add(utc("2026-03-06T17:00"), HOUR) == utc("2026-03-06T18:00")
    assert office.next_open(utc("2026-03-06T18:00")) == utc("2026-03-09T09:00")
    assert office.previous_open(utc("2026-03-09T09:00")) == utc("2026-03-06T18:00")


def test_a_night_shift_belongs_to_the_day_on_which_it_begins() -> None:
    holiday = Dated([Stretch(date(2026, 3, 6), date(2026, 3, 6), CLOSED)])
    nights = calendar("UTC", NIGHT, holiday)
    assert nights.is_open(utc("2026-03-06T03:00"))
    assert not nights.is_open(utc("2026-03-06T23:00"))
    assert not nights.is_open(utc("2026-03-07T03:00"))


def test_the_hour_that_clocks_leave_out_does_not_count_and_the_repeated_one_counts_twice() -> None:
    always = calendar("Europe/Berlin", ALL_DAY, weekend=ALL_DAY)
    nights = calendar("Europe/Berlin", NIGHT, weekend=NIGHT)
    assert nights.between(utc("2026-03-28T12:00"), utc("2026-03-29T12:00")) == 7 * HOUR
    assert nights.between(utc("2026-10-24T12:00"), utc("2026-10-25T12:00")) == 9 * HOUR
    assert always.between(utc("2026-03-01T00:00"), utc("2026-11-30T00:00")) == timedelta(days=274)


def test_a_day_that_clocks_skip_is_no_working_day() -> None:
    samoa = calendar("Pacific/Apia", OFFICE)
    # Friday the 30th of December 2011 did not exist there: Thursday was followed by Saturday.
    assert samoa.add_days(datetime(2011, 12, 29, 10, tzinfo=samoa.rules.zone), 1) == datetime(
        2012, 1, 2, 10, tzinfo=samoa.rules.zone
    )


def test_china_works_on_weekends_to_make_up_for_holidays() -> None:
    china = calendar("Asia/Shanghai", OFFICE, PublicHolidays("CN", make_up=OFFICE))
    assert not china.is_open(utc("2026-10-07T02:00"))
    assert china.is_open(utc("2026-10-10T02:00"))
    assert china.next_open(utc("2026-09-30T10:00")) == utc("2026-10-08T01:00")


def test_a_day_made_up_before_new_year_is_known_in_the_old_year() -> None:
    china = calendar("Asia/Shanghai", OFFICE, PublicHolidays("CN", make_up=OFFICE))
    assert china.is_open(utc("2011-12-31T02:00"))


def test_the_first_layer_that_says_something_counts() -> None:
    day = date(2026, 10, 1)
    open_all_the_same = Dated([Stretch(day, day, ((0, 3600),))])
    china = calendar("Asia/Shanghai", OFFICE, open_all_the_same, PublicHolidays("CN"))
    assert china.between(utc("2026-09-30T16:00"), utc("2026-10-01T16:00")) == HOUR


def test_what_never_comes_is_said_to_come_at_the_end() -> None:
    never = calendar("UTC", CLOSED, Dated([Stretch(date(2026, 1, 5), date(2026, 1, 5), OFFICE)]))
    assert never.add(utc("2026-01-01T00:00"), 7 * HOUR) == utc("2026-01-05T17:30")
    assert never.add(utc("2026-01-01T00:00"), 8 * HOUR) == END
    assert never.before(utc("2027-01-01T00:00"), 8 * HOUR) == BEGINNING
    assert never.next_open(utc("2026-01-06T00:00")) is None
    assert never.add_days(utc("2026-01-06T00:00"), 1) == END


def test_moments_of_any_time_have_an_answer() -> None:
    office = calendar("Asia/Shanghai", OFFICE)
    assert office.between(datetime(1, 1, 1, tzinfo=UTC), utc("1900-01-01T01:00")) < HOUR
    assert office.add(datetime(9999, 12, 31, tzinfo=UTC), HOUR) == END


def test_a_working_day_is_as_long_as_most_are() -> None:
    assert calendar("UTC", OFFICE, weekend=((0, 3600),)).working_day == timedelta(hours=7, minutes=30)
    assert calendar("UTC", CLOSED).working_day == timedelta(days=1)


MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2050, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds
SPANS = st.timedeltas(timedelta(), timedelta(days=200))
BERLIN = calendar("Europe/Berlin", OFFICE, PublicHolidays("DE"))


@given(MOMENTS, SPANS)
def test_time_added_is_time_that_passes(start: datetime, span: timedelta) -> None:
    assert BERLIN.between(start, BERLIN.add(start, span)) == span
    assert BERLIN.between(BERLIN.before(start, span), start) == span


def test_the_calendar_agrees_with_one_that_looks_at_every_second() -> None:
    chance = random.Random(20_260_329)  # noqa: S311 - to repeat
    calendars = [any_calendar(chance) for _ in range(8)]
    results = [disagreements(chance, one, 40) for one in calendars]
    assert [one for _, found in results for one in found] == []
    assert sum(asked for asked, _ in results) > 1_000
    assert sum(windows in one.week for one in calendars for windows in one.made_up.values()) > 3
