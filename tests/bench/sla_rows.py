"""Open clocks by the million, written as rows: two for each ticket, under the terms of the usual policy."""

from datetime import datetime, timedelta

from gongdan.shared.db.session import Database
from gongdan.sla_timer.adapters.terms import TermsShelf
from gongdan.sla_timer.domain.terms import Terms
from tests.kit.story import Story

CHUNK = 50_000
# Far from due: what a bench wants due it makes due.
PROMISE = {"first_response": Terms("default", 1, timedelta(days=300), ("80%",))}
PROMISE["resolution"] = Terms("default", 1, timedelta(days=400), ("80%",))

TICKETS = """
    INSERT INTO tickets (id, number, workspace, category, team, assignee, snapshot, event_id, correlation_id, mode,
                         open, policies_revision)
    SELECT CAST(md5('bench' || n) AS uuid), 'GD-' || n, 'support', 'open', 'support', 'agent',
        replace(replace(CAST(:snapshot AS text), CAST(:id AS text), CAST(CAST(md5('bench' || n) AS uuid) AS text)),
                'GD-1"', 'GD-' || n || '"'),
        CAST(md5('event' || n) AS uuid), CAST(md5('message' || n) AS uuid), 'live', true, 1
    FROM generate_series(CAST(:first AS int), CAST(:last AS int)) AS n
"""
CLOCKS = """
    INSERT INTO clocks (id, ticket_id, metric, cycle, phase, at, elapsed, terms, due_at, wake_at, fired, ran)
    SELECT CAST(md5(CAST(:metric AS text) || n) AS uuid), CAST(md5('bench' || n) AS uuid), CAST(:metric AS text), 1,
        'running', start, interval '0', CAST(:terms AS bigint), start + CAST(:target AS interval),
        start + CAST(:target AS interval) * 0.8, '', ''
    FROM generate_series(CAST(:first AS int), CAST(:last AS int)) AS n,
        LATERAL (SELECT now() - n % 86400 * interval '1 second' AS start) AS began
"""
# Keeps the clock as it is and moves all its times, so that its warning is due at the wanted moment.
MAKE_DUE = """
    WITH chosen AS (
        SELECT ticket_id, metric, wake_at, row_number() OVER () - 1 AS nth FROM (
            SELECT * FROM clocks WHERE wake_at > now() + interval '1 day' LIMIT :count) AS picked)
    UPDATE clocks SET at = clocks.at + moved, due_at = clocks.due_at + moved, wake_at = clocks.wake_at + moved
    FROM chosen, LATERAL (SELECT CAST(:start AS timestamptz) + nth * CAST(:apart AS interval) - chosen.wake_at AS moved)
        AS by
    WHERE clocks.ticket_id = chosen.ticket_id AND clocks.metric = chosen.metric
"""
TIMERS = """
    INSERT INTO timers (id, ticket_id, due_at, name, purpose, only_in, ticket, workspace, set_by, correlation_id, mode,
                        data)
    SELECT CAST(md5('timer' || n) AS uuid), CAST(md5('bench' || n) AS uuid),
        CAST(:start AS timestamptz) + n * CAST(:apart AS interval), 'bench', 'other', '{}', 'GD-' || n, 'support',
        CAST(md5('event' || n) AS uuid), CAST(md5('message' || n) AS uuid), 'live', '{}'
    FROM generate_series(1, CAST(:count AS int)) AS n
"""


async def fill(db: Database, shelf: TermsShelf, clocks: int) -> None:
    """Write so many clocks of tickets that are open."""
    story = Story()
    async with db.transaction() as unit:
        await shelf.keep(unit, [number for terms in PROMISE.values() if (number := shelf.number(terms)) is not None])
    for first in range(1, clocks // 2 + 1, CHUNK):
        reach = {"first": first, "last": min(first + CHUNK - 1, clocks // 2)}
        async with db.transaction() as unit:
            snapshot = story.ticket.model_dump_json()
            await unit.execute(TICKETS, {"snapshot": snapshot, "id": str(story.id), **reach})
            for metric, terms in PROMISE.items():
                values = {"metric": metric, "terms": shelf.number(terms), "target": terms.target}
                await unit.execute(CLOCKS, {**values, **reach})
    for table in ("tickets", "clocks"):
        await db.at_once(f"VACUUM ANALYZE {table}")


async def make_due(db: Database, count: int, start: datetime, apart: timedelta) -> None:
    """Move so many clocks in time, so that the first warns at `start` and each other one so long after the last."""
    async with db.transaction() as unit:
        await unit.execute(MAKE_DUE, {"count": count, "start": start, "apart": apart})


async def set_timers(db: Database, count: int, start: datetime, apart: timedelta) -> None:
    """Set so many timers as others ask for them, the first soon after `start` and each so long after the last."""
    async with db.transaction() as unit:
        await unit.execute(TIMERS, {"count": count, "start": start, "apart": apart})


async def count(db: Database) -> int:
    """How many clocks are open."""
    (row,) = await db.at_once("SELECT count(*) AS count FROM clocks WHERE phase IN ('running', 'paused')")
    found: int = row.count
    return found
