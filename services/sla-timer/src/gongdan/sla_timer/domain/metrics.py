"""What each metric measures: one rule a metric, asked in this order.

first_response runs from creation until a person answers in public, or an outbound call is logged; what machines
send and what only agents see never ends it. It rests while the ticket is resolved and ends with closing.
next_response runs from the oldest unanswered message of a customer, once there was a first response, until the
next answer, and ends with resolving. resolution runs from creation to resolved or closed; reopening starts
another cycle.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from gongdan.shared.contracts.sla import Metric
from gongdan.shared.contracts.tickets import StatusCategory
from gongdan.sla_timer.domain.changes import Ending
from gongdan.sla_timer.domain.clock import Clock
from gongdan.sla_timer.domain.facts import Fact

DONE: frozenset[StatusCategory] = frozenset({"resolved", "closed"})


@dataclass(frozen=True, slots=True)
class Turn:
    """What a metric's rule looks at: the fact, the category before it, and the clocks as they stand."""

    fact: Fact
    before: StatusCategory | None
    clocks: Mapping[Metric, Clock]

    @property
    def category(self) -> StatusCategory:
        """The status category after the fact."""
        return self.fact.ticket.status_category

    @property
    def finished(self) -> bool:
        """Whether the ticket was resolved or closed just now."""
        return self.category in DONE and self.before not in DONE

    @property
    def reopened(self) -> bool:
        """Whether work on the ticket began anew just now."""
        return self.before in DONE and self.category not in DONE

    def open(self, metric: Metric) -> bool:
        """Whether a clock of this metric is there and not over."""
        return metric in self.clocks and not self.clocks[metric].over


@dataclass(frozen=True, slots=True)
class Rule:
    """When a metric's cycle begins and from when it counts, why it ends, and where it rests whatever the policy."""

    metric: Metric
    begins: Callable[[Turn], datetime | None]
    ends: Callable[[Turn], Ending | None]
    rests_in: frozenset[StatusCategory] = frozenset()


def _first_response_begins(turn: Turn) -> datetime | None:
    return None if "first_response" in turn.clocks else turn.fact.opened_at


def _first_response_ends(turn: Turn) -> Ending | None:
    if turn.fact.answered:
        return "met"
    return "closed" if turn.category == "closed" else None


def _next_response_begins(turn: Turn) -> datetime | None:
    answered_once = "first_response" in turn.clocks and not turn.open("first_response")
    waiting = turn.fact.asked and answered_once and not turn.open("next_response")
    return turn.fact.at if waiting else None


def _next_response_ends(turn: Turn) -> Ending | None:
    if turn.fact.answered:
        return "met"
    if turn.category == "closed":
        return "closed"
    return "resolved" if turn.finished else None


def _resolution_begins(turn: Turn) -> datetime | None:
    if "resolution" not in turn.clocks:
        return turn.fact.opened_at
    return turn.fact.at if turn.reopened and not turn.open("resolution") else None


def _resolution_ends(turn: Turn) -> Ending | None:
    return "met" if turn.category in DONE else None


RULES: tuple[Rule, ...] = (
    Rule("first_response", _first_response_begins, _first_response_ends, rests_in=frozenset({"resolved"})),
    Rule("next_response", _next_response_begins, _next_response_ends, rests_in=frozenset({"resolved"})),
    Rule("resolution", _resolution_begins, _resolution_ends),
)
