"""Dates of mail headers, read leniently. Never raises. Source: RFC 5322 section 3.3 and its obsolete forms.

Limits: names of days and months are English, as the standard has them.
"""

import re
from datetime import MAXYEAR, MINYEAR, UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST = 200
_OFFSET = re.compile(r"\b(?:GMT|UTC?|Z)\s*([+-]\d{2}):?(\d{2})\b", re.IGNORECASE)
_BARE_OFFSET = re.compile(r"\s([+-]\d{2}):(\d{2})\b")


def read(text: str) -> datetime | None:
    """A date with its offset from UTC, which is 0 where it says none; None for what is no date."""
    text = text.strip()
    if not text or len(text) > LONGEST:
        return None
    found = _usual(_BARE_OFFSET.sub(r" \1\2", _OFFSET.sub(r"\1\2", text.replace(":60", ":59")))) or _iso(text)
    return found and _somewhere(found if found.tzinfo else found.replace(tzinfo=UTC))


def _somewhere(found: datetime) -> datetime | None:
    """Unless it is in no year at Greenwich."""
    return found if MINYEAR < found.year < MAXYEAR else None


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
