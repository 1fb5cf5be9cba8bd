"""Which ticket a message belongs to: each rule, the order among them, and what must not count as proof."""

from typing import Any
from uuid import UUID

import pytest

from gongdan.router.domain.decision import Placement, ThreadingRule
from gongdan.router.domain.threading import RULES, place
from gongdan.router.domain.working_set import Layered, WorkingSet
from tests.unit.router.given import message, message_id

ONE, TWO, THREE, FOUR = (message_id(f"ticket {number}") for number in range(4))
KNOWN = WorkingSet(
    numbers=Layered({"GD-1": ONE, "GD-2": TWO}),
    mails=Layered({"old@example.com": TWO, "newer@example.com": THREE}),
    conversations=Layered({"email:support:root@example.com": FOUR, "GD-2": TWO}),
    participants=Layered({(ONE, "email:customer@example.com"): True}),
)
SUBJECT = {"subject_token": "GD-1", "subject_checked": True}
UNCHECKED = {"subject_token": "GD-1"}


@pytest.mark.parametrize(
    ("changes", "rule", "ticket"),
    [
        ({}, "new", None),
        ({"thread": {"ticket_number": "GD-1"}}, "proven_number", ONE),
        ({"thread": {"ticket_number": "GD-99"}}, "new", None),
        ({"thread": {"foreign_ids": ["unknown", "newer@example.com", "old@example.com"]}}, "foreign_message_id", THREE),
        ({"conversation_key": "email:support:root@example.com"}, "conversation", FOUR),
        ({"thread": SUBJECT}, "subject_token", ONE),
        ({"thread": SUBJECT, "requester": {"email": "Customer@Example.com"}}, "subject_token", ONE),
        ({"thread": {"subject_token": "GD-99", "subject_checked": True}}, "new", None),
    ],
)
def test_a_message_belongs_to_the_ticket_that_the_first_knowing_rule_names(
    changes: dict[str, Any], rule: ThreadingRule, ticket: UUID | None
) -> None:
    assert place(message(**changes), KNOWN) == Placement(rule, ticket)


@pytest.mark.parametrize(
    "changes",
    [
        {"thread": UNCHECKED},
        {"thread": SUBJECT, "requester": {"email": "stranger@example.com"}},
        {"thread": SUBJECT, "requester": {"name": "Nobody"}},
        {"thread": SUBJECT, "verified": False},
    ],
)
def test_a_number_in_the_subject_that_proves_too_little_is_a_ticket_that_knows_the_other(
    changes: dict[str, Any],
) -> None:
    assert place(message(**changes), KNOWN) == Placement("possible_follow_up", sibling=ONE)


def test_a_stronger_proof_wins_over_all_weaker_ones() -> None:
    everything: dict[str, Any] = {
        "thread": {"ticket_number": "GD-2", "foreign_ids": ["newer@example.com"], **SUBJECT},
        "conversation_key": "email:support:root@example.com",
    }
    found = []
    for _ in RULES:
        placement = place(message(**everything), KNOWN)
        found.append(placement.rule)
        everything = _without(everything, placement.rule)
    assert found == [rule for rule, _ in RULES]


def _without(changes: dict[str, Any], rule: str) -> dict[str, Any]:
    part = {"proven_number": "ticket_number", "foreign_message_id": "foreign_ids"}.get(rule)
    thread = {key: value for key, value in changes["thread"].items() if key != part}
    return {"thread": thread} if rule == "conversation" else changes | {"thread": thread}


def test_a_number_from_the_subject_is_no_conversation_even_when_it_is_the_key() -> None:
    changes: dict[str, Any] = {"requester": {"email": "stranger@example.com"}, "conversation_key": "GD-2"}
    assert place(message(**changes, thread={"subject_token": "GD-2"}), KNOWN).rule == "possible_follow_up"
    assert place(message(**changes), KNOWN).rule == "conversation"


@pytest.mark.parametrize("long", ["x" * 5_000, "a\x00b", "中" * 501])
def test_keys_that_no_index_could_hold_are_shortened_and_still_found(long: str) -> None:
    working = WorkingSet()
    first = message("first", mail={"message_id": long})
    working.tie(first, ONE, opened=True)
    assert place(message("second", thread={"foreign_ids": [long]}), working) == Placement("foreign_message_id", ONE)
    assert all(len(key) <= 500 and "\x00" not in key for key in working.mails.fresh)


def test_the_same_mail_in_another_mailbox_is_a_ticket_of_its_own_that_knows_the_first() -> None:
    copy = message(mail={"message_id": "old@example.com"}, conversation_key="email:billing:old@example.com")
    assert place(copy, KNOWN) == Placement("same_mail", sibling=TWO)


def test_a_message_about_a_mail_in_two_mailboxes_belongs_where_it_came() -> None:
    known = WorkingSet(
        mails=Layered({"root@example.com": TWO}), conversations=Layered({"email:billing:root@example.com": FOUR})
    )
    reply: dict[str, Any] = {
        "thread": {"foreign_ids": ["root@example.com"]},
        "mail": {"message_id": "reply@example.com"},
    }
    assert place(message(**reply, conversation_key="email:billing:root@example.com"), known).ticket_id == FOUR
    assert place(message(**reply, conversation_key="email:support:root@example.com"), known).ticket_id == TWO
