"""Router asks again, with the ticket in hand: whoever may not see a ticket cannot even learn that it exists."""

from dataclasses import replace

import pytest

from gongdan.router.domain.decision import Applied, Order, Rejected
from gongdan.router.domain.ticket import decide
from gongdan.shared.access.rights import Rights
from gongdan.shared.contracts.envelope import Actor
from gongdan.shared.contracts.messages import AddNote, Assign, Command, Reply, SetPriority, Transition
from gongdan.shared.contracts.tickets import MessageAdded
from tests.unit.router.given import NOON, around, command, decided, opened, said, ticket_in
from tests.unit.shared.access.given import agent, rights, role

CONTACT = role(
    "contact",
    actions=["Reply"],
    fields={"subject": "read", "messages": "write"},
    scope="ticket.requester.email == actor.email",
)
READER = role("reader", actions=["Reply", "Assign", "SetPriority", "Transition"], fields={"*": "read"})
NOTER = role("noter", actions=["AddNote"], fields={"notes": "write"})
COMMANDS: list[Command] = [
    Reply(text="Hello"),
    AddNote(text="Hello"),
    Assign(team="support"),
    Transition(to="open"),
    SetPriority(priority="high"),
]


@pytest.mark.parametrize("asked", COMMANDS, ids=lambda one: one.command)
def test_nothing_is_done_for_whoever_has_no_role(asked: Command) -> None:
    refused = decided(opened(), command(asked), rights=rights(agent("first")))
    unknown = decided(None, command(asked), rights=rights(agent("first")))
    assert isinstance(refused, Rejected)
    assert replace(refused, unseen=None) == unknown


def test_the_audit_is_told_which_ticket_somebody_asked_for_unseen() -> None:
    refused = decided(opened(), command(Reply(text="Hello")), rights=rights(agent("first")))
    assert isinstance(refused, Rejected)
    assert (refused.ticket, refused.unseen) == (None, opened().number)


@pytest.mark.parametrize("asked", COMMANDS, ids=lambda one: one.command)
def test_an_action_without_write_on_its_field_is_refused_by_name(asked: Command) -> None:
    refused = decided(opened(), command(asked), rights=rights(READER, agent("ann", "reader")))
    assert isinstance(refused, Rejected)
    assert refused.reason == "not-allowed"


def test_an_action_with_write_on_its_field_is_done() -> None:
    done = decided(opened(), command(AddNote(text="x")), rights=rights(NOTER, agent("ann", "noter")))
    assert isinstance(done, Applied)


def answer(to: str, customer: Rights) -> list[str]:
    """What a requester's answer on the portal leads to."""
    order = Order(command(Reply(text="Thanks")), Actor("contact", "email:customer@example.com"), NOON)
    decision = decide(ticket_in(to), order, around(rights=customer))
    for draft in decision.drafts if isinstance(decision, Applied) else ():
        assert not isinstance(draft.payload, MessageAdded) or draft.payload.direction == "in"
    return list(said(decision))


def test_a_requester_answers_on_their_own_ticket_and_wakes_it() -> None:
    mine = rights(CONTACT, actor=Actor("contact", "email:customer@example.com"))
    assert answer("open", mine) == ["MessageAdded"]
    assert answer("pending", mine) == ["MessageAdded", "StatusChanged"]


def test_a_requester_cannot_answer_on_anothers_ticket() -> None:
    other = rights(CONTACT, actor=Actor("contact", "email:other@example.com"))
    assert answer("open", other) == []
