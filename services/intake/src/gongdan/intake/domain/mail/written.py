"""When a mail of an archive was written: by its own date, since a copied archive has the day of the copy."""

from datetime import UTC, datetime
from email.parser import BytesHeaderParser
from email.utils import parsedate_to_datetime

HEAD_BYTES = 64 * 1024
_READER = BytesHeaderParser()


def written_at(raw: bytes) -> datetime | None:
    """The time in the Date header, in UTC; None without one that can be read. Never raises."""
    head = raw[:HEAD_BYTES].partition(b"\r\n\r\n")[0].partition(b"\n\n")[0]
    try:
        found = parsedate_to_datetime(str(_READER.parsebytes(head)["date"]))
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
