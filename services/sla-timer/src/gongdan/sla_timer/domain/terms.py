"""What is promised for one clock: a target, what is said before and after it, and the policy version that says so.

Every threshold is a span of running time: warnings before the target, the breach at it, escalation levels after it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from gongdan.shared.definitions.spans import parse_duration

BREACH = "breach"
LEVEL = "level "
ZERO = timedelta()


@dataclass(frozen=True, slots=True)
class Level:
    """A level of escalation, so long after the target. `notify` and `then` are JSON lists, as the policy has them."""

    after: timedelta
    notify: str = "[]"
    then: str = "[]"


@dataclass(frozen=True, slots=True)
class Terms:
    """A promise. `target` is a span of running time; `warn` lists `80%` of it, or `-15m` before its end.

    `calendar` is the key of the calendar that counts, empty for all hours. For a clock that ran before these terms:
    `from_matching` lets it count from when they came to apply, not from its start; `past_pauses` False counts earlier
    pauses as if it had run. `fixed` is a deadline set by hand: pauses and other policies do not move it.
    """

    policy: str
    version: int
    target: timedelta
    warn: tuple[str, ...] = ()
    levels: tuple[Level, ...] = ()
    calendar: str = ""
    from_matching: bool = False
    past_pauses: bool = True
    fixed: datetime | None = None

    def __hash__(self) -> int:
        # All of them would take as long as whatever is looked up.
        return hash((self.policy, self.version, self.target))

    def mark(self, threshold: str) -> str:
        """What identifies a threshold of these very terms; holds no blanks."""
        fixed = f"@{self.fixed.timestamp():.0f}" if self.fixed else ""
        return f"{self.policy}@{self.version}/{self.target.total_seconds():g}{fixed}/{threshold.replace(' ', '-')}"

    def thresholds(self) -> tuple[tuple[str, timedelta], ...]:
        """Every warning, the breach and every level, with the running time at which each is reached, in that order."""
        return _thresholds(self)

    def reached_at(self, threshold: str) -> timedelta | None:
        """The running time at which a threshold is reached; None when these terms do not have it."""
        return next((span for name, span in self.thresholds() if name == threshold), None)


def level_name(number: int) -> str:
    """The threshold of a level of escalation; the first has number 1."""
    return f"{LEVEL}{number}"


def level_number(threshold: str) -> int:
    """The number of a level of escalation, 0 for any other threshold."""
    return int(threshold.removeprefix(LEVEL)) if threshold.startswith(LEVEL) else 0


@lru_cache(maxsize=4096)
def _thresholds(terms: Terms) -> tuple[tuple[str, timedelta], ...]:
    warnings = ((warning, span_of(warning, terms.target)) for warning in terms.warn)
    before = sorted(((name, at) for name, at in warnings if at is not None), key=lambda one: one[1])
    after = ((level_name(nth), terms.target + level.after) for nth, level in enumerate(terms.levels, start=1))
    return (*before, (BREACH, terms.target), *sorted(after, key=lambda one: one[1]))


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
