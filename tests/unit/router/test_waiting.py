"""Tickets about which nobody writes: resolved ones close, waiting ones are followed up, as their Workspace says."""

from typing import Any

import pytest

from gongdan.router.domain.decision import Draft
from gongdan.router.domain.policy import policy_of
from gongdan.router.domain.waiting import wait_over
from gongdan.shared.contracts.messages import Command, Reply, Snooze, Transition
from gongdan.shared.contracts.sla import TimerFired
from gongdan.shared.contracts.tickets import StatusChanged, TicketReminded, TicketSnapshot, TicketWoken, TimerSet
from gongdan.shared.definitions.registry import Definition
from gongdan.shared.ids import ticket_event_id
from tests.unit.router.given import NOON, catalog, command, decided, definition, done, message, said, ticket_in
from tests.unit.router.test_snoozing import LATER


def workspace(version: int = 5, **spec: Any) -> Definition:
    """Workspace support, saying this."""
    return definition("Workspace", "support", spec, version)


CLOSES = workspace(auto_close={"after": "7d"})
REMINDS = workspace(follow_up={"after": "2 working days", "then": "remind_requester", "most": 2})


def after(state: str, asked: Command, *rules: Definition) -> list[Draft]:
    """What comes of a command on a ticket in a state."""
    return list(done(decided(ticket_in(state), command(asked), *rules)).drafts)


def fired(ticket: TicketSnapshot, name: str, data: dict[str, Any] | None = None) -> TimerFired:
    """The timer of that name, as the ticket asked for it last."""
    return TimerFired(
        ticket_id=ticket.id,
        ticket=ticket.number,
        purpose=name,
        due_at=LATER,
        name=name,
        set_by=ticket_event_id(ticket.id, ticket.timers.get(name, 1)),
        data=data or {},
    )


def over(asked: Draft, *rules: Definition) -> tuple[Draft, ...]:
    """What happens when a timer that was asked for fires."""
    timer = asked.payload
    assert isinstance(timer, TimerSet)
    return wait_over(timer.ticket, fired(timer.ticket, timer.name, timer.data), LATER, policy(*rules))


def policy(*rules: Definition) -> Any:
    """The policy of the support workspace."""
    return policy_of(catalog(*rules), "support")


def test_a_resolved_ticket_asks_to_be_closed_after_what_its_workspace_says() -> None:
    moved, wait = after("open", Transition(to="resolved"), CLOSES)
    assert isinstance(timer := wait.payload, TimerSet)
    assert isinstance(moved.payload, StatusChanged)
    assert (timer.name, timer.purpose, timer.after, timer.only_in) == ("auto_close", "auto_close", "7d", ("resolved",))
    assert [(one.kind, one.name, one.version) for one in wait.decided_by] == [("Workspace", "support", 5)]
    assert str(wait.actor) == "system:router"


def test_without_a_word_of_the_workspace_nothing_waits() -> None:
    assert [type(one.payload) for one in after("open", Transition(to="resolved"))] == [StatusChanged]
    assert [type(one.payload) for one in after("open", Transition(to="pending"), CLOSES)] == [StatusChanged]


def test_it_closes_at_the_end_of_the_wait_by_the_version_that_began_it() -> None:
    wait = after("open", Transition(to="resolved"), CLOSES)[-1]
    (draft,) = over(wait, workspace(version=6, auto_close={"after": "1d"}))
    assert isinstance(closed := draft.payload, StatusChanged)
    assert (closed.new, closed.rule, closed.ticket.updated_at, closed.ticket.timers) == (
        "closed",
        "auto_close",
        LATER,
        {},
    )
    assert [one.version for one in draft.decided_by] == [5]


def test_where_the_workspace_lets_nothing_close_any_more_nothing_closes() -> None:
    assert over(after("open", Transition(to="resolved"), CLOSES)[-1], workspace()) == ()


@pytest.mark.parametrize("how", ["reopened", "resolved again", "unknown", "another event's"])
def test_a_timer_whose_reason_has_gone_changes_nothing(how: str) -> None:
    ticket = after("open", Transition(to="resolved"), CLOSES)[-1].payload.ticket
    timer = fired(ticket, "auto_close", {"version": 5, "after": "7d", "then": "close"})
    if how == "reopened":
        ticket = done(decided(ticket, message("again"), CLOSES)).ticket
    elif how == "resolved again":
        ticket = done(decided(ticket, message("again"), CLOSES)).ticket
        ticket = done(decided(ticket, command(Transition(to="resolved")), CLOSES)).ticket
    elif how == "unknown":
        timer = timer.model_copy(update={"name": "spring_cleaning"})
    else:
        timer = timer.model_copy(update={"set_by": ticket_event_id(ticket.id, 1)})
    assert wait_over(ticket, timer, LATER, policy(CLOSES)) == ()


@pytest.mark.parametrize(("state", "rule"), [("resolved", CLOSES), ("pending", REMINDS)])
def test_the_wait_begins_anew_with_each_public_message_of_ours(state: str, rule: Definition) -> None:
    assert said(decided(ticket_in(state), command(Reply(text="Is it well?")), rule)) == ["MessageAdded", "TimerSet"]


def test_thanks_do_not_begin_the_wait_anew() -> None:
    assert said(decided(ticket_in("resolved"), message("again", reply_text="Thanks!"), CLOSES)) == ["MessageAdded"]


def test_the_requester_is_reminded_as_often_as_the_workspace_says() -> None:
    wait = after("open", Transition(to="pending"), REMINDS)[-1]
    first, again = over(wait, REMINDS)
    assert isinstance(reminded := first.payload, TicketReminded)
    assert (reminded.whom, reminded.nth, reminded.after) == ("requester", 1, "2 working days")
    assert reminded.ticket.timers == {}
    (second,) = over(again, REMINDS)
    assert isinstance(second.payload, TicketReminded)
    assert (second.payload.nth, second.payload.ticket.status) == (2, "pending")


def test_a_ticket_that_waited_long_enough_is_opened_again() -> None:
    reopens = workspace(follow_up={"after": "3d", "then": "reopen"})
    (draft,) = over(after("open", Transition(to="pending"), reopens)[-1], reopens)
    assert isinstance(moved := draft.payload, StatusChanged)
    assert (moved.new, moved.rule, draft.decided_by[0].version) == ("open", "follow_up", 5)


def test_a_snoozed_ticket_comes_back_at_its_time_and_once() -> None:
    wait = after("open", Snooze(until=LATER))[-1]
    (draft,) = over(wait)
    assert isinstance(woken := draft.payload, TicketWoken)
    assert (woken.rule, woken.until, woken.ticket.snoozed_until, woken.ticket.timers) == (
        "snooze_over",
        LATER,
        None,
        {},
    )
    assert wait_over(woken.ticket, fired(wait.payload.ticket, "snooze"), LATER, policy()) == ()


def test_a_wait_for_the_requester_and_a_snooze_are_two_timers() -> None:
    pending = done(decided(ticket_in("open"), command(Transition(to="pending")), REMINDS)).ticket
    both = done(decided(pending, command(Snooze(until=LATER)), REMINDS)).ticket
    assert set(both.timers) == {"follow_up", "snooze"}
    assert done(decided(both, message("again"), REMINDS)).ticket.timers == {}


def test_a_late_answer_finds_the_ticket_as_it_stands_and_time_does_not_go_back() -> None:
    ticket = after("open", Transition(to="resolved"), CLOSES)[-1].payload.ticket
    timer = fired(ticket, "auto_close", {"version": 5, "after": "7d", "then": "close"})
    (draft,) = wait_over(ticket, timer, NOON.replace(year=2020), policy(CLOSES))
    assert draft.payload.ticket.updated_at == NOON
