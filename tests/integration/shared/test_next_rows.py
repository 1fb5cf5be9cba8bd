"""What the relay is given to publish, whatever commits when."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest

from gongdan.shared.bus.next_rows import NextRows
from gongdan.shared.bus.published import Store
from gongdan.shared.bus.rows import Published
from gongdan.shared.contracts.topics import Topic
from gongdan.shared.db.pool import Connection
from gongdan.shared.db.prune import Prune
from gongdan.shared.db.session import Database
from tests.kit.events import ticket_event


@pytest.fixture
async def conn(db: Database) -> AsyncIterator[Connection]:
    """The connection of a relay."""
    async with db.connections.own() as conn:
        yield conn


@pytest.fixture
async def store(db: Database, conn: Connection) -> Store:
    """The memory of a relay that leads."""
    store = Store.on(conn, db, "router")
    assert await store.lock()
    return store


async def say(db: Database, *tickets: str) -> None:
    async with db.transaction() as unit:
        unit.emit(*(ticket_event(ticket, 1) for ticket in tickets))


async def publish(store: Store, limit: int = 100, failing: str = "") -> list[str]:
    """Publish what is pending but for one ticket; returns the tickets given, that one too."""
    rows = await store.pending(limit)
    await store.published([Published(row.seq, None, None, None) for row in rows if row.key != failing])
    return [row.key for row in rows]


async def another(store: Store) -> list[str]:
    """The tickets that another relay would be given if this one ended now."""
    rows = NextRows(store.conn)
    await rows.load()
    return [row.key for row in await rows.take(100)]


async def undone(db: Database, *tickets: str) -> None:
    async def fail() -> None:
        async with db.transaction() as unit:
            await _write(unit.conn, tickets)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()


@asynccontextmanager
async def uncommitted(db: Database, *tickets: str) -> AsyncIterator[None]:
    """What is written before anything within, and committed after it."""
    async with db.connections.own() as conn, conn.transaction():
        await _write(conn, tickets)
        yield


async def _write(conn: Connection, tickets: Sequence[str]) -> None:
    for ticket in tickets:
        await conn.execute(
            "INSERT INTO outbox (id, aggregatetype, aggregateid, type, headers) "
            "VALUES (gen_random_uuid(), $1, $2, 'TicketOpened', '[]')",
            Topic.TICKETS,
            ticket,
        )


async def test_rows_are_given_in_their_order_and_once(db: Database, store: Store) -> None:
    await say(db, "a", "b", "c")
    assert await publish(store, limit=2) == ["a", "b"]
    assert await publish(store) == ["c"]
    assert await publish(store) == []
    assert await another(store) == []


async def test_a_row_that_commits_after_one_with_a_higher_number_is_given_when_it_does(
    db: Database, store: Store
) -> None:
    async with uncommitted(db, "slow"):
        for number in range(3):
            await say(db, f"quick-{number}")
            assert await publish(store) == [f"quick-{number}"]
        assert await another(store) == [f"quick-{number}" for number in range(3)]
    assert await publish(store) == ["slow"]
    assert await publish(store) == []
    assert await another(store) == []


async def test_a_number_that_was_never_committed_holds_nothing_up(db: Database, store: Store) -> None:
    await undone(db, "never", "nor this")
    await say(db, "a")
    assert await publish(store) == ["a"]
    assert await publish(store) == []
    await say(db, "b")
    assert await publish(store) == ["b"]
    assert store.rows.mark.open.reached == store.rows.mark.open.met
    assert await another(store) == []


async def test_what_could_not_be_published_is_given_again(db: Database, store: Store) -> None:
    await say(db, "a", "b", "c")
    assert await publish(store, failing="b") == ["a", "b", "c"]
    assert await publish(store) == ["b"]
    assert await publish(store) == []


async def test_what_was_refused_is_not_given_again(db: Database, store: Store) -> None:
    await say(db, "too large", "a")
    large, _ = await store.pending(100)
    await store.published([Published(large.seq, None, None, "MessageSizeTooLarge")])
    assert await another(store) == ["a"]
    assert await publish(store) == ["a"]
    assert await store.rewind(Topic.TICKETS, None) == 1
    assert await publish(store) == ["a"]


async def test_the_kept_rows_of_a_lost_topic_are_given_again_before_what_is_new(db: Database, store: Store) -> None:
    await say(db, "a", "b", "c")
    await publish(store)
    await say(db, "d")
    assert await store.rewind(Topic.SLA, None) == 0
    assert await store.rewind(Topic.TICKETS, None) == 3
    assert await publish(store, limit=2, failing="b") == ["a", "b"]
    assert await another(store) == ["b", "c"]
    assert await publish(store, limit=2) == ["b", "c"]
    assert await publish(store) == ["d"]
    assert await publish(store) == []
    assert await another(store) == []


async def test_rows_that_were_published_past_a_gap_are_given_again_when_their_topic_is_lost(
    db: Database, store: Store
) -> None:
    async with uncommitted(db, "slow"):
        await say(db, "quick")
        assert await publish(store) == ["quick"]
        assert await store.rewind(Topic.TICKETS, None) == 1
        assert await publish(store) == ["quick"]
    assert await publish(store) == ["slow"]


async def test_only_what_was_published_long_ago_is_let_go_of(db: Database, store: Store) -> None:
    await say(db, "refused", "old")
    large, old = await store.pending(100)
    await store.published(
        [Published(large.seq, None, None, "MessageSizeTooLarge"), Published(old.seq, None, None, None)]
    )
    await say(db, "old and waiting")
    async with db.transaction() as unit:
        await unit.execute("UPDATE outbox SET created_at = now() - interval '8 days'")
    await say(db, "new")
    await Prune(db)()
    async with db.transaction() as unit:
        kept = await unit.all("SELECT aggregateid FROM outbox ORDER BY seq")
    assert [row.aggregateid for row in kept] == ["refused", "old and waiting", "new"]
