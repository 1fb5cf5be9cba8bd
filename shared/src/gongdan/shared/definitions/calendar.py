"""Calendar: when somebody works: windows by weekday, public holidays, and days that differ.

Several windows a day leave room for lunch; a window that ends before it begins goes on after midnight. Days are listed
as `mon` … `sun` or ranges (`mon-fri`); a later entry does not add to an earlier one for the same day: each day may be
listed once. Overrides win over holidays, holidays over the week; a make-up working day (调休) is an override with
`open`. Without `week` the calendar is open all the time but for its closed days.

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

from datetime import date
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints, field_validator, model_validator

from gongdan.shared.definitions.base import Kind, Name, Strict, Text
from gongdan.shared.definitions.names import Refers
from gongdan.shared.definitions.vocabulary import Country, Timezone

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY = "|".join(WEEKDAYS)
TIME = r"([01]\d|2[0-3]):[0-5]\d"
DAYS = rf"^({DAY})(-({DAY}))?$"
WINDOW = rf"^{TIME}-({TIME}|24:00)$"
Days = Annotated[str, StringConstraints(pattern=DAYS)]
Window = Annotated[str, StringConstraints(pattern=WINDOW)]
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
        return week
