"""Lanes: one queue per destination, so that a destination that is slow or dead holds up nobody else.

All mail goes through one server and is one lane; each endpoint is one. What is remembered here is one
process's own: another replica finds a closed way by itself.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from gongdan.notifier.domain.retry import Result, TryLater, Unreachable, Untried, lane_rest

NO_ROOM = 1_000_000


@dataclass(frozen=True, slots=True)
class Rest:
    """A lane left alone until a time, after its way was closed `strikes` times in a row."""

    until: datetime
    strikes: int = 0


@dataclass(frozen=True, slots=True)
class Room:
    """How many more deliveries may be taken in hand: `widths` by channel, `taken` by lane."""

    widths: Mapping[str, int]
    taken: Mapping[str, int]


def rest_after(result: Result, before: Rest | None, now: datetime) -> Rest | None:
    """How a lane rests after a result. A way closed before the last rest was over is no new strike."""
    match result:
        case Unreachable():
            if before and now < before.until and before.strikes:
                return before
            strikes = (before.strikes if before else 0) + 1
            return Rest(now + lane_rest(strikes), strikes)
        case TryLater(_, timedelta() as after):
            return Rest(max(now + after, before.until if before else now))
        case Untried():
            return before
    return replace(before, strikes=0) if before and now < before.until else None


def room(widths: Mapping[str, int], in_hand: Iterable[str], rests: Mapping[str, Rest], now: datetime) -> Room:
    """What is left of each lane's width, given the lanes of what is in hand."""
    resting = {lane: NO_ROOM for lane, rest in rests.items() if now < rest.until}
    return Room(widths, Counter(in_hand) | resting)
