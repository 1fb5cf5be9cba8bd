"""What becomes of tickets about which nobody writes: those that wait for their requester, those that are resolved.

The Workspace says after how long, and what then. Each wait is a timer of sla-timer's; it begins when the ticket enters
the state, and anew with each public message of ours. What the Workspace said when the wait began holds for it; only
where it says nothing any more, nothing happens at its end.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from gongdan.router.domain import timers
from gongdan.router.domain.decision import ROUTER, Applied, Draft, after, applied
from gongdan.router.domain.joining import moved
from gongdan.router.domain.policy import Policy
from gongdan.router.domain.timers import Pinned, TimerName, Wish
from gongdan.router.domain.workflow import DEFAULT
from gongdan.shared.contracts.sla import TimerFired
from gongdan.shared.contracts.tickets import (
    MessageAdded,
    StatusCategory,
    TicketEvent,
    TicketReminded,
    TicketSnapshot,
    TicketWoken,
)
from gongdan.shared.definitions.workspace import AutoClose, FollowUp

WAITS_IN: Mapping[StatusCategory, TimerName] = {"resolved": "auto_close", "waiting": "follow_up"}


@dataclass(frozen=True, slots=True)
class _Over:
    """The end of a wait: the ticket, the timer, when it was due, and what its workspace says now."""

    ticket: TicketSnapshot
    fired: TimerFired
    at: datetime
    policy: Policy


def with_waits(done: Applied, before: TicketSnapshot | None, policy: Policy) -> Applied:
    """What was decided, and the wait that begins with it, if one does."""
    name = WAITS_IN.get(done.ticket.status_category)
    if name is None or not done.drafts or not _begins(done, before):
        return done
    rule = policy.spec.auto_close if name == "auto_close" else policy.spec.follow_up
    if rule is None:
        return done
    draft = _wait(done.ticket, done.ticket.updated_at, policy, rule)
    return applied(done.how, done.rule, done.ticket, (*done.drafts, draft))


def _begins(done: Applied, before: TicketSnapshot | None) -> bool:
    entered = before is None or before.status_category != done.ticket.status_category
    return entered or any(_is_ours(draft.payload) for draft in done.drafts)


def _is_ours(event: TicketEvent) -> bool:
    return isinstance(event, MessageAdded) and (event.direction, event.visibility) == ("out", "public")


def _wait(ticket: TicketSnapshot, at: datetime, policy: Policy, rule: AutoClose | FollowUp, nth: int = 1) -> Draft:
    name: TimerName = "auto_close" if isinstance(rule, AutoClose) else "follow_up"
    pinned = Pinned(
        version=policy.version,
        after=str(rule.after),
        then="close" if isinstance(rule, AutoClose) else rule.then,
        nth=nth,
        most=1 if isinstance(rule, AutoClose) else rule.most,
    )
    by, data = pinned.by(policy.workspace), pinned.model_dump(mode="json")
    return timers.asked(ticket, at, Wish(name, after=pinned.after, calendar=rule.calendar, data=data, by=by))


def wait_over(ticket: TicketSnapshot, fired: TimerFired, at: datetime, policy: Policy) -> tuple[Draft, ...]:
    """What happens when a timer fires; nothing, when the ticket does not wait for it any more."""
    step = STEPS.get(fired.name)
    if step is None or not timers.is_awaited(ticket, fired):
        return ()
    return step(_Over(ticket, fired, at, policy))


def _wake(here: _Over) -> tuple[Draft, ...]:
    changes = {"snoozed_until": None, "timers": timers.without(here.ticket, "snooze")}
    ticket = after(here.ticket, here.at, **changes)
    until = here.ticket.snoozed_until or here.fired.due_at
    return (Draft(TicketWoken(ticket=ticket, rule="snooze_over", until=until), ROUTER),)


def _close(here: _Over) -> tuple[Draft, ...]:
    if here.policy.spec.auto_close is None:
        return ()
    by = Pinned.model_validate(here.fired.data).by(here.ticket.workspace)
    return (Draft(moved(here.ticket, DEFAULT.closed, here.at, "auto_close"), ROUTER, by),)


def _follow_up(here: _Over) -> tuple[Draft, ...]:
    rule = here.policy.spec.follow_up
    if rule is None:
        return ()
    pinned = Pinned.model_validate(here.fired.data)
    by = pinned.by(here.ticket.workspace)
    if pinned.then == "reopen":
        return (Draft(moved(here.ticket, DEFAULT.opened, here.at, "follow_up"), ROUTER, by),)
    reminded = TicketReminded(
        ticket=after(here.ticket, here.at, timers=timers.without(here.ticket, "follow_up")),
        rule="follow_up",
        whom="requester" if pinned.then == "remind_requester" else "assignee",
        nth=pinned.nth,
        after=pinned.after,
    )
    told = Draft(reminded, ROUTER, by)
    if pinned.nth >= pinned.most:
        return (told,)
    return told, _wait(reminded.ticket, here.at, here.policy, rule, pinned.nth + 1)


STEPS: Mapping[str, Callable[[_Over], tuple[Draft, ...]]] = {
    "snooze": _wake,
    "auto_close": _close,
    "follow_up": _follow_up,
}
