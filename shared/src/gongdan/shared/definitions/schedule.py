"""Fixed times as definitions write them: `08:00`, `monday 08:00`, `working day 08:00`, `1 08:00` (day of the month).

The time zone is the workspace's. A day that a month does not have is its last one.
"""

from typing import Annotated

from pydantic import StringConstraints

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
PATTERN = rf"^(day |working day |({'|'.join(DAYS)}) |([1-9]|[12]\d|3[01]) )?([01]\d|2[0-3]):[0-5]\d$"

Schedule = Annotated[str, StringConstraints(max_length=40, pattern=PATTERN)]
