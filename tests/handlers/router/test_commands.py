"""Commands through the handler: the actor, the outcome, and that a rejection leaves no trace but its outcome."""

from dataclasses import replace

import pytest

from gongdan.shared.contracts.envelope import Actor, from_headers
from gongdan.shared.contracts.messages import (
    Access,
    ActionDenied,
    AddNote,
    Assign,
    Command,
    Reply,
    SetPriority,
    Transition,
)
from gongdan.shared.contracts.outcomes import MessageApplied, MessageRejected
from gongdan.shared.contracts.registry import Event
from gongdan.shared.db.outbox import OutboxRow
from tests.handlers.router.world import World, event_of, headers_of, kinds, outcomes
from tests.unit.router.given import AGENT, catalog, command, definition, message


async def test_a_reply_opens_a_new_ticket_and_every_event_names_the_agent(router: World) -> None:
    await router.receive(message())
    rows = await router.rows(command(Reply(text="Have you tried water?")))
    assert [row.type for row in rows] == ["MessageAdded", "StatusChanged", "MessageApplied"]
    assert [actor_of(row) for row in rows] == [AGENT] * 3


def actor_of(row: OutboxRow) -> Actor:
    """Who did what is said."""
    return from_headers(headers_of(row)).actor


@pytest.mark.parametrize(
    ("asked", "version"),
    [(AddNote(text="Hm"), 5), (SetPriority(priority="low"), 5), (SetPriority(priority="normal"), 4)],
)
async def test_the_outcome_tells_the_version_that_a_command_led_to(router: World, asked: Command, version: int) -> None:
    await router.receive(message())
    outcome = outcomes(await router.receive(command(asked)))[0]
    assert isinstance(outcome, MessageApplied)
    assert (outcome.how, outcome.rule, outcome.version) == ("commanded", asked.command, version)


@pytest.mark.parametrize(
    ("asked", "ticket", "version", "reason", "field"),
    [
        (AddNote(text="Hm"), "GD-99", None, "unknown-ticket", "ticket"),
        (AddNote(text="Hm"), "x" * 5_000, None, "unknown-ticket", "ticket"),
        (AddNote(text="Hm"), "GD-1", 3, "version-conflict", "expected_version"),
        (Assign(team="nowhere"), "GD-1", None, "unknown-team", "team"),
        (Transition(to="closed"), "GD-1", 4, "illegal-transition", "to"),
    ],
)
async def test_a_rejected_command_changes_nothing_and_says_why(
    router: World, asked: Command, ticket: str, version: int | None, reason: str, field: str
) -> None:
    await router.receive(message())
    said = await router.receive(command(asked, ticket=ticket, version=version))
    assert kinds(said) == ["MessageRejected"]
    assert isinstance(said[0], MessageRejected)
    assert (said[0].reason, said[0].field) == (reason, field)
    assert [row.version for row in await router.all("SELECT version FROM tickets")] == [4]


async def test_a_command_on_a_follow_up_or_its_closed_ticket_means_the_ticket_it_names(router: World) -> None:
    await router.receive(message())
    await router.close("GD-1")
    await router.receive(message("m2", thread={"ticket_number": "GD-1"}))
    note = outcomes(await router.receive(command(AddNote(text="Hm"), ticket="GD-1", name="n1")))[0]
    assert isinstance(note, MessageApplied)
    assert note.ticket == "GD-1"


async def test_a_command_already_applied_is_not_done_twice(router: World) -> None:
    await router.receive(message())
    await router.receive(command(AddNote(text="Hm")))
    assert await router.receive(command(AddNote(text="Hm"))) == []


async def test_what_was_denied_at_the_door_is_passed_over(router: World) -> None:
    denied = event_of(command(Reply(text="x")))
    event = Event(replace(denied.envelope, type="ActionDenied"), ActionDenied(action="Reply", why="no role"), "key")
    async with router.db.transaction() as unit:
        await router.handlers.on_inbound(unit, [event])
        assert unit.rows == []


async def test_rights_come_from_the_definitions_and_from_what_the_credential_adds(router: World) -> None:
    await router.receive(message())
    router.definitions.current = catalog(
        definition("Role", "noter", {"actions": ["AddNote"], "fields": {"*": "write"}})
    )
    bare = command(AddNote(text="x"), name="c1").model_copy(update={"access": Access()})
    added = command(AddNote(text="x"), name="c2").model_copy(update={"access": Access(roles=("noter",))})
    narrowed = command(AddNote(text="x"), name="c3").model_copy(
        update={"access": Access(roles=("noter",), only=("Reply",))}
    )
    said = outcomes(await router.receive(bare, added, narrowed))
    assert [getattr(one, "reason", "applied") for one in said] == ["unknown-ticket", "applied", "not-allowed"]
