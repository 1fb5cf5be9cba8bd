"""The working set: what a batch decided is known to what comes after it in the same batch."""

from typing import Any

from gongdan.router.domain.decision import Applied
from gongdan.router.domain.wanted import wanted_by
from gongdan.router.domain.working_set import MOST_COPIED, WorkingSet
from gongdan.shared.contracts.messages import AddNote, Assign, MessageReceived
from gongdan.shared.contracts.tickets import TicketSnapshot
from tests.unit.router.given import command, decided, done, message, message_id


def taken(working: WorkingSet, asked: MessageReceived, found: Applied, followed: TicketSnapshot | None = None) -> None:
    """Let a decision about a message take effect."""
    working.take(found, asked.message_id, followed)
    working.tie(asked, found.ticket.id, found.how == "opened")


def with_ticket(**changes: Any) -> tuple[WorkingSet, TicketSnapshot]:
    """A working set in which one message has opened a ticket."""
    working, asked = WorkingSet(), message(**changes)
    found = done(decided(None, asked))
    taken(working, asked, found)
    return working, found.ticket


def test_an_opened_ticket_is_found_by_all_that_leads_to_it() -> None:
    working, ticket = with_ticket(mail={"message_id": "a@example.com"}, cc=[{"email": "copied@example.com"}])
    assert working.by_number("GD-7") == ticket.id
    assert working.by_mail("a@example.com") == ticket.id
    assert working.by_conversation("email:support:m1") == ticket.id
    assert working.takes_part(ticket.id, "email:customer@example.com")
    assert working.takes_part(ticket.id, "email:copied@example.com")
    assert working.applied.get(message_id("m1")) == ticket.id
    assert working.latest(ticket.id) == ticket


def test_automatic_mail_makes_nobody_a_participant() -> None:
    working, ticket = with_ticket(automatic="auto_reply")
    assert not working.takes_part(ticket.id, "email:customer@example.com")


def test_at_most_fifty_of_those_copied_take_part() -> None:
    working, _ = with_ticket(cc=[{"email": f"c{number}@example.com"} for number in range(200)])
    assert len(working.participants.fresh) == MOST_COPIED + 1


def test_a_mail_or_conversation_stays_with_the_ticket_it_first_led_to() -> None:
    working, ticket = with_ticket(mail={"message_id": "a@example.com"})
    working.tie(message("m2", conversation_key="email:support:m1"), message_id("other"), opened=False)
    working.tie(message("m3", mail={"message_id": "a@example.com"}), message_id("other"), opened=False)
    assert working.by_conversation("email:support:m1") == working.by_mail("a@example.com") == ticket.id


def test_a_follow_up_takes_the_conversation_over_and_is_where_the_closed_ticket_leads() -> None:
    working, ticket = with_ticket()
    closed = ticket.model_copy(update={"status": "closed", "status_category": "closed"})
    working.tickets.set(closed.id, closed)
    again = message("again", conversation_key="email:support:m1")
    found = done(decided(closed, again))
    taken(working, again, found, followed=closed)
    assert working.by_conversation("email:support:m1") == found.ticket.id
    assert working.latest(closed.id) == found.ticket


def test_the_turn_moves_with_round_robin_and_not_with_an_assignment_by_hand() -> None:
    working, ticket = with_ticket()
    turns = {("support", "support"): "first"}
    by_hand = done(decided(ticket, command(Assign(assignee="third"))))
    working.take(by_hand, message_id("c1"), None)
    assert working.turns.get(("support", "support")) == "first"
    by_turn = done(decided(by_hand.ticket, command(Assign(team="support")), turns=turns))
    working.take(by_turn, message_id("c2"), None)
    assert working.turns.get(("support", "support")) == "second"


def test_what_a_batch_wants_to_know_is_all_that_its_messages_name() -> None:
    thread = {"ticket_number": "GD-1", "foreign_ids": ["a@example.com"], "subject_token": "GD-2"}
    wanted = wanted_by(
        [message(thread=thread, mail={"message_id": "b@example.com"}), command(AddNote(text="Hm"), ticket="GD-3")]
    )
    assert wanted.numbers == {"GD-1", "GD-2", "GD-3"}
    assert wanted.mails == {"a@example.com", "b@example.com"}
    assert wanted.conversations == {"email:support:m1"}
    assert (wanted.tokens, wanted.people) == ({"GD-2"}, {"email:customer@example.com"})
    assert wanted.messages == {message_id("m1"), message_id("c1")}
    assert wanted.workspaces == {"support"}
