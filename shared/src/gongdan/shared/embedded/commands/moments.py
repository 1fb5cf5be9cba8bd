"""Moments as people type them: so long ago, or a date and time with its offset from UTC."""

from datetime import UTC, datetime

from gongdan.shared.definitions.spans import parse_duration
from gongdan.shared.embedded.errors import FixSetup


def moment(text: str, now: datetime) -> datetime:
    """`90d` or `12h` before `now`, or an ISO 8601 moment. Raises FixSetup."""
    try:
        return now - parse_duration(text)
    except ValueError:
        pass
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise FixSetup(f"{text!r} is no moment", "write 90d, 12h or 2026-03-01T00:00:00+00:00")
    return found.astimezone(UTC)
