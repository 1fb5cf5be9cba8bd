"""What is said about a change on the topic `sla`, under an id that the same change has however often it is made.

A threshold's event is identified by clock, threshold and terms, every other change by clock, kind and cause. A
clock without terms has nothing to say; terms that begin or end say that the clock does.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from json import loads
from typing import Any

from gongdan.shared.contracts import sla
from gongdan.shared.contracts.envelope import Actor, DecidedBy, Envelope
from gongdan.shared.contracts.registry import Event
from gongdan.shared.ids import derived_id
from gongdan.sla_timer.domain.book import Step
from gongdan.sla_timer.domain.changes import (
    Breached,
    Cancelled,
    Change,
    Escalated,
    Met,
    Paused,
    Resumed,
    Retargeted,
    Started,
    Threshold,
    Warned,
)
from gongdan.sla_timer.domain.clock import Clock
from gongdan.sla_timer.domain.facts import Cause, Ticket
from gongdan.sla_timer.domain.metrics import MILESTONE
from gongdan.sla_timer.domain.terms import BREACH, Terms, level_name

SOURCE = "gongdan.sla-timer"
ACTOR = Actor("system", "sla-timer")
NO_POLICY = "no-policy"

Common = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Moment:
    """When something is said, and from how long after its due time it counts as detected late."""

    now: datetime
    late_after: timedelta

    def late(self, at: datetime) -> bool:
        """Whether what was due at `at` is said late."""
        return self.now - at > self.late_after


def announce(step: Step, ticket: Ticket, cause: Cause, moment: Moment) -> Event | None:
    """The event of a change; None when nobody was promised anything."""
    terms = _terms(step)
    if terms is None:
        return None
    data = _payload(step.change, _common(step, ticket, terms), ticket, terms, moment)
    envelope = Envelope(
        id=derived_id("sla", step.clock.id, *_identity(step, type(data).__name__, terms, cause)),
        type=type(data).__name__,
        source=SOURCE,
        subject=ticket.number,
        occurred_at=step.change.at,
        recorded_at=moment.now,
        actor=ACTOR,
        correlation_id=cause.correlation_id,
        causation_id=cause.event_id,
        decided_by=(DecidedBy("SlaPolicy", terms.policy, terms.version),),
        mode=cause.mode,
    )
    return Event(envelope, data, str(ticket.id))


def _terms(step: Step) -> Terms | None:
    """The terms a change is about: those in force, or those just withdrawn."""
    if step.clock.terms is None and isinstance(step.change, Retargeted):
        return step.change.old
    return step.clock.terms


def threshold_of(change: Threshold) -> str:
    """The name of the threshold that was reached."""
    match change:
        case Warned(threshold=threshold):
            return threshold
        case Breached():
            return BREACH
        case Escalated(level=level):
            return level_name(level)


def _identity(step: Step, kind: str, terms: Terms, cause: Cause) -> tuple[object, ...]:
    if isinstance(step.change, Threshold):
        return (terms.mark(threshold_of(step.change)),)
    return kind, cause.key


def _common(step: Step, ticket: Ticket, terms: Terms) -> Common:
    clock = step.clock
    milestone = clock.metric.removeprefix(MILESTONE) if clock.metric.startswith(MILESTONE) else ""
    return {
        "ticket_id": ticket.id,
        "ticket": ticket.number,
        "workspace": ticket.workspace,
        "metric": "milestone" if milestone else clock.metric,
        "milestone": milestone,
        "cycle": clock.cycle,
        "state": state_of(clock),
        "policy": terms.policy,
        "policy_version": terms.version,
        "target_seconds": terms.target.total_seconds(),
        "elapsed_seconds": _elapsed(step, terms).total_seconds(),
        "due_at": clock.due_at,
        "calendar": terms.calendar,
        "fixed": terms.fixed is not None,
    }


def state_of(clock: Clock) -> sla.ClockState:
    """A clock's state as others see it: one that runs on after its deadline is breached."""
    if clock.phase == "running":
        return "breached" if clock.breached else "running"
    return clock.phase


def _elapsed(step: Step, terms: Terms) -> timedelta:
    """The running time at the change; of a threshold, that at which it is reached."""
    elapsed = step.clock.elapsed
    if not isinstance(step.change, Threshold):
        return elapsed
    return max(terms.reached_at(threshold_of(step.change)) or elapsed, elapsed)


def _payload(change: Change, common: Common, ticket: Ticket, terms: Terms, moment: Moment) -> sla.ClockEvent:
    match change:
        case Warned() | Breached() | Escalated():
            return _threshold(change, common, ticket, terms, moment)
        case Retargeted():
            return _retargeted(change, common)
        case Started():
            return sla.ClockStarted(**common)
        case Paused():
            return sla.ClockPaused(**common)
        case Resumed():
            return sla.ClockResumed(**common)
        case Met():
            return sla.ClockMet(**common, late=common["elapsed_seconds"] > common["target_seconds"])
        case Cancelled(reason=reason):
            return sla.ClockCancelled(**common, reason=reason)


def _threshold(change: Threshold, common: Common, ticket: Ticket, terms: Terms, moment: Moment) -> sla.ClockEvent:
    common |= {"assignee": ticket.assignee, "team": ticket.team}
    late = moment.late(change.at)
    match change:
        case Warned(threshold=threshold):
            return sla.DeadlineWarned(**common, threshold=threshold, late_detected=late)
        case Breached():
            return sla.DeadlineBreached(**common, late_detected=late)
        case Escalated(level=level, folded=folded):
            levels = [terms.levels[nth - 1] for nth in (*folded, level)]
            notify = [who for one in levels for who in loads(one.notify)]
            return sla.EscalationReached(
                **common,
                level=level,
                folded=folded,
                notify=tuple(who for nth, who in enumerate(notify) if who not in notify[:nth]),
                then=tuple(action for one in levels for action in loads(one.then)),
                late_detected=late,
            )


def _retargeted(change: Retargeted, common: Common) -> sla.ClockEvent:
    if change.old is None:
        return sla.ClockStarted(**common)
    if change.new is None:
        return sla.ClockCancelled(**common | {"state": "cancelled"}, reason=NO_POLICY)
    return sla.ClockRetargeted(**common, previous_target_seconds=change.old.target.total_seconds())
