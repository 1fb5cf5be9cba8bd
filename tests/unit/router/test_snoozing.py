"""Snooze: off the active list until a time, or until somebody writes."""

from datetime import datetime, timedelta

import pytest

from gongdan.router.domain.decision import Order, Rejected
from gongdan.router.domain.ticket import decide
from gongdan.shared.contracts.envelope import Actor
from gongdan.shared.contracts.messages import Reply, Snooze, Transition
from gongdan.shared.contracts.tickets import TicketSnapshot, TicketSnoozed, TicketWoken, TimerDropped, TimerSet
from tests.unit.router.given import NOON, around, command, decided, done, message, said, ticket_in

HOUR = timedelta(hours=1)
LATER = NOON + HOUR


def snoozed(state: str = "open", until: datetime = LATER) -> TicketSnapshot:
    """A ticket that was snoozed."""
    return done(decided(ticket_in(state), command(Snooze(until=until)))).ticket


@pytest.mark.parametrize("state", ["new", "open", "pending"])
def test_a_snoozed_ticket_is_away_until_then_and_asks_to_be_woken(state: str) -> None:
    ticket = ticket_in(state)
    away, timer = (draft.payload for draft in done(decided(ticket, command(Snooze(until=LATER)))).drafts)
    assert isinstance(away, TicketSnoozed)
    assert isinstance(timer, TimerSet)
    assert (away.until, away.ticket.snoozed_until, away.ticket.status) == (LATER, LATER, state)
    assert (timer.name, timer.purpose, timer.due_at) == ("snooze", "snooze", LATER)
    assert timer.only_in == ("new", "open", "waiting")
    assert timer.ticket.timers == {"snooze": timer.ticket.version}


def test_snoozing_anew_replaces_the_time_and_the_same_time_changes_nothing() -> None:
    again = done(decided(snoozed(), command(Snooze(until=LATER + HOUR))))
    assert isinstance(away := again.drafts[0].payload, TicketSnoozed)
    assert (away.previous, away.until) == (LATER, LATER + HOUR)
    assert said(decided(snoozed(), command(Snooze(until=LATER)))) == []


@pytest.mark.parametrize(
    ("state", "until", "reason", "field"),
    [
        ("open", NOON, "not-ahead", "until"),
        ("open", NOON - HOUR, "not-ahead", "until"),
        ("open", NOON + timedelta(days=400), "not-ahead", "until"),
        ("resolved", LATER, "not-active", "ticket"),
        ("closed", LATER, "ticket-closed", "ticket"),
    ],
)
def test_what_cannot_be_snoozed_is_refused_by_name(state: str, until: datetime, reason: str, field: str) -> None:
    refused = decided(ticket_in(state), command(Snooze(until=until)))
    assert isinstance(refused, Rejected)
    assert (refused.reason, refused.field) == (reason, field)


def test_an_agent_wakes_it_before_its_time() -> None:
    found = done(decided(snoozed(), command(Snooze(until=None))))
    woken, dropped = (draft.payload for draft in found.drafts)
    assert isinstance(woken, TicketWoken)
    assert isinstance(dropped, TimerDropped)
    assert (woken.rule, woken.until, dropped.name) == ("Snooze", LATER, "snooze")
    assert (found.ticket.snoozed_until, found.ticket.timers) == (None, {})
    assert said(decided(ticket_in("open"), command(Snooze(until=None)))) == []


@pytest.mark.parametrize(("state", "moves"), [("open", []), ("pending", ["StatusChanged"])])
def test_a_message_of_the_requester_wakes_it(state: str, moves: list[str]) -> None:
    found = done(decided(snoozed(state), message("again")))
    assert said(found) == ["MessageAdded", "TicketWoken", "TimerDropped", *moves]
    assert (found.ticket.snoozed_until, found.ticket.timers, found.ticket.status) == (None, {}, "open")


def test_what_the_requester_writes_on_the_portal_wakes_it_too() -> None:
    order = Order(command(Reply(text="More")), Actor("contact", "email:customer@example.com"), NOON)
    assert said(decide(snoozed(), order, around())) == ["MessageAdded", "TicketWoken", "TimerDropped"]


@pytest.mark.parametrize("changes", [{"automatic": "auto_reply"}, {"automatic": "bounce"}, {"direction": "out"}])
def test_machines_and_our_own_messages_leave_it_asleep(changes: dict[str, str]) -> None:
    found = done(decided(snoozed(), message("again", **changes)))
    assert (said(found), found.ticket.snoozed_until) == (["MessageAdded"], LATER)


def test_what_is_resolved_is_not_snoozed_any_more() -> None:
    found = done(decided(snoozed(), command(Transition(to="resolved"))))
    assert (said(found), found.ticket.snoozed_until, found.ticket.timers) == (["StatusChanged"], None, {})
