"""Dates of mail headers, read leniently. Never raises. Source: RFC 5322 section 3.3 and its obsolete forms.

Limits: names of days and months are English, as the standard has them.
"""

import re
from datetime import MAXYEAR, MINYEAR, UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

LONGEST = 200
_OFFSET = re.compile(r"\b(?:GMT|UTC?|Z)\s*([+-]\d{2}):?(\d{2})\b", re.IGNORECASE)
_COMMENT = re.compile(r"\s{0,20}\([^()]{0,100}\)")
_FRACTION = re.compile(r"(:\d\d)\.\d{1,9}\b")
_AFTERNOON = re.compile(r"\b(1[0-2]|0?[1-9])(:\d\d(?::\d\d)?) ?([AP])M\b", re.IGNORECASE)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# As nearly all are written. The parser of the standard library takes ten times as long.
_PLAIN = re.compile(
    r"(?:[A-Z][a-z]{2}, )?(\d{1,2}) ([A-Z][a-z]{2}) ([12]\d{3}) (\d\d):(\d\d):(\d\d) ([+-]\d\d)(\d\d)"
    r"(?: \([A-Z]{1,5}\))?",
    re.ASCII,
)
_HOURS = re.compile(r"\b(?:GMT|UTC)\s*([+-])(\d{1,2})\b(?!:)", re.IGNORECASE)
_SLASHES = re.compile(r"^(\d{4})/(\d{1,2})/(\d{1,2})(?=\s)")
_BARE_OFFSET = re.compile(r"\s([+-]\d{2}):(\d{2})\b")


def read(text: str) -> datetime | None:
    """A date with its offset from UTC, which is 0 where it says none; None for what is no date."""
    text = text.strip()
    if not text or len(text) > LONGEST:
        return None
    found = _plain(text) or _usual(_repaired(text)) or _iso(_SLASHES.sub(_with_hyphens, text))
    return found and _somewhere(found if found.tzinfo else found.replace(tzinfo=UTC))


def _repaired(text: str) -> str:
    """With an offset and a time as the standard writes them, without comments and a leap second."""
    text = _AFTERNOON.sub(_by_24_hours, _FRACTION.sub(r"\1", _COMMENT.sub("", text)))
    text = _HOURS.sub(lambda found: f"{found[1]}{found[2]:0>2}00", text.replace(":60", ":59"))
    return _BARE_OFFSET.sub(r" \1\2", _OFFSET.sub(r"\1\2", text))


def _by_24_hours(found: re.Match[str]) -> str:
    return f"{int(found[1]) % 12 + 12 * (found[3] in 'pP'):02}{found[2]}"


def _with_hyphens(found: re.Match[str]) -> str:
    return f"{found[1]}-{found[2]:0>2}-{found[3]:0>2}"


def _somewhere(found: datetime) -> datetime | None:
    """Unless it is in no year at Greenwich; a year of three digits was counted from 1900."""
    if 100 <= found.year < 1_000 and (found.month, found.day) != (2, 29):
        found = found.replace(year=found.year + 1_900)
    return found if MINYEAR < found.year < MAXYEAR else None


def _plain(text: str) -> datetime | None:
    fits = _PLAIN.fullmatch(text)
    if not fits or (month := fits[2].lower()) not in _MONTHS:
        return None
    day, _, year, hour, minute, second, hours, minutes = fits.groups()
    offset = timedelta(hours=int(hours), minutes=int(hours[0] + minutes))
    try:
        date = int(year), _MONTHS.index(month) + 1, int(day)
        return datetime(*date, int(hour), int(minute), int(second), tzinfo=timezone(offset))
    except ValueError:
        return None


def _usual(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _iso(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
