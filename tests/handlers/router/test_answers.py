"""What requesters say on the portal to tickets that are finished: as by mail, each conversation has one follow-up."""

from dataclasses import replace
from datetime import timedelta

import pytest

from gongdan.shared.contracts.envelope import Actor
from gongdan.shared.contracts.messages import Access, CommandReceived, Reply
from gongdan.shared.contracts.outcomes import MessageApplied, MessageRejected
from gongdan.shared.definitions.registry import Definition
from tests.handlers.router.world import World, event_of, outcomes, payload_of
from tests.unit.router.given import CUSTOMER, NOON, catalog, definition, message

LATE = NOON + timedelta(days=30)
OWN = definition("Role", "contact", {"actions": ["Reply"], "fields": {"*": "read", "messages": "write"},
                                     "scope": "ticket.requester.email == actor.email"})  # fmt: skip
ALL = definition("Role", "contact", {"actions": ["Reply"], "fields": {"*": "read", "messages": "write"}})


async def answers(router: World, *names: str, to: str = "GD-1", by: str = CUSTOMER.key) -> list[MessageApplied]:
    """What becomes of one batch of a contact's replies, long after."""
    said = [reply(name, to) for name in names]
    events = [event_of(one, LATE) for one in said]
    told = [replace(one, envelope=replace(one.envelope, actor=Actor("contact", by))) for one in events]
    async with router.db.transaction() as unit:
        await router.handlers.on_inbound(unit, told)
        found = outcomes([payload_of(row) for row in unit.rows])
    return [one for one in found if isinstance(one, MessageApplied)]


def reply(name: str, to: str, version: int | None = None) -> CommandReceived:
    """A contact's reply."""
    told = message(name)
    return CommandReceived(
        message_id=told.message_id,
        ticket=to,
        command=Reply(text=f"again: {name}"),
        expected_version=version,
        access=Access(roles=("contact",)),
    )


async def finished(router: World, role: Definition) -> None:
    """GD-1, closed."""
    router.definitions.current = catalog(role)
    await router.receive(message())
    await router.close("GD-1")


@pytest.mark.parametrize("together", [True, False])
async def test_what_is_said_to_a_closed_ticket_opens_one_follow_up_and_joins_it_from_then_on(
    router: World, together: bool
) -> None:
    await finished(router, OWN)
    if together:
        first, second = await answers(router, "c1", "c2")
    else:
        (first,), (second,) = await answers(router, "c1"), await answers(router, "c2")
    assert (first.ticket, first.how, first.rule) == ("GD-2", "opened", "Reply")
    assert (second.ticket, second.how) == ("GD-2", "commanded")


async def test_whoever_answered_there_takes_part_by_mail_too(router: World) -> None:
    await finished(router, OWN)
    await answers(router, "c1")
    named = message("m9", thread={"subject_token": "GD-2", "subject_checked": True})
    joined = outcomes(await router.receive(named, at=LATE))[0]
    assert isinstance(joined, MessageApplied)
    assert (joined.ticket, joined.rule) == ("GD-2", "subject_token")


async def test_who_takes_part_in_the_old_ticket_joins_the_follow_up_that_a_colleague_opened(router: World) -> None:
    await finished(router, ALL)
    await answers(router, "c1", by="email:colleague@example.com")
    router.definitions.current = catalog(OWN)
    (own,) = await answers(router, "c2")
    assert (own.ticket, own.how) == ("GD-2", "commanded")


async def test_no_number_is_lost_by_answers_that_are_refused(router: World) -> None:
    await finished(router, OWN)
    assert await answers(router, "c1", by="email:stranger@example.com") == []
    opened = outcomes(await router.receive(message("m2")))[0]
    assert isinstance(opened, MessageApplied)
    assert opened.ticket == "GD-2"


async def test_the_version_that_a_contact_looked_at_is_that_of_the_ticket_they_named(router: World) -> None:
    await finished(router, OWN)
    event = event_of(reply("c1", "GD-1", version=1), LATE)
    told = replace(event, envelope=replace(event.envelope, actor=Actor("contact", CUSTOMER.key)))
    async with router.db.transaction() as unit:
        await router.handlers.on_inbound(unit, [told])
        (refused,) = outcomes([payload_of(row) for row in unit.rows])
    assert isinstance(refused, MessageRejected)
    assert refused.reason == "version-conflict"
