"""Everything that can happen to a clock: a closed set."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple

from gongdan.sla_timer.domain.terms import Terms

Ending = Literal["met", "resolved", "closed", "merged", "deleted"]


@dataclass(frozen=True, slots=True)
class Started:
    """A cycle begins, at rest or running."""

    at: datetime
    resting: bool
    terms: Terms | None


@dataclass(frozen=True, slots=True)
class Paused:
    """The ticket waits for somebody else."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Resumed:
    """It is our turn again."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Retargeted:
    """Other terms apply from now on."""

    at: datetime
    old: Terms | None
    new: Terms | None


@dataclass(frozen=True, slots=True)
class Met:
    """What the clock waited for happened."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Cancelled:
    """What the clock waited for is no longer owed."""

    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Warned:
    """A threshold before the deadline was reached at `at`."""

    at: datetime
    threshold: str


@dataclass(frozen=True, slots=True)
class Breached:
    """The deadline, which was `at`, passed."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Escalated:
    """A level of escalation was reached at `at`; those in `folded`, reached before it, take effect with it."""

    at: datetime
    level: int
    folded: tuple[int, ...] = ()


Threshold = Warned | Breached | Escalated
Later = Paused | Resumed | Retargeted | Met | Cancelled | Threshold
Change = Started | Later


class Wanted(NamedTuple):
    """How a clock should be after an event: under which terms, at rest or not, or why it ends."""

    terms: Terms | None
    resting: bool
    ending: Ending | None = None
