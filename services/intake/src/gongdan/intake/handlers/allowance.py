"""How often something may be done: so many times in each span, for each name. Kept in memory, by each replica."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

MOST_NAMES = 10_000


@dataclass(slots=True)
class Allowance:
    """`most` times in each span of `every`, which begins with the first time."""

    most: int
    every: timedelta
    _spans: dict[str, tuple[datetime, int]] = field(default_factory=dict)

    def take(self, name: str, now: datetime) -> bool:
        """Whether it may be done once more."""
        begun, count = self._spans.get(name, (now, 0))
        if now - begun >= self.every:
            begun, count = now, 0
        if count >= self.most:
            return False
        if len(self._spans) >= MOST_NAMES and name not in self._spans:
            self._spans.clear()
        self._spans[name] = (begun, count + 1)
        return True
