"""Public holidays of a country, and the weekend days that it works to make up for them (调休)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from holidays import country_holidays

from gongdan.sla_timer.domain.calendar.rules import CLOSED, Windows


@dataclass(frozen=True, slots=True)
class PublicHolidays:
    """A layer: holidays are closed, days that make up for them have the windows `make_up`, or what the week says."""

    country: str
    subdivision: str | None = None
    make_up: Windows = CLOSED

    def of(self, year: int) -> Mapping[date, Windows]:
        """Those of a year."""
        closed, worked = _days(self.country, self.subdivision, year)
        made_up = dict.fromkeys(worked, self.make_up) if self.make_up else {}
        return dict.fromkeys(closed, CLOSED) | made_up


@lru_cache(maxsize=2_000)
def _days(country: str, subdivision: str | None, year: int) -> tuple[frozenset[date], frozenset[date]]:
    """The days off of a year, and the weekend days worked. Those of the last days may belong to the next year's."""
    found = country_holidays(country, subdiv=subdivision, years=(year, year + 1))
    closed = frozenset(day for day in found if day.year == year)
    return closed, frozenset(day for day in found.weekend_workdays if day.year == year) - closed
