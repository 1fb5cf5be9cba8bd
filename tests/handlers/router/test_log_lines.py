"""The log of tickets as lines: whole tickets to which something happened since, one after the other, in order."""

import io
from datetime import UTC, datetime, timedelta

import pytest

from gongdan.router.adapters.event_log import history
from gongdan.router.log import BEGINNING, write
from gongdan.shared.contracts.messages import AddNote
from gongdan.shared.errors import FixInput
from gongdan.shared.event_lines import read_line
from gongdan.shared.ids import ticket_id
from tests.handlers.router.world import World
from tests.unit.router.given import command, message, message_id


async def lines(router: World, since: datetime = BEGINNING) -> list[bytes]:
    """What is written."""
    out = io.BytesIO()
    count = await write(router.db, since, out)
    found = out.getvalue().splitlines()
    assert len(found) == count
    return found


async def test_every_event_of_every_ticket_is_a_line_that_reads_as_it_was_said(router: World) -> None:
    await router.receive(message(), message("other"))
    await router.receive(command(AddNote(text="Hm")))
    read = [event for line in await lines(router) if (event := read_line(line)) is not None]
    wanted = []
    async with router.db.transaction() as unit:
        for ticket in sorted({ticket_id(message_id(name)) for name in ("m1", "other")}):
            wanted += [event async for event in history(unit, ticket)]
    assert read == wanted
    assert len({event.key for event in read}) == 2


async def test_tickets_to_which_nothing_happened_since_are_left_out(router: World) -> None:
    await router.receive(message())
    assert await lines(router, datetime.now(UTC) + timedelta(days=3_650)) == []


@pytest.mark.parametrize(
    "line", [b"", b"[]", b"{}", b'{"key": "a", "type": "TicketOpened", "headers": [], "payload": 1}']
)
def test_a_line_that_is_no_event_is_refused(line: bytes) -> None:
    with pytest.raises(FixInput):
        read_line(line)


async def test_an_event_of_a_newer_version_is_passed_over(router: World) -> None:
    await router.receive(message())
    line = (await lines(router))[0]
    newer = line.replace(b'"type":"TicketOpened"', b'"type":"TicketTeleported"')
    assert read_line(newer) is None
