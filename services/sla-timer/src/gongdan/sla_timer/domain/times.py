"""Which calendar a clock counts by: its terms name it. Where nothing is promised every second counts.

A calendar's key names one version of it, so that time already counted stays as it was counted.
"""

from typing import Protocol

from gongdan.sla_timer.domain.calendar import AROUND_THE_CLOCK, Calendar
from gongdan.sla_timer.domain.terms import Terms

ALL_HOURS = ""


class Calendars(Protocol):
    """Calendars by key; the empty key means all hours."""

    def named(self, key: str) -> Calendar:
        """The calendar of a key."""
        ...


class OnlyAllHours:
    """Knows no calendar but the one in which every second counts."""

    def named(self, key: str) -> Calendar:
        """All hours, whatever the key."""
        return AROUND_THE_CLOCK


def calendar_of(terms: Terms | None, calendars: Calendars) -> Calendar:
    """What counts under these terms."""
    return calendars.named(terms.calendar) if terms and terms.calendar else AROUND_THE_CLOCK
