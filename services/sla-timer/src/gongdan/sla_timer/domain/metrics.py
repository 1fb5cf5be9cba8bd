"""What each metric measures: one rule a metric, asked in this order.

first_response runs from creation until a person answers in public, or an outbound call is logged; what machines
send and what only agents see never ends it. It rests while the ticket is resolved and ends with closing.
next_response runs from the oldest unanswered message of a customer, once there was a first response, until the
next answer, and ends with resolving. periodic_update is met by every answer and then begins anew, until the ticket
is resolved. resolution runs from creation to resolved or closed; reopening starts another cycle. ownership runs
while one team has the ticket. A milestone runs from the first of its events or states to the first of those that
end it. Of the last three kinds and periodic_update there is a clock only where something is promised.
A ticket that was merged or deleted has no clocks any more.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from gongdan.shared.contracts.tickets import StatusCategory
from gongdan.sla_timer.domain.changes import Ending
from gongdan.sla_timer.domain.clock import UNDER_WAY, Clock
from gongdan.sla_timer.domain.facts import DONE, Fact, Ticket

MILESTONE = "milestone/"


class Turn(NamedTuple):
    """What a metric's rule looks at: the fact, the ticket before it, the clocks as they stand, what is promised.

    `category` is the status category after the fact, `done`: nothing is to be done on the ticket after it.
    """

    fact: Fact
    before: Ticket | None
    clocks: Mapping[str, Clock]
    promised: Collection[str]
    category: StatusCategory
    done: bool

    @property
    def finished(self) -> bool:
        """Whether the ticket was resolved or closed just now."""
        return self.category in DONE and not self.was_done

    @property
    def was_done(self) -> bool:
        """Whether the ticket was resolved or closed before."""
        return self.before is not None and self.before.category in DONE

    def open(self, metric: str) -> bool:
        """Whether a clock of this metric is there and not over."""
        clock = self.clocks.get(metric)
        return clock is not None and clock.phase in UNDER_WAY


def turn_of(fact: Fact, before: Ticket | None, clocks: Mapping[str, Clock], promised: Collection[str]) -> Turn:
    """What rules look at after a fact."""
    category = fact.ticket.status_category
    return Turn(fact, before, clocks, promised, category, category in DONE or fact.gone is not None)


@dataclass(frozen=True, slots=True)
class Rule:
    """When a metric's cycle begins and from when it counts, why it ends, and where it rests whatever the policy.

    `renews`: where a cycle was met just now and the next one begins at once. `of_itself`: there is a clock whether or
    not anything is promised.
    """

    metric: str
    begins: Callable[[Turn], datetime | None]
    ends: Callable[[Turn], Ending | None]
    rests_in: frozenset[StatusCategory] = frozenset()
    renews: Callable[[Turn], bool] = lambda turn: False
    of_itself: bool = False


def _first_response_begins(turn: Turn) -> datetime | None:
    if "first_response" not in turn.clocks:
        return turn.fact.opened_at
    return turn.fact.at if turn.fact.back and turn.clocks["first_response"].phase == "cancelled" else None


def _first_response_ends(turn: Turn) -> Ending | None:
    if turn.fact.answered:
        return "met"
    return "closed" if turn.category == "closed" else None


def _next_response_begins(turn: Turn) -> datetime | None:
    if turn.done or "first_response" not in turn.clocks or turn.open("first_response") or turn.open("next_response"):
        return None
    asks = turn.fact.asked or (turn.before is not None and turn.before.asks)
    return turn.fact.at if asks and not turn.fact.answered else None


def _next_response_ends(turn: Turn) -> Ending | None:
    if turn.fact.answered:
        return "met"
    if turn.category == "closed":
        return "closed"
    return "resolved" if turn.finished else None


def _periodic_update_begins(turn: Turn) -> datetime | None:
    if "periodic_update" not in turn.promised or turn.open("periodic_update") or turn.done:
        return None
    return turn.fact.at if "periodic_update" in turn.clocks or turn.before else turn.fact.opened_at


def _periodic_update_ends(turn: Turn) -> Ending | None:
    if turn.fact.answered:
        return "met"
    return "resolved" if turn.done else None


def _resolution_begins(turn: Turn) -> datetime | None:
    if "resolution" not in turn.clocks:
        return turn.fact.opened_at
    return turn.fact.at if not turn.done and not turn.open("resolution") else None


def _resolution_ends(turn: Turn) -> Ending | None:
    return "met" if turn.category in DONE else None


def _ownership_begins(turn: Turn) -> datetime | None:
    owned = turn.fact.ticket.team is not None and "ownership" in turn.promised
    if not owned or turn.done or turn.open("ownership"):
        return None
    return turn.fact.at if turn.before else turn.fact.opened_at


def _passed_on(turn: Turn) -> bool:
    return turn.open("ownership") and turn.before is not None and turn.before.team != turn.fact.ticket.team


def _ownership_ends(turn: Turn) -> Ending | None:
    return "met" if turn.done or _passed_on(turn) else None


def _owned_next(turn: Turn) -> bool:
    return not turn.done and turn.fact.ticket.team is not None and "ownership" in turn.promised


RULES: tuple[Rule, ...] = (
    Rule("first_response", _first_response_begins, _first_response_ends, frozenset({"resolved"}), of_itself=True),
    Rule("next_response", _next_response_begins, _next_response_ends, frozenset({"resolved"}), of_itself=True),
    Rule(
        "periodic_update",
        _periodic_update_begins,
        _periodic_update_ends,
        renews=lambda turn: not turn.done and "periodic_update" in turn.promised,
    ),
    Rule("resolution", _resolution_begins, _resolution_ends, of_itself=True),
    Rule("ownership", _ownership_begins, _ownership_ends, renews=_owned_next),
)


@dataclass(frozen=True, slots=True)
class Milestone:
    """What a policy wants to come soon after something else. Tokens are event types, and states as `status:done`."""

    name: str
    begins: frozenset[str]
    ends: frozenset[str]

    @property
    def metric(self) -> str:
        """Under what name its clock is kept."""
        return f"{MILESTONE}{self.name}"


def rules_for(milestones: tuple[Milestone, ...]) -> tuple[Rule, ...]:
    """All rules, where these milestones are promised."""
    return _with(milestones) if milestones else RULES


@lru_cache(maxsize=1_024)
def _with(milestones: tuple[Milestone, ...]) -> tuple[Rule, ...]:
    return (*RULES, *(_rule_of(one) for one in milestones))


def _rule_of(milestone: Milestone) -> Rule:
    def begins(turn: Turn) -> datetime | None:
        starts = milestone.begins & turn.fact.tokens and not turn.done and not turn.open(milestone.metric)
        return turn.fact.at if starts else None

    def ends(turn: Turn) -> Ending | None:
        if milestone.ends & turn.fact.tokens:
            return "met"
        return "closed" if turn.category == "closed" else None

    return Rule(milestone.metric, begins, ends)
