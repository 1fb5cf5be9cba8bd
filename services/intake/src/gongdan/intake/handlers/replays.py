"""Proofs that say nothing of the body must not be used for a second one.

Remembers which body came with which token while the token is fresh. Limit: each replica remembers for itself, and no
more than `MOST` tokens.
"""

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from gongdan.intake.domain.verification.request import Refused

MOST = 100_000


@dataclass(slots=True)
class Replays:
    """What was seen, the oldest first."""

    _seen: OrderedDict[tuple[str, str], tuple[datetime, str]] = field(default_factory=OrderedDict)

    def check(self, token: tuple[str, str], body_hash: str, now: datetime, window: timedelta) -> None:
        """Raises Refused when this token came with another body before."""
        self._forget(now - 2 * window)
        known = self._seen.get(token)
        if known is not None and known[1] != body_hash:
            raise Refused("replayed", "token", "came with another body before", "send each with a token of its own")
        if known is None:
            self._seen[token] = (now, body_hash)

    def _forget(self, before: datetime) -> None:
        while self._seen and (len(self._seen) >= MOST or next(iter(self._seen.values()))[0] < before):
            self._seen.popitem(last=False)
