"""What a message does: opens a ticket, joins one, wakes, resolves or follows one up, or nothing at all."""

from typing import Any

import pytest

from gongdan.router.domain.decision import Ignored
from gongdan.shared.contracts.envelope import Actor, DecidedBy
from gongdan.shared.contracts.messages import Automatic, Person
from gongdan.shared.contracts.tickets import (
    MessageAdded,
    StatusChanged,
    TicketAssigned,
    TicketClassified,
    TicketOpened,
)
from tests.unit.router.given import NOON, decided, done, message, people, rule, said, ticket_in

OPENING = ["TicketOpened", "MessageAdded", "TicketClassified", "TicketAssigned"]


def test_a_message_without_ticket_opens_one_in_four_events() -> None:
    found = done(decided(None, message()))
    assert said(found) == OPENING
    assert [draft.payload.ticket.version for draft in found.drafts] == [1, 2, 3, 4]
    assert (found.how, found.rule, found.ticket.number) == ("opened", "new", "GD-7")
    assert (found.ticket.status, found.ticket.status_category) == ("new", "new")


def test_the_events_of_a_new_ticket_say_what_the_message_said() -> None:
    mail = {"message_id": "abc@example.com"}
    asked = message(mail=mail, fields={"floor": 3}, priority="low", automatic="bulk", cc=[{"email": "x@example.com"}])
    opened, added = (draft.payload for draft in done(decided(None, asked)).drafts[:2])
    assert isinstance(opened, TicketOpened)
    assert isinstance(added, MessageAdded)
    assert (opened.message_id, opened.automatic, opened.mail) == (asked.message_id, Automatic.BULK, asked.mail)
    assert (opened.ticket.priority, opened.ticket.fields, opened.ticket.created_at) == ("low", {"floor": 3}, NOON)
    assert (added.direction, added.visibility, added.author) == ("in", "public", asked.requester)
    assert (added.text, added.reply_text, added.cc, added.rule) == (asked.text, asked.reply_text, asked.cc, "new")


def test_a_ticket_knows_the_form_that_it_was_opened_with() -> None:
    asked = message(channel="form", source="repair")
    found = done(decided(None, asked, rule("forms", 'ticket.form == "repair"', add_tags=["formal"])))
    assert (found.ticket.form, found.ticket.tags) == ("repair", ("formal",))
    assert done(decided(None, message(source="repair"))).ticket.form is None


def test_what_only_the_machine_decided_is_said_by_the_machine_with_its_reasons() -> None:
    drafts = done(decided(None, message(), rule("vip", set_priority="high"), rule("not", "false"))).drafts
    router = Actor("system", "router")
    assert [draft.actor for draft in drafts] == [None, None, router, router]
    assert drafts[2].decided_by == (DecidedBy("RoutingRule", "vip", 1),)
    assert drafts[3].decided_by == (DecidedBy("Workspace", "support", 2), DecidedBy("Team", "support", 3))
    classified = drafts[2].payload
    assert isinstance(classified, TicketClassified)
    assert [(trace.rule, trace.matched) for trace in classified.trace] == [("not", False), ("vip", True)]


@pytest.mark.parametrize(
    ("rules", "turns", "team", "assignee", "strategy"),
    [
        ([], {}, "support", "first", "round_robin"),
        ([], {("support", "support"): "first"}, "support", "second", "round_robin"),
        ([], {("another", "support"): "first"}, "support", "first", "round_robin"),
        ([*people("solo", team="tier2"), rule("r", assign_team="tier2")], {}, "tier2", "solo", "round_robin"),
        ([*people("solo", team="tier2", strategy="none"), rule("r", assign_team="tier2")], {}, "tier2", None, "none"),
        ([*people(team="empty"), rule("r", assign_team="empty")], {}, "empty", None, "round_robin"),
    ],
)
def test_a_new_ticket_goes_to_whose_turn_it_is_in_the_team_that_rules_or_workspace_name(
    rules: list[Any], turns: dict[tuple[str, str], str], team: str, assignee: str | None, strategy: str
) -> None:
    given = done(decided(None, message(), *rules, turns=turns)).drafts[-1].payload
    assert isinstance(given, TicketAssigned)
    assert (given.team, given.assignee, given.strategy) == (team, assignee, strategy)


def test_where_no_team_is_named_nobody_is_assigned() -> None:
    assert said(decided(None, message(workspace="elsewhere"))) == OPENING[:3]


@pytest.mark.parametrize(
    ("state", "changes", "becomes"),
    [
        ("new", {}, "new"),
        ("open", {}, "open"),
        ("pending", {}, "open"),
        ("resolved", {}, "open"),
        ("pending", {"automatic": "auto_reply"}, "pending"),
        ("resolved", {"automatic": "bulk"}, "resolved"),
        ("resolved", {"automatic": "bounce"}, "resolved"),
        ("closed", {"automatic": "auto_reply"}, "closed"),
        ("closed", {"automatic": "bounce"}, "closed"),
        ("new", {"direction": "out"}, "open"),
        ("pending", {"direction": "out"}, "pending"),
        ("new", {"closes": True}, "resolved"),
        ("pending", {"closes": True}, "resolved"),
        ("resolved", {"closes": True}, "resolved"),
    ],
)
def test_a_message_that_joins_moves_the_ticket_where_that_is_due(
    state: str, changes: dict[str, Any], becomes: str
) -> None:
    found = done(decided(ticket_in(state), message(**changes)))
    assert (found.how, found.ticket.status) == ("joined", becomes)
    assert said(found) == ["MessageAdded"] + (["StatusChanged"] if becomes != state else [])


def test_a_ticket_that_wakes_tells_from_where_to_where_and_why() -> None:
    moved = done(decided(ticket_in("pending"), message())).drafts[-1].payload
    assert isinstance(moved, StatusChanged)
    assert (moved.old, moved.new, moved.old_category, moved.new_category) == ("pending", "open", "waiting", "open")
    assert moved.rule == "new_message"


def test_a_bounce_marks_whom_it_did_not_reach_on_the_ticket() -> None:
    bounce = {"addresses": ["gone@example.net"], "permanent": True}
    added = done(decided(ticket_in("open"), message(automatic="bounce", bounce=bounce))).drafts[0].payload
    assert isinstance(added, MessageAdded)
    assert added.bounce is not None
    assert (added.bounce.addresses, added.bounce.permanent) == (("gone@example.net",), True)


def test_a_complaint_joins_as_an_internal_note_and_wakes_nothing() -> None:
    drafts = done(decided(ticket_in("resolved"), message(automatic="complaint"))).drafts
    assert [getattr(draft.payload, "visibility", None) for draft in drafts] == ["internal"]


def test_a_bounce_joins_as_an_internal_note() -> None:
    added = done(decided(ticket_in("open"), message(automatic="bounce"))).drafts[0].payload
    assert isinstance(added, MessageAdded)
    assert (added.visibility, added.direction) == ("internal", "in")


def test_notes_of_a_call_that_we_made_stay_inside_under_the_name_of_who_made_it() -> None:
    call = message(channel="call", direction="out", requester={"phone": "+8610123"})
    added = done(decided(ticket_in("new"), call)).drafts[0].payload
    assert isinstance(added, MessageAdded)
    assert (added.visibility, added.direction, added.author) == ("internal", "out", Person(id="phone:+8610123"))


def test_on_a_closed_ticket_a_person_opens_a_new_one_that_names_it() -> None:
    closed = ticket_in("closed")
    found = done(decided(closed, message("again")))
    assert said(found) == OPENING
    assert (found.how, found.rule, found.ticket.follow_up_of) == ("opened", "conversation", closed.number)
    assert found.ticket.id != closed.id


def test_a_stranger_who_names_a_ticket_gets_a_new_one_with_a_tag_that_says_so() -> None:
    found = decided(None, message(), by="possible_follow_up")
    assert done(found).ticket.tags == ("possible_follow_up",)


@pytest.mark.parametrize(
    ("state", "changes", "reason"),
    [
        (None, {"automatic": "own"}, "own-mail"),
        ("open", {"automatic": "own"}, "own-mail"),
        (None, {"automatic": "bounce"}, "bounce-without-ticket"),
        (None, {"closes": True}, "nothing-to-close"),
        ("closed", {"closes": True}, "already-closed"),
    ],
)
def test_what_asks_for_nothing_is_ignored_with_its_reason(
    state: str | None, changes: dict[str, Any], reason: str
) -> None:
    ticket = ticket_in(state) if state else None
    found = decided(ticket, message(**changes))
    assert isinstance(found, Ignored)
    assert (found.reason, found.ticket) == (reason, ticket.number if ticket else None)
    assert found.detail
