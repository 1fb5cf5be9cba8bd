"""Messages through the handler: what is said, what is stored, and what later batches find of it."""

from datetime import timedelta
from typing import Any

import pytest

from gongdan.shared.contracts.messages import Transition
from gongdan.shared.contracts.outcomes import MessageApplied, MessageIgnored
from gongdan.shared.contracts.tickets import MessageAdded, StatusChanged, TicketAssigned, TicketEvent, TicketOpened
from gongdan.shared.ids import ticket_id
from tests.handlers.router.world import World, kinds, outcomes
from tests.unit.router.given import NOON, catalog, command, message, message_id, rule

NAMED = {"subject_token": "GD-1", "subject_checked": True}


async def test_a_message_opens_a_ticket_and_says_so(router: World) -> None:
    said = await router.receive(message())
    assert kinds(said) == ["TicketOpened", "MessageAdded", "TicketClassified", "TicketAssigned", "MessageApplied"]
    outcome = outcomes(said)[0]
    assert isinstance(outcome, MessageApplied)
    assert (outcome.ticket, outcome.version, outcome.how, outcome.rule) == ("GD-1", 4, "opened", "new")
    assert outcome.ticket_id == ticket_id(message_id("m1"))


@pytest.mark.parametrize(
    ("changes", "rule_name"),
    [
        ({"thread": {"ticket_number": "GD-1"}}, "proven_number"),
        ({"thread": {"foreign_ids": ["x@example.com", "first@example.com"]}}, "foreign_message_id"),
        ({"conversation_key": "email:support:m1"}, "conversation"),
        ({"thread": NAMED}, "subject_token"),
        ({"thread": NAMED, "requester": {"email": "copied@example.com"}}, "subject_token"),
    ],
)
async def test_a_later_message_joins_by_what_was_stored(router: World, changes: dict[str, Any], rule_name: str) -> None:
    await router.receive(message(mail={"message_id": "first@example.com"}, cc=[{"email": "copied@example.com"}]))
    outcome = outcomes(await router.receive(message("m2", **changes)))[0]
    assert isinstance(outcome, MessageApplied)
    assert (outcome.ticket, outcome.version, outcome.how, outcome.rule) == ("GD-1", 5, "joined", rule_name)


async def test_a_stranger_with_a_number_in_the_subject_opens_a_ticket_of_their_own(router: World) -> None:
    await router.receive(message())
    stranger = message("m2", thread=NAMED, requester={"email": "stranger@example.com"})
    opened, added, *_ = await router.receive(stranger)
    assert isinstance(opened, TicketOpened)
    assert (opened.ticket.number, opened.ticket.tags) == ("GD-2", ("possible_follow_up",))
    assert isinstance(added, MessageAdded)
    assert added.warnings == ("its subject names GD-1, to which the sender is not known to belong",)


@pytest.mark.parametrize("together", [True, False])
async def test_the_same_mail_in_two_mailboxes_is_two_tickets_of_which_one_names_the_other(
    router: World, together: bool
) -> None:
    mail = {"message_id": "first@example.com"}
    one = message("m1", mail=mail, conversation_key="email:support:first@example.com")
    two = message("m2", mail=mail, conversation_key="email:billing:first@example.com")
    said = await router.receive(one, two) if together else [*await router.receive(one), *await router.receive(two)]
    added = [each for each in said if isinstance(each, MessageAdded)]
    assert [each.ticket.number for each in added] == ["GD-1", "GD-2"]
    assert added[1].ticket.tags == ("same_mail",)
    assert added[1].warnings == ("the same mail, by its Message-ID, is part of GD-1 already",)
    later = message("m3", thread={"foreign_ids": ["first@example.com"]}, conversation_key=two.conversation_key)
    outcome = outcomes(await router.receive(later))[0]
    assert isinstance(outcome, MessageApplied)
    assert outcome.ticket == "GD-2"


async def test_a_message_already_applied_says_nothing_again(router: World) -> None:
    await router.receive(message())
    assert await router.receive(message()) == []


async def test_what_is_ignored_leaves_only_its_outcome(router: World) -> None:
    said = await router.receive(message(automatic="own"), message("m2", closes=True))
    assert [type(one) for one in said] == [MessageIgnored, MessageIgnored]
    assert await router.all("SELECT 1 FROM tickets") == []
    assert [tuple(row) for row in await router.all("SELECT last FROM counters")] in ([], [(0,)])


async def test_numbers_rise_without_gaps_whatever_else_a_batch_holds(router: World) -> None:
    await router.receive(message("a"), message("b", automatic="bounce"), message("c"))
    await router.receive(message("d", conversation_key="email:support:a"), message("e"))
    rows = await router.all("SELECT number FROM tickets ORDER BY length(number), number")
    assert [row.number for row in rows] == ["GD-1", "GD-2", "GD-3"]


async def test_numbers_are_counted_per_prefix(router: World) -> None:
    await router.receive(message("a"))
    router.definitions.current = catalog(prefix="WB")
    await router.receive(message("b"), message("c"))
    rows = await router.all("SELECT number FROM tickets ORDER BY number")
    assert [row.number for row in rows] == ["GD-1", "WB-1", "WB-2"]


async def test_the_round_goes_on_from_batch_to_batch(router: World) -> None:
    said = []
    for names in ("ab", "c", "de"):
        said += await router.receive(*(message(name) for name in names))
    given = [one.assignee for one in said if isinstance(one, TicketAssigned)]
    assert given == ["first", "second", "third", "first", "second"]


async def test_new_rules_decide_from_the_next_batch_on(router: World) -> None:
    handlers = router.handlers
    await router.receive(message("a"), by=handlers)
    router.definitions.current = catalog(rule("vip", set_priority="urgent"))
    opened = (await router.receive(message("b"), by=handlers))[-2]
    assert isinstance(opened, TicketEvent)
    assert opened.ticket.priority == "urgent"


async def test_a_closed_ticket_is_followed_up_once_by_all_that_leads_to_it(router: World) -> None:
    await router.receive(message(mail={"message_id": "first@example.com"}))
    for name, state in (("c1", "resolved"), ("c2", "closed")):
        await router.receive(command(Transition(to=state), name=name))
    again = await router.receive(message("m2", conversation_key="email:support:m1"))
    opened = again[0]
    assert isinstance(opened, TicketEvent)
    assert (opened.ticket.number, opened.ticket.follow_up_of) == ("GD-2", "GD-1")
    leads: tuple[dict[str, Any], ...] = (
        {"conversation_key": "email:support:m1"},
        {"thread": {"ticket_number": "GD-1"}},
        {"thread": {"foreign_ids": ["first@example.com"]}},
    )
    for number, lead in enumerate(leads):
        outcome = outcomes(await router.receive(message(f"later{number}", **lead)))[0]
        assert isinstance(outcome, MessageApplied)
        assert (outcome.ticket, outcome.how) == ("GD-2", "joined")


async def test_what_was_resolved_long_ago_is_followed_up_once_and_never_opened_again(router: World) -> None:
    await router.receive(message(mail={"message_id": "first@example.com"}))
    await router.receive(command(Transition(to="resolved")))
    proven, referring = {"thread": {"ticket_number": "GD-1"}}, {"thread": {"foreign_ids": ["first@example.com"]}}
    late = NOON + timedelta(days=8)
    said = outcomes(await router.receive(message("m2", **proven), message("m3", **referring), at=late))
    said += outcomes(await router.receive(message("m4", **referring), at=late))
    said += outcomes(await router.receive(message("m5", conversation_key="email:support:m1"), at=late))
    applied = [(one.ticket, one.how) for one in said if isinstance(one, MessageApplied)]
    assert applied == [("GD-2", "opened"), ("GD-2", "joined"), ("GD-2", "joined"), ("GD-2", "joined")]
    rows = await router.all("SELECT number, follow_up_of, state ->> 'status' AS status FROM tickets ORDER BY number")
    assert [tuple(row) for row in rows] == [("GD-1", None, "resolved"), ("GD-2", "GD-1", "new")]


async def test_a_chain_of_follow_ups_leads_to_its_end(router: World) -> None:
    await router.receive(message("m0"))
    for number in (1, 2, 3):
        await router.close(f"GD-{number}")
        said = await router.receive(message(f"m{number}", thread={"ticket_number": "GD-1"}))
        opened = said[0]
        assert isinstance(opened, TicketEvent)
        assert (opened.ticket.number, opened.ticket.follow_up_of) == (f"GD-{number + 1}", f"GD-{number}")


async def test_a_partners_recovery_resolves_and_its_next_alarm_opens_again(router: World) -> None:
    alarm = {"channel": "webhook", "source": "partner", "conversation_key": "webhook:partner:disk"}
    await router.receive(message("alarm", **alarm))
    recovered = await router.receive(message("ok", **alarm, closes=True))
    returned = await router.receive(message("again", **alarm))
    moves = [(one.old, one.new, one.rule) for one in recovered + returned if isinstance(one, StatusChanged)]
    assert moves == [("new", "resolved", "recovery"), ("resolved", "open", "new_message")]


async def test_text_that_json_can_say_and_jsonb_cannot_is_kept(router: World) -> None:
    odd = message(subject="nul \x00 here", text="\x00", fields={"a": "\x00"}, mail={"message_id": "a\x00b@example.com"})
    opened = (await router.receive(odd))[0]
    joined = outcomes(await router.receive(message("m2", thread={"foreign_ids": ["a\x00b@example.com"]})))[0]
    assert isinstance(opened, TicketEvent)
    assert opened.ticket.subject == "nul \x00 here"
    assert isinstance(joined, MessageApplied)
    assert joined.how == "joined"
