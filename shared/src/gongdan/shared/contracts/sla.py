"""What sla-timer says on `sla`. Due times, elapsed and remaining seconds are in the events, so that readers
need no arithmetic beyond a countdown."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import JsonValue, computed_field

from gongdan.shared.contracts.base import Contract

Metric = Literal["first_response", "next_response", "resolution", "periodic_update", "ownership", "milestone"]
ClockState = Literal["running", "paused", "met", "breached", "cancelled"]


class ClockEvent(Contract):
    """The clock of one metric and cycle of a ticket as it stands after the event.

    `due_at` is the deadline: None while paused before it. `elapsed_seconds` and `target_seconds` count only time
    in which the clock ran, by `calendar` (empty: all hours). `fixed`: somebody set the deadline by hand. `milestone` is
    the name of the milestone where `metric` is "milestone".
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
    calendar: str = ""
    fixed: bool = False
    milestone: str = ""

    @property
    def clock(self) -> str:
        """Which of a ticket's clocks this is: its metric, or the milestone."""
        return f"milestone/{self.milestone}" if self.milestone else self.metric

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
    """A threshold before the deadline was reached, for instance `80%`. `late_detected`: we were away when it was."""

    threshold: str
    late_detected: bool = False
    assignee: str | None = None
    team: str | None = None


class DeadlineBreached(ClockEvent):
    """The deadline passed. `late_detected`: we were away when it did, and say so."""

    late_detected: bool = False
    assignee: str | None = None
    team: str | None = None


class EscalationReached(ClockEvent):
    """A level of escalation was reached, so long after the deadline.

    `notify` and `then` are recipients and actions as the policy has them. Levels in `folded` were reached while we were
    away, and take effect together with this one: their recipients and actions are included.
    """

    level: int
    folded: tuple[int, ...] = ()
    notify: tuple[JsonValue, ...] = ()
    then: tuple[JsonValue, ...] = ()
    late_detected: bool = False
    assignee: str | None = None
    team: str | None = None


class TimerFired(Contract):
    """A timer another service asked for has come due. `set_by` is the TimerSet that asked, `data` what came with it.

    `late_detected`: we were away when it came due.
    """

    ticket_id: UUID
    ticket: str
    purpose: str
    due_at: datetime
    name: str = ""
    workspace: str = ""
    set_by: UUID | None = None
    data: dict[str, JsonValue] = {}
    late_detected: bool = False
