"""What of the order of keys is let go of: those that wait in vain and were never heard of otherwise, and no others."""

import asyncio

from gongdan.shared.bus.delivery import BatchDelivery
from gongdan.shared.bus.records import Record
from gongdan.shared.clock import SystemClock
from gongdan.shared.contracts.envelope import to_headers
from gongdan.shared.db.prune import Prune
from gongdan.shared.db.session import Database
from tests.kit import service
from tests.kit.events import ticket_event

OLDER = "UPDATE early SET held_at = held_at - interval '15 days 1 minute'"


async def hear(db: Database, ticket: str, *versions: int) -> None:
    """Events of a ticket, one batch each."""
    delivery = BatchDelivery("notifier", db, service.Recorder(), SystemClock())
    for version in versions:
        event = ticket_event(ticket, version)
        value = event.data.model_dump_json().encode()
        await delivery.deliver([Record(event.topic, 0, 0, event.key, value, to_headers(event.envelope))])


async def query(db: Database, sql: str) -> list[tuple[object, ...]]:
    """The rows of a statement."""
    async with db.transaction() as unit:
        return [tuple(row) for row in await unit.all(sql, {})]


async def places(db: Database) -> dict[object, object]:
    """By key, the place that it has reached."""
    rows = await query(db, "SELECT key, sequence FROM positions ORDER BY key")
    return {row[0]: row[1] for row in rows}


async def waiting(db: Database) -> list[tuple[object, ...]]:
    """What waits for earlier events."""
    return await query(db, "SELECT key, sequence FROM early ORDER BY key, sequence")


async def test_a_key_that_waits_in_vain_is_forgotten_and_any_other_place_is_kept(db: Database) -> None:
    await hear(db, "applied", 1, 2)
    await hear(db, "gap", 1, 3)
    await hear(db, "never begun", 4, 5)
    await query(db, f"{OLDER} RETURNING key")
    await hear(db, "just come", 7)
    await Prune(db)()
    assert await places(db) == {"applied": 2, "gap": 1, "just come": 0}
    assert await waiting(db) == [("gap", 3), ("just come", 7)]


async def test_a_key_of_which_something_came_lately_still_waits(db: Database) -> None:
    await hear(db, "slow", 4)
    await query(db, f"{OLDER} RETURNING key")
    await hear(db, "slow", 3)
    await Prune(db)()
    assert await waiting(db) == [("slow", 3), ("slow", 4)]


async def test_a_forgotten_key_begins_anew_with_its_first_event(db: Database) -> None:
    await hear(db, "again", 2, 3)
    await query(db, f"{OLDER} RETURNING key")
    await Prune(db)()
    await hear(db, "again", 3, 1, 2)
    assert await query(db, "SELECT version FROM effects ORDER BY nth") == [(1,), (2,), (3,)]
    assert (await places(db), await waiting(db)) == ({"again": 3}, [])


async def test_what_comes_while_a_key_is_being_forgotten_is_not_lost(db: Database) -> None:
    await hear(db, "busy", 2)
    await query(db, f"{OLDER} RETURNING key")
    await asyncio.gather(*(Prune(db)() for _ in range(4)), hear(db, "busy", 3), hear(db, "busy", 1))
    await hear(db, "busy", 2, 3)
    assert await query(db, "SELECT version FROM effects ORDER BY version") == [(1,), (2,), (3,)]
    assert (await places(db), await waiting(db)) == ({"busy": 3}, [])
