"""From the result of an attempt to what is written down, said and done about it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from gongdan.notifier.domain.delivery import Claimed, State, failed, sent, suppressed
from gongdan.notifier.domain.header import clean
from gongdan.notifier.domain.retry import (
    Disabled,
    GiveUp,
    Gone,
    Result,
    Taken,
    TryLater,
    Unreachable,
    Untried,
    wait_after,
)
from gongdan.shared.contracts.registry import Event

LONGEST_ERROR = 500


@dataclass(frozen=True, slots=True)
class Settled:
    """A delivery after an attempt. `due_at` is when it is tried next, None for never; `event` is what to say.

    `disables` is the version of its Channel that its endpoint refuses from now on.
    """

    claimed: Claimed
    state: State
    attempt: int
    due_at: datetime | None = None
    error: str | None = None
    event: Event | None = None
    disables: int | None = None


def settle(claimed: Claimed, result: Result, at: datetime) -> Settled:
    """What becomes of a delivery whose attempt ended `at` with `result`."""
    attempt = claimed.attempt
    match result:
        case Taken():
            return Settled(claimed, "sent", attempt, event=sent(claimed, at))
        case TryLater(error, after):
            return _again(claimed, _short(error), after, at)
        case GiveUp(error):
            return _never_again(claimed, _short(error), at)
        case Gone(error, version):
            return _never_again(claimed, _short(error), at, version)
        case Disabled():
            event = suppressed(claimed, at, "endpoint-disabled")
            return Settled(claimed, "suppressed", attempt, event=event)
        case Unreachable(error):
            return Settled(claimed, "queued", attempt - 1, at, _short(error))
        case Untried():
            return Settled(claimed, "queued", attempt - 1, at)


def _again(claimed: Claimed, error: str, after: timedelta | None, at: datetime) -> Settled:
    wait = wait_after(claimed.attempt, claimed.delivery.id, after)
    if wait is None:
        return _never_again(claimed, error, at)
    event = failed(claimed, at, error, at + wait)
    return Settled(claimed, "queued", claimed.attempt, at + wait, error, event)


def _never_again(claimed: Claimed, error: str, at: datetime, disables: int | None = None) -> Settled:
    event = failed(claimed, at, error, None)
    return Settled(claimed, "failed", claimed.attempt, None, error, event, disables)


def _short(error: str) -> str:
    return clean(error)[:LONGEST_ERROR]
