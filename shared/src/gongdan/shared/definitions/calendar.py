"""Calendar: when somebody works: windows by weekday, public holidays, and days that differ.

Several windows a day leave room for lunch; a window that ends before it begins goes on after midnight and belongs to
the day on which it begins. Days are listed as `mon` … `sun` or ranges (`mon-fri`); a later entry does not add to an
earlier one for the same day: each day may be listed once. Overrides win over holidays, holidays over the week, and what
the calendar says itself over what its `base` says. A weekend day that a country works to make up for a holiday (调休)
has the hours of the week's first working day; any other is an override with `open`. Without `week` the calendar is open
all the time but for its closed days. Limits: a calendar that does not open for a year is refused.

Example:

    kind: Calendar
    metadata: {name: office, title: {zh: 办公时间, en: Office hours}}
    spec:
      timezone: Asia/Shanghai
      week: {mon-fri: ["09:00-12:00", "13:30-18:00"]}
      holidays: {country: CN}
      overrides:
        - {date: "2026-10-10", open: ["09:00-18:00"], reason: {zh: 国庆调休, en: Make-up day}}
        - {date: "2026-12-31", closed: true}
"""

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints, field_validator, model_validator

from gongdan.shared.definitions.base import Kind, Name, Strict, Text
from gongdan.shared.definitions.names import Refers
from gongdan.shared.definitions.vocabulary import Country, Timezone

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
YEAR = 365
DAY = "|".join(WEEKDAYS)
TIME = r"([01]\d|2[0-3]):[0-5]\d"
DAYS = rf"^({DAY})(-({DAY}))?$"
WINDOW = rf"^{TIME}-({TIME}|24:00)$"
Days = Annotated[str, StringConstraints(pattern=DAYS)]


def _lasts(window: str) -> str:
    begin, _, end = window.partition("-")
    if begin == end:
        raise ValueError("it begins and ends at the same time; for a whole day write 00:00-24:00")
    return window


Window = Annotated[str, StringConstraints(pattern=WINDOW), AfterValidator(_lasts)]
WindowList = Annotated[list[Window], Field(max_length=12)]


def _is_day(text: str) -> str:
    date.fromisoformat(text)
    return text


Day = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}$"), AfterValidator(_is_day)]


def weekdays(days: str) -> tuple[str, ...]:
    """The weekdays that `mon-fri` or `sat` stand for; `fri-mon` goes over the weekend."""
    first, _, last = days.partition("-")
    start, end = WEEKDAYS.index(first), WEEKDAYS.index(last or first)
    return tuple(WEEKDAYS[(start + nth) % 7] for nth in range((end - start) % 7 + 1))


class Holidays(Strict):
    """Whose public holidays are closed."""

    country: Country = Field(description="ISO 3166-1 code, for instance CN.")
    subdivision: str | None = Field(default=None, pattern=r"^[A-Z0-9]{1,6}$", description="ISO 3166-2 part of it.")
    make_up_days: bool = Field(default=True, description="Whether weekend days that the country works are open.")

    @model_validator(mode="after")
    def _known(self) -> "Holidays":
        # Half a second that most processes never need.
        from holidays import country_holidays  # noqa: PLC0415

        try:
            country_holidays(self.country, subdiv=self.subdivision)
        except NotImplementedError as error:
            raise ValueError(f"{error}; write an ISO 3166 code whose holidays are known, or overrides") from error
        return self


class Override(Strict):
    """One day, or the days up to another, that differ from the week."""

    date: Day = Field(description="The day, or the first one, as YYYY-MM-DD.")
    until: Day | None = Field(default=None, description="The last day, where it is more than one.")
    open: WindowList = Field(default=[], description="When it is open.")
    closed: bool = Field(default=False, description="Whether it is closed all day.")
    reason: Text | None = Field(default=None, description="Why.")

    @model_validator(mode="after")
    def _open_or_closed(self) -> "Override":
        if bool(self.open) == self.closed:
            raise ValueError("write either open with windows, or closed: true")
        if self.until is not None and self.until < self.date:
            raise ValueError("until is before date")
        return self


class Calendar(Kind):
    """`spec` of kind Calendar."""

    timezone: Timezone = Field(description="IANA time zone of all its times.")
    base: Annotated[Name, Refers("Calendar", acyclic=True)] | None = Field(
        default=None, description="A Calendar whose holidays and overrides count here too, where this one says nothing."
    )
    week: dict[Days, WindowList] | None = Field(
        default=None, max_length=7, description="Windows by weekday; days that are not listed are closed."
    )
    holidays: Holidays | None = Field(default=None, description="Public holidays.")
    overrides: list[Override] = Field(default=[], max_length=2_000, description="Days that differ.")

    @field_validator("week", mode="after")
    @classmethod
    def _each_day_once(cls, week: dict[str, list[str]] | None) -> dict[str, list[str]] | None:
        listed = [day for days in week or {} for day in weekdays(days)]
        twice = sorted({day for day in listed if listed.count(day) > 1}, key=WEEKDAYS.index)
        if twice:
            raise ValueError(f"{', '.join(twice)} is listed twice")
        if week is not None and not any(week.values()):
            raise ValueError("no day has a window; write when it is open, or leave week out: open all the time")
        return week

    @model_validator(mode="after")
    def _opens_within_a_year(self) -> "Calendar":
        closed = closed_for_a_year(self.overrides)
        if closed is not None:
            raise ValueError(f"it does not open for a year from {closed}; shorten the overrides that close it")
        return self


def closed_for_a_year(overrides: Sequence[Override]) -> date | None:
    """The first of 365 days in a row that overrides close, the later override winning; None when there are none."""
    reaches = [(*_reach(one), one.closed) for one in overrides]
    if not any(last - first >= YEAR for first, last in _joined(sorted(one[:2] for one in reaches if one[2]))):
        return None
    begun: int | None = None
    for here, after in pairwise(sorted({edge for first, last, _ in reaches for edge in (first, last)})):
        closed = next((one for first, last, one in reversed(reaches) if first <= here < last), False)
        begun = (begun or here) if closed else None
        if begun is not None and after - begun >= YEAR:
            return date.fromordinal(begun)
    return None


def _reach(override: Override) -> tuple[int, int]:
    """The ordinals of its first day, and of the day after its last."""
    first = date.fromisoformat(override.date)
    return first.toordinal(), date.fromisoformat(override.until or override.date).toordinal() + 1


def _joined(reaches: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for first, last in reaches:
        if found and first <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return found
