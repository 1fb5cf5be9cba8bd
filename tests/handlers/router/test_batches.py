"""Batches: messages see what those before them did; all takes effect or nothing."""

from dataclasses import replace

import pytest

from gongdan.shared.contracts.messages import AddNote, Reply, Transition
from gongdan.shared.contracts.outcomes import MessageApplied, MessageIgnored
from gongdan.shared.contracts.tickets import TicketEvent
from gongdan.shared.errors import ParkIt
from tests.handlers.router.world import World, event_of, outcomes
from tests.unit.router.given import command, message, message_id


async def test_two_messages_of_one_conversation_in_one_batch_make_one_ticket(router: World) -> None:
    said = await router.receive(message("a"), message("b", conversation_key="email:support:a"))
    applied = [one for one in said if isinstance(one, MessageApplied)]
    assert [(one.ticket, one.version, one.how) for one in applied] == [("GD-1", 4, "opened"), ("GD-1", 5, "joined")]


async def test_opening_answering_closing_and_following_up_fit_into_one_batch(router: World) -> None:
    said = await router.receive(
        message("a", mail={"message_id": "a@example.com"}),
        command(Reply(text="Water"), name="c1"),
        message("b", thread={"foreign_ids": ["a@example.com"]}),
        command(Transition(to="resolved"), name="c2"),
        command(Transition(to="closed"), name="c3"),
        message("c", thread={"ticket_number": "GD-1"}),
        message("d", thread={"ticket_number": "GD-1"}),
        command(AddNote(text="Again"), ticket="GD-2", name="c4"),
    )
    found = [(one.ticket, one.how) for one in outcomes(said) if isinstance(one, MessageApplied)]
    assert found == [
        ("GD-1", "opened"),
        ("GD-1", "commanded"),
        ("GD-1", "joined"),
        ("GD-1", "commanded"),
        ("GD-1", "commanded"),
        ("GD-2", "opened"),
        ("GD-2", "joined"),
        ("GD-2", "commanded"),
    ]


async def test_the_events_of_a_batch_are_in_order_of_their_tickets_versions(router: World) -> None:
    batch = [message(f"m{number}", conversation_key=f"email:support:{number % 7}") for number in range(60)]
    said = await router.receive(*batch) + await router.receive(*(message(f"n{n}") for n in range(10)))
    seen: dict[str, int] = {}
    for one in said:
        if isinstance(one, TicketEvent):
            assert one.ticket.version == seen.get(one.ticket.number, 0) + 1
            seen[one.ticket.number] = one.ticket.version
    assert len(seen) == 17


async def test_a_message_twice_in_one_batch_is_applied_once(router: World) -> None:
    said = await router.receive(message(), message())
    assert len(outcomes(said)) == 1


async def test_a_batch_that_fails_leaves_nothing_and_uses_no_number(router: World) -> None:
    broken = replace(event_of(message("b")), data=MessageIgnored(message_id=message_id("b"), reason="x"))
    with pytest.raises(ParkIt, match="not-inbound"):
        async with router.db.transaction() as unit:
            await router.handlers.on_inbound(unit, [event_of(message("a")), broken])
    assert await router.all("SELECT 1 FROM tickets UNION ALL SELECT 1 FROM outbox") == []
    said = await router.receive(message("a"))
    assert isinstance(said[0], TicketEvent)
    assert said[0].ticket.number == "GD-1"


async def test_what_is_stored_is_what_was_said(router: World) -> None:
    said = await router.receive(message("a"), message("b"), command(AddNote(text="Hm"), ticket="GD-2"))
    latest = {one.ticket.number: one.ticket for one in said if isinstance(one, TicketEvent)}
    rows = await router.all("SELECT number, version, CAST(state AS text) AS state FROM tickets")
    assert {row.number: row.version for row in rows} == {"GD-1": 4, "GD-2": 5}
    assert {row.number: row.state for row in rows} == {
        number: ticket.model_dump_json() for number, ticket in latest.items()
    }
