"""The log of a ticket: complete, in order, exactly what was said, and enough to rebuild the ticket."""

from gongdan.router.adapters.event_log import history
from gongdan.router.domain.ticket import replayed
from gongdan.shared.contracts.envelope import from_headers
from gongdan.shared.contracts.messages import AddNote, SetPriority, Transition
from gongdan.shared.contracts.registry import Event
from gongdan.shared.contracts.tickets import TicketEvent, TicketSnapshot
from gongdan.shared.ids import ticket_id
from tests.handlers.router.world import World, headers_of
from tests.unit.router.given import catalog, command, message, message_id, rule


async def told(router: World) -> list[Event]:
    """The log of the ticket that message m1 opened."""
    async with router.db.transaction() as unit:
        return [event async for event in history(unit, ticket_id(message_id("m1")))]


async def test_the_log_of_a_ticket_is_what_was_said_of_it_with_all_its_headers(router: World) -> None:
    router.definitions.current = catalog(rule("vip", set_priority="high"))
    rows = await router.rows(message(), message("other"))
    rows += await router.rows(command(AddNote(text="Hm")))
    key = str(ticket_id(message_id("m1")))
    log = await told(router)
    assert [event.envelope for event in log] == [from_headers(headers_of(row)) for row in rows if row.key == key]
    assert [event.data.model_dump_json().encode() for event in log] == [row.payload for row in rows if row.key == key]


async def test_the_log_leads_to_the_stored_ticket(router: World) -> None:
    await router.receive(message(), command(SetPriority(priority="urgent")))
    await router.receive(command(Transition(to="open"), name="c2"), command(Transition(to="pending"), name="c3"))
    await router.receive(message("m2", conversation_key="email:support:m1"))
    events = [event.data for event in await told(router) if isinstance(event.data, TicketEvent)]
    row = (await router.all("SELECT CAST(state AS text) AS state FROM tickets"))[0]
    assert [event.ticket.version for event in events] == list(range(1, 10))
    assert replayed(events) == TicketSnapshot.model_validate_json(row.state)


async def test_a_ticket_that_never_was_has_no_log(router: World) -> None:
    assert await told(router) == []
