"""What agents ask for: what each command does, and every way in which it cannot be done."""

import pytest

from gongdan.router.domain.decision import Rejected
from gongdan.shared.contracts.envelope import DecidedBy
from gongdan.shared.contracts.messages import (
    AddNote,
    Assign,
    Attachment,
    Command,
    Person,
    Reply,
    SetPriority,
    Transition,
)
from gongdan.shared.contracts.tickets import MessageAdded, PriorityChanged, StatusChanged, TicketAssigned
from tests.unit.router.given import command, decided, definition, done, people, said, ticket_in

FILE = Attachment(name="a.txt", content_type="text/plain", size=1, sha256="0" * 64)
AWAY = definition("Agent", "away", {"display": "Away", "active": False})


@pytest.mark.parametrize(
    ("state", "asked", "events", "becomes"),
    [
        ("new", Reply(text="Hi"), ["MessageAdded", "StatusChanged"], "open"),
        ("open", Reply(text="Hi"), ["MessageAdded"], "open"),
        ("pending", Reply(text="Hi"), ["MessageAdded"], "pending"),
        ("resolved", Reply(text="", attachments=(FILE,)), ["MessageAdded"], "resolved"),
        ("new", AddNote(text="Hm"), ["MessageAdded"], "new"),
        ("closed", AddNote(text="Hm"), ["MessageAdded"], "closed"),
        ("new", Transition(to="open"), ["StatusChanged"], "open"),
        ("resolved", Transition(to="closed"), ["StatusChanged"], "closed"),
        ("open", SetPriority(priority="urgent"), ["PriorityChanged"], "open"),
        ("open", SetPriority(priority="normal"), [], "open"),
        ("open", Assign(team="support"), ["TicketAssigned"], "open"),
        ("open", Assign(assignee="third"), ["TicketAssigned"], "open"),
        ("open", Assign(assignee="first"), [], "open"),
    ],
)
def test_a_command_does_what_it_says(state: str, asked: Command, events: list[str], becomes: str) -> None:
    found = done(decided(ticket_in(state), command(asked)))
    assert (said(found), found.ticket.status) == (events, becomes)
    assert (found.how, found.rule) == ("commanded", asked.command)


@pytest.mark.parametrize(
    ("state", "asked", "reason", "field", "cure"),
    [
        ("closed", Reply(text="Hi"), "ticket-closed", "ticket", "opens a follow-up"),
        ("closed", Assign(team="support"), "ticket-closed", "ticket", "opens a follow-up"),
        ("closed", SetPriority(priority="low"), "ticket-closed", "ticket", "opens a follow-up"),
        ("open", Reply(text=" "), "empty-text", "text", "write a text or attach a file"),
        ("open", AddNote(text=""), "empty-text", "text", "write a text or attach a file"),
        ("new", Transition(to="closed"), "illegal-transition", "to", "possible from new: open, pending, resolved"),
        ("closed", Transition(to="open"), "illegal-transition", "to", "nothing follows closed"),
        ("open", Transition(to="done"), "illegal-transition", "to", "possible from open: pending, resolved"),
        ("open", Assign(), "nobody-named", "team", "name one or both"),
        ("open", Assign(team="tier9"), "unknown-team", "team", "teams are: support"),
        ("open", Assign(assignee="x"), "unknown-agent", "assignee", "agents are: away, first, second, third"),
        ("open", Assign(team="support", assignee="x"), "unknown-agent", "assignee", "agents are:"),
        ("open", Assign(assignee="away"), "inactive-agent", "assignee", "name another agent"),
    ],
)
def test_what_cannot_be_done_is_rejected_with_reason_field_and_cure(
    state: str, asked: Command, reason: str, field: str, cure: str
) -> None:
    found = decided(ticket_in(state), command(asked), AWAY)
    assert isinstance(found, Rejected)
    assert (found.reason, found.field, found.ticket) == (reason, field, "GD-7")
    assert cure in found.detail


def test_a_ticket_that_is_not_there_is_rejected() -> None:
    found = decided(None, command(AddNote(text="Hm"), ticket="GD-404"))
    assert isinstance(found, Rejected)
    assert (found.reason, found.field, found.ticket) == ("unknown-ticket", "ticket", None)
    assert "'GD-404'" in found.detail


@pytest.mark.parametrize(("version", "fits"), [(None, True), (4, True), (3, False), (5, False)])
def test_a_ticket_that_moved_on_since_the_agent_looked_is_left_alone(version: int | None, fits: bool) -> None:
    found = decided(ticket_in("open"), command(AddNote(text="Hm"), version=version))
    assert isinstance(found, Rejected) is not fits
    if isinstance(found, Rejected):
        assert (found.reason, found.field) == ("version-conflict", "expected_version")
        assert found.detail.startswith("the ticket is at version 4, not")


def test_a_reply_goes_out_in_public_under_the_agents_name() -> None:
    found = done(decided(ticket_in("new"), command(Reply(text="Hi", attachments=(FILE,))))).drafts
    reply, moved = found[0].payload, found[1].payload
    assert isinstance(reply, MessageAdded)
    assert isinstance(moved, StatusChanged)
    assert (reply.direction, reply.visibility, reply.channel) == ("out", "public", "email")
    assert reply.author == Person(id="first", name="First", email="first@example.com")
    assert (reply.text, reply.attachments, reply.rule) == ("Hi", (FILE,), "Reply")
    assert (moved.rule, moved.new) == ("first_answer", "open")
    assert found[0].actor is found[1].actor is None


def test_a_note_stays_inside() -> None:
    note = done(decided(ticket_in("open"), command(AddNote(text="Hm")))).drafts[0].payload
    assert isinstance(note, MessageAdded)
    assert (note.direction, note.visibility) == ("out", "internal")


def test_whoever_is_no_agent_of_the_workspace_still_signs_with_their_id() -> None:
    asked = command(Reply(text="Hi"))
    note = done(decided(ticket_in("open"), asked, crew=people("someone"))).drafts[0].payload
    assert isinstance(note, MessageAdded)
    assert note.author == Person(id="first")


@pytest.mark.parametrize(
    ("asked", "team", "assignee", "strategy"),
    [
        (Assign(assignee="third"), "support", "third", "manual"),
        (Assign(team="tier2", assignee="third"), "tier2", "third", "manual"),
        (Assign(team="tier2"), "tier2", "solo", "round_robin"),
    ],
)
def test_assigning_names_team_agent_strategy_and_who_had_it_before(
    asked: Assign, team: str, assignee: str, strategy: str
) -> None:
    given = done(decided(ticket_in("open"), command(asked), *people("solo", team="tier2"))).drafts[0]
    payload = given.payload
    assert isinstance(payload, TicketAssigned)
    assert (payload.team, payload.assignee, payload.strategy) == (team, assignee, strategy)
    assert payload.previous_assignee == "first"
    assert given.decided_by == ((DecidedBy("Team", "tier2", 3),) if strategy == "round_robin" else ())


def test_a_change_of_priority_tells_old_and_new() -> None:
    changed = done(decided(ticket_in("open"), command(SetPriority(priority="low")))).drafts[0].payload
    assert isinstance(changed, PriorityChanged)
    assert (changed.old, changed.new, changed.ticket.priority) == ("normal", "low", "low")


def test_a_transition_keeps_its_comment() -> None:
    moved = done(decided(ticket_in("open"), command(Transition(to="resolved", comment="Cable")))).drafts[0].payload
    assert isinstance(moved, StatusChanged)
    assert (moved.comment, moved.new_category) == ("Cable", "resolved")
