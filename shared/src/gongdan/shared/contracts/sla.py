"""What sla-timer says on `sla`. Due times, elapsed and remaining seconds are in the events, so that readers
need no arithmetic beyond a countdown."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import computed_field

from gongdan.shared.contracts.base import Contract

Metric = Literal["first_response", "next_response", "resolution"]
ClockState = Literal["running", "paused", "met", "breached", "cancelled"]


class ClockEvent(Contract):
    """The clock of one metric and cycle of a ticket as it stands after the event.

    `due_at` is the deadline: None while paused before it. `elapsed_seconds` and `target_seconds` count only time
    in which the clock ran.
    """

    ticket_id: UUID
    ticket: str
    workspace: str
    metric: Metric
    cycle: int
    state: ClockState
    policy: str
    policy_version: int
    target_seconds: float
    elapsed_seconds: float
    due_at: datetime | None

    @computed_field  # type: ignore[prop-decorator]
    @property
    def remaining_seconds(self) -> float:
        """Running time left until the deadline; negative when it has passed."""
        return self.target_seconds - self.elapsed_seconds


class ClockStarted(ClockEvent):
    """The clock runs for the first time in this cycle."""


class ClockPaused(ClockEvent):
    """The ticket waits for somebody else."""


class ClockResumed(ClockEvent):
    """The clock runs again, with its elapsed time kept."""


class ClockRetargeted(ClockEvent):
    """Another target applies, with elapsed time kept."""

    previous_target_seconds: float


class ClockMet(ClockEvent):
    """What the clock waited for happened; `late` when it was after the deadline."""

    late: bool


class ClockCancelled(ClockEvent):
    """The clock no longer applies."""

    reason: str


class DeadlineWarned(ClockEvent):
    """A threshold before the deadline was reached, for instance `80%`."""

    threshold: str
    assignee: str | None = None
    team: str | None = None


class DeadlineBreached(ClockEvent):
    """The deadline passed. `late_detected`: we were away when it did, and say so."""

    late_detected: bool = False
    assignee: str | None = None
    team: str | None = None


class TimerFired(Contract):
    """A timer another service asked for has come due."""

    ticket_id: UUID
    ticket: str
    purpose: str
    due_at: datetime
