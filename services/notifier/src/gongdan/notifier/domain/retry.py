"""What to do after an attempt: a closed set of results, and the schedule of attempts.

Source of the schedule: Standard Webhooks 1.0.0, "deliverability and reliability"; mail follows the same.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from uuid import UUID

SCHEDULE = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
MOST_ATTEMPTS = len(SCHEDULE) + 1
JITTER = 0.1
LONGEST_WAIT = timedelta(hours=24)
LANE_RESTS = tuple(timedelta(seconds=seconds) for seconds in (1, 2, 4, 8, 15, 30))


@dataclass(frozen=True, slots=True)
class Taken:
    """The other side has it."""


@dataclass(frozen=True, slots=True)
class TryLater:
    """The attempt failed in passing. `after` is how long the other side asked to be left alone, at least."""

    error: str
    after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class GiveUp:
    """It will never be taken: not this one."""

    error: str


@dataclass(frozen=True, slots=True)
class Gone:
    """The endpoint wants nothing any more, as long as its definition stays at `version`."""

    error: str
    version: int


@dataclass(frozen=True, slots=True)
class Disabled:
    """The endpoint said so before; nothing was sent."""


@dataclass(frozen=True, slots=True)
class Unreachable:
    """The way there is closed, whatever is sent: the lane rests, and no attempt is counted."""

    error: str


@dataclass(frozen=True, slots=True)
class Untried:
    """Nothing was sent: we are stopping."""


Result = Taken | TryLater | GiveUp | Gone | Disabled | Unreachable | Untried


def wait_after(attempt: int, delivery_id: UUID, after: timedelta | None = None) -> timedelta | None:
    """How long to wait after failed `attempt` (1 is the first); None when it was the last.

    The jitter comes from the delivery's id, so that many that failed together do not come back together, and
    the same one waits the same time wherever this is asked.
    """
    if attempt >= MOST_ATTEMPTS:
        return None
    wait = SCHEDULE[attempt - 1] * (1 + JITTER * _share(delivery_id, attempt))
    return max(wait, min(after or wait, LONGEST_WAIT))


def _share(delivery_id: UUID, attempt: int) -> float:
    """A number from 0 to 1 that looks random and never changes."""
    digest = hashlib.sha256(delivery_id.bytes + attempt.to_bytes(2, "big")).digest()
    return int.from_bytes(digest[:4], "big") / 0xFFFFFFFF


def lane_rest(strikes: int) -> timedelta:
    """How long a lane rests when its way was closed `strikes` times in a row (1 is the first)."""
    return LANE_RESTS[min(strikes, len(LANE_RESTS)) - 1]


def retry_after(value: str | None, now: datetime) -> timedelta | None:
    """A `Retry-After` header, in seconds or as a date; None when absent or unreadable. Source: RFC 9110, 10.2.3."""
    text = (value or "").strip()
    if text.isascii() and text.isdigit():
        return min(timedelta(seconds=int(text[:9])), LONGEST_WAIT)
    try:
        return max(parsedate_to_datetime(text) - now, timedelta()) if text else None
    except (ValueError, TypeError):
        return None
