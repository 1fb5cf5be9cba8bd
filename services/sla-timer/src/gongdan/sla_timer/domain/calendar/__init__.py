"""When time counts. Elapsed time and deadlines ask a calendar; which one is the caller's choice.

A calendar is open exactly while the clock on its wall shows a time in one of the day's windows. So on the night clocks
go back the repeated hour counts twice where it is in a window, and the hour that is left out never counts. A window
belongs to the day on which it begins, also where it goes on after midnight.
"""

from gongdan.sla_timer.domain.calendar.contract import AROUND_THE_CLOCK, AroundTheClock, Calendar, micros

__all__ = ["AROUND_THE_CLOCK", "AroundTheClock", "Calendar", "micros"]
