"""What is promised for one clock: a target, the warnings before it, and the policy version that says so."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache

from gongdan.shared.definitions.spans import parse_duration

BREACH = "breach"
ZERO = timedelta()


@dataclass(frozen=True, slots=True)
class Terms:
    """A promise. `target` is a span of running time; `warn` lists `80%` of it, or `-15m` before its end."""

    policy: str
    version: int
    target: timedelta
    warn: tuple[str, ...] = ()

    def mark(self, threshold: str) -> str:
        """What identifies a threshold of these very terms; holds no blanks."""
        return f"{self.policy}@{self.version}/{self.target.total_seconds():g}/{threshold}"

    def thresholds(self) -> Iterator[tuple[str, timedelta]]:
        """Each warning, then the breach, with the running time at which it is reached."""
        for warning in self.warn:
            at = span_of(warning, self.target)
            if at is not None:
                yield warning, at
        yield BREACH, self.target


@lru_cache(maxsize=4096)
def span_of(threshold: str, target: timedelta) -> timedelta | None:
    """The running time at which a warning is due; None when that is not before the target, or not readable.

    A warning of `-15m` for a target of ten minutes has no moment: nothing is due before the clock starts.
    """
    if threshold.endswith("%"):
        at = target * float(threshold[:-1]) / 100
    else:
        try:
            at = target - parse_duration(threshold.removeprefix("-"))
        except ValueError:
            return None
    return at if ZERO < at < target else None
