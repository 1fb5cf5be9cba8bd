"""`gongdan try calendar`: what a calendar says, a question a line.

`{"kind": …, "calendar": {…}, "start": …}` becomes `{"result": …}`. `due` adds and `before` subtracts working time
(`seconds`, `minutes`, `hours`, `days` of work, or `duration`); `elapsed` counts the working minutes to `end`, or what
`unit` says; `is_open`, `next_open` and `prev_open` look at `start`; `add_days` goes on by working days. Moments without
an offset are in the calendar's zone; results are in UTC, null for what never comes.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from gongdan.shared.definitions.spans import SpanValue, parse_span
from gongdan.shared.errors import Complaint, FixInput
from gongdan.shared.json import dumps, loads_object
from gongdan.shared.try_out import TryOut
from gongdan.sla_timer.domain.calendar.working_time import BEGINNING, END, WorkingTime
from gongdan.sla_timer.try_outs.calendar_shape import rules_of

Line = Mapping[str, Any]
UNITS = {"seconds": 1, "minutes": 60, "hours": 3600}


def answer(line: str) -> dict[str, object]:
    """The answer to one line. Raises FixInput for a line that cannot be read."""
    asked = loads_object(line.encode(), "line")
    question = KINDS.get(str(asked.get("kind")))
    if question is None:
        raise _wrong("kind", f"{asked.get('kind')!r} is not a question", f"write one of {', '.join(KINDS)}")
    return {"result": question(asked, _calendar(dumps(asked.get("calendar")).decode()))}


@lru_cache(maxsize=64)
def _calendar(text: str) -> WorkingTime:
    return WorkingTime(rules_of(loads_object(b'{"calendar":' + text.encode() + b"}", "line")["calendar"]))


def _due(asked: Line, calendar: WorkingTime) -> str | None:
    span = _span(asked)
    return _add_days(asked, calendar) if span is None else _later(calendar, _moment(asked, "start", calendar), span)


def _before(asked: Line, calendar: WorkingTime) -> str | None:
    span = _span(asked)
    if span is None:
        days = int(_number(asked, "days"))
        return _add_days({**asked, "days": -days}, calendar) if days else _previous_open(asked, calendar)
    return _later(calendar, _moment(asked, "start", calendar), SpanValue(-span.time, -span.working_days))


def _later(calendar: WorkingTime, start: datetime, span: SpanValue) -> str | None:
    if span.working_days:
        return _written(calendar.add_days(start, span.working_days))
    if span.time < timedelta():
        return _written(calendar.before(start, -span.time))
    return _written(calendar.add(start, span.time))


def _elapsed(asked: Line, calendar: WorkingTime) -> float:
    unit = asked.get("unit", "minutes")
    if unit not in UNITS:
        raise _wrong("unit", f"{unit!r} is not a unit", f"write one of {', '.join(UNITS)}")
    worked = calendar.between(_moment(asked, "start", calendar), _moment(asked, "end", calendar))
    count = worked.total_seconds() / UNITS[unit]
    return int(count) if count.is_integer() else count


def _is_open(asked: Line, calendar: WorkingTime) -> bool:
    return calendar.is_open(_moment(asked, "start", calendar))


def _next_open(asked: Line, calendar: WorkingTime) -> str | None:
    return _written(calendar.next_open(_moment(asked, "start", calendar)))


def _previous_open(asked: Line, calendar: WorkingTime) -> str | None:
    return _written(calendar.previous_open(_moment(asked, "start", calendar)))


def _add_days(asked: Line, calendar: WorkingTime) -> str | None:
    return _written(calendar.add_days(_moment(asked, "start", calendar), int(_number(asked, "days"))))


KINDS: dict[str, Callable[[Line, WorkingTime], object]] = {
    "due": _due,
    "before": _before,
    "elapsed": _elapsed,
    "is_open": _is_open,
    "next_open": _next_open,
    "prev_open": _previous_open,
    "previous_open": _previous_open,
    "add_days": _add_days,
}


def _span(asked: Line) -> SpanValue | None:
    """The span asked for; None when it is a number of days."""
    if "duration" in asked:
        try:
            return parse_span(asked["duration"])
        except ValueError as error:
            raise _wrong("duration", str(error), "write 90m or 2 working days") from error
    if "days" in asked and not any(unit in asked for unit in UNITS):
        return None
    if not any(unit in asked for unit in UNITS):
        raise _wrong("minutes", "is missing", "write how long: seconds, minutes, hours, days or duration")
    return SpanValue(timedelta(seconds=sum(_number(asked, unit) * UNITS[unit] for unit in UNITS if unit in asked)))


def _number(asked: Line, field: str) -> float:
    value = asked.get(field)
    if isinstance(value, str) and re.fullmatch(r"-?\d{1,10}(\.\d+)?", value.strip()):
        return float(value)
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e10:
        return value
    raise _wrong(field, f"{value!r} is not a number", "write a number")


def _moment(asked: Line, field: str, calendar: WorkingTime) -> datetime:
    try:
        moment = datetime.fromisoformat(str(asked[field]).strip())
    except (KeyError, ValueError) as error:
        raise _wrong(field, f"{asked.get(field)!r} is not a moment", "write it as 2026-01-02T15:04:05Z") from error
    moment = moment if moment.tzinfo else moment.replace(tzinfo=calendar.rules.zone)
    if not BEGINNING <= moment < END:
        raise _wrong(field, f"{moment} is out of range", f"write one from {BEGINNING.year} to {END.year - 1}")
    return moment.astimezone(UTC)


def _written(moment: datetime | None) -> str | None:
    if moment is None or not BEGINNING < moment < END:
        return None
    return moment.isoformat().replace("+00:00", "Z")


def _wrong(field: str, problem: str, cure: str) -> FixInput:
    return FixInput("unreadable-question", f"the line cannot be answered: {problem}", Complaint(field, problem, cure))


CALENDAR = TryOut("Working time: {kind, calendar, start, …} becomes {result}.", answer)
