"""Values as conditions see them: plain JSON made to fit the types of its fields.

What does not fit its type counts as not given, because the form that a ticket's fields came from may have changed
since. A text, list, map or checkbox that is not given is empty or false; a number or a time is null. Texts lose their
NULs, at which the engine would end them; PostgreSQL keeps none either. Times are whole milliseconds, from the year 1000
on; a date is the midnight in UTC with which it begins.
"""

import math
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

TIME = re.compile(
    r"([1-9]\d{3}-\d\d-\d\d)(?:[Tt](\d\d:\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?([Zz]|[+-]\d\d:\d\d))?",
    re.ASCII,
)
SPAN = re.compile(r"(\d{1,5})([smhd])", re.ASCII)
UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
WIDEST_INT = 2**63


def instant(value: object) -> datetime | None:
    """A date, or a time with its offset from UTC (RFC 3339), in UTC; None when it is neither."""
    if isinstance(value, datetime):
        return _whole_milliseconds(value) if value.tzinfo and value.year >= 1000 else None
    found = TIME.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return None
    day, minute, second, fraction, zone = found.groups()
    offset = "+00:00" if zone is None or zone in "Zz" else zone
    text = f"{day}T{minute or '00:00'}:{second or '00'}.{(fraction or '')[:3]:0<3}{offset}"
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _whole_milliseconds(value: datetime) -> datetime:
    utc = value.astimezone(UTC)
    return utc.replace(microsecond=utc.microsecond // 1000 * 1000)


def span(value: object) -> timedelta | None:
    """A span of time such as 90s, 15m, 4h or 3d; None when it is none."""
    found = SPAN.fullmatch(value) if isinstance(value, str) else None
    return timedelta(**{UNITS[found[2]]: int(found[1])}) if found else None


def fit(kind: str, value: object) -> object:
    """The value as a variable of this type; what there is instead when it does not fit."""
    return FIT[kind](value)


def fit_all(variables: Mapping[str, str], values: Mapping[str, object]) -> dict[str, object]:
    """Every variable, from values by the variables' names. A time that must be given and is not is left out."""
    found = {name: FIT[kind](values.get(name)) for name, kind in variables.items()}
    return {name: one for name, one in found.items() if one is not None or variables[name] != "timestamp"}


def _text(value: object) -> str | None:
    return value.replace("\x00", "") if isinstance(value, str) else None


def _any(value: object) -> object:
    return _text(value) if isinstance(value, str) else value


def _int(value: object) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    whole = int(value)
    return whole if whole == value and -WIDEST_INT <= whole < WIDEST_INT else None


def _double(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        found = float(value)
    except OverflowError:
        return None
    return found if math.isfinite(found) else None


def _list(value: object) -> list[object]:
    return [_any(one) for one in value] if isinstance(value, list | tuple) else []


FIT: Mapping[str, Callable[[object], object]] = {
    "string": lambda value: _text(value) or "",
    "string?": _text,
    "int": lambda value: _int(value) or 0,
    "int?": _int,
    "double": lambda value: _double(value) or 0.0,
    "double?": _double,
    "bool": lambda value: value is True,
    "timestamp": instant,
    "timestamp?": instant,
    "list": _list,
    "list<string>": lambda value: [one for one in _list(value) if isinstance(one, str)],
    "map": lambda value: dict(value) if isinstance(value, Mapping) else {},
    "dyn": _any,
}
