"""What somebody is denied again and again, folded: told at once the first time, then once a minute with a count.

So a flood of denials cannot fill the audit, and nothing of it goes uncounted. Who is denied what makes a fold; what it
was about is listed in it, up to a bound. Limit: with more than MOST_FOLDS in a minute, the others are counted together
by action, without names.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from gongdan.shared.access.refusal import Denied
from gongdan.shared.contracts.envelope import Actor

WHILE = timedelta(minutes=1)
MOST_FOLDS = 10_000
MOST_NAMED = 20
LONGEST = 300
OTHERS = Actor("system", "others")

Key = tuple[Actor, str | None, str]


@dataclass(frozen=True, slots=True)
class Folded:
    """The first of `times` equal denials, when it was, and what they were about."""

    denied: Denied
    at: datetime
    times: int = 1
    about: tuple[str, ...] = ()


@dataclass(slots=True)
class Folding:
    """The denials of the last minute. A fold whose `next` has come is due, if anything is in it."""

    _open: dict[Key, Folded] = field(default_factory=dict)
    _next: dict[Key, datetime] = field(default_factory=dict)

    def note(self, denied: Denied, now: datetime) -> Key:
        """Count a denial; the key is where."""
        key = self._key(denied)
        self._next.setdefault(key, now)
        kept = replace(denied, actor=key[0], by=key[1], why=denied.why[:LONGEST], about=denied.about[:LONGEST])
        self._put(key, Folded(kept, now, 1, (kept.about,) if kept.about else ()))
        return key

    def take(self, key: Key, now: datetime) -> Folded | None:
        """What is due of a fold; from then on it counts in silence for a minute."""
        if key not in self._open or self._next[key] > now:
            return None
        self._next[key] = now + WHILE
        return self._open.pop(key)

    def due(self, now: datetime) -> Iterator[Folded]:
        """All that is due; folds in which nothing happened for a minute are forgotten."""
        for key in [key for key, at in self._next.items() if at <= now]:
            if found := self.take(key, now):
                yield found
            else:
                del self._next[key]

    def rest(self) -> list[Folded]:
        """All there is, due or not."""
        found = list(self._open.values())
        self._open.clear()
        return found

    def put_back(self, folded: Folded, now: datetime) -> None:
        """It could not be told: it is due again."""
        key = self._key(folded.denied)
        self._next[key] = now
        self._put(key, folded)

    def _key(self, denied: Denied) -> Key:
        key = (denied.actor, denied.by, denied.action)
        return key if key in self._next or len(self._next) < MOST_FOLDS else (OTHERS, None, denied.action)

    def _put(self, key: Key, one: Folded) -> None:
        before = self._open.get(key)
        if before is None:
            self._open[key] = one
            return
        about = tuple(dict.fromkeys((*before.about, *one.about)))[:MOST_NAMED]
        self._open[key] = Folded(before.denied, before.at, before.times + one.times, about)
