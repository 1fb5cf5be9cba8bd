"""The time by which timers fire: the machine's clock, but not every step of it.

Small corrections are followed at once. A step beyond `tolerance` against the monotonic clock is recorded and at first
not believed: for `trial` time goes on as it did, so that a clock set wrong for a moment fires nothing early and holds
nothing back. A step that lasts is followed. Limits: the monotonic clock stands still while the machine sleeps, so
what came due in that time fires `trial` after it wakes.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from gongdan.shared import metrics
from gongdan.shared.clock import Clock

log = structlog.get_logger()


@dataclass(slots=True)
class SteadyClock:
    """A clock on top of another."""

    clock: Clock
    tolerance: timedelta = timedelta(seconds=2)
    trial: timedelta = timedelta(seconds=30)
    _wall: datetime = field(init=False)
    _ticks: float = field(init=False)
    _doubted_since: float | None = None

    def __post_init__(self) -> None:
        self._follow(self.clock.now(), self.clock.monotonic())

    def monotonic(self) -> float:
        """Seconds that never go backwards."""
        return self.clock.monotonic()

    def now(self) -> datetime:
        """The time to go by."""
        wall, ticks = self.clock.now(), self.clock.monotonic()
        expected = self._wall + timedelta(seconds=ticks - self._ticks)
        step = wall - expected
        if abs(step) <= self.tolerance:
            self._doubted_since = None
            self._follow(wall, ticks)
            return wall
        if self._doubted_since is None:
            self._doubted_since = ticks
            self._record(step)
        if ticks - self._doubted_since < self.trial.total_seconds():
            return expected
        log.warning("clock_step_followed", seconds=step.total_seconds())
        self._doubted_since = None
        self._follow(wall, ticks)
        return wall

    def _follow(self, wall: datetime, ticks: float) -> None:
        self._wall, self._ticks = wall, ticks

    def _record(self, step: timedelta) -> None:
        metrics.CLOCK_STEPS.labels("forward" if step > timedelta() else "back").inc()
        log.warning("clock_stepped", seconds=step.total_seconds(), believed_after=self.trial.total_seconds())
