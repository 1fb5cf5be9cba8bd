"""Clocks that were kept with a timer and terms each go on after the upgrade as they were."""

from datetime import timedelta
from importlib.resources import files

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine

from gongdan.shared.contracts.sla import ClockMet, DeadlineBreached, DeadlineWarned
from gongdan.sla_timer.app import MIGRATIONS, SCHEMA
from tests.handlers.sla_timer.floor import Floor
from tests.kit.story import Story

TICKET = """
    INSERT INTO tickets VALUES (:id, CAST(:snapshot AS jsonb), NULL, :correlation, 'live', true, 1)
"""
CLOCK = """
    INSERT INTO clocks VALUES (gen_random_uuid(), :id, :metric, :cycle, :phase, :at, interval '0', 'default', 1,
                               :target, '80%', :due, '')
"""
TIMER = """
    INSERT INTO timers SELECT id, :due, ticket_id, metric, 'warning', '80%' FROM clocks
    WHERE metric = :metric AND phase = 'running'
"""


def first_version(conn: Connection) -> None:
    """The tables as they were at first."""
    config = Config()
    config.set_main_option("script_location", str(files(MIGRATIONS)))
    config.set_main_option("path_separator", "os")
    config.attributes.update(connection=conn, schema=SCHEMA)
    command.upgrade(config, "0001")


async def as_it_was(url: str, story: Story) -> None:
    """A database of the first version: a ticket with an open first response, and a resolution in its second cycle."""
    engine = create_async_engine(url, connect_args={"server_settings": {"search_path": SCHEMA}})
    async with engine.connect() as conn:
        await conn.execute(text(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE"))
        await conn.execute(text(f"CREATE SCHEMA {SCHEMA}"))
        await conn.run_sync(first_version)
        snapshot = story.ticket.model_dump_json()
        await conn.execute(text(TICKET), {"id": story.id, "snapshot": snapshot, "correlation": story.correlation_id})
        for metric, cycle, phase, hours in (
            ("first_response", 1, "running", 1),
            ("resolution", 1, "met", 4),
            ("resolution", 2, "running", 4),
        ):
            target = timedelta(hours=hours)
            clock = {"id": story.id, "metric": metric, "cycle": cycle, "phase": phase, "target": target}
            await conn.execute(text(CLOCK), clock | {"at": story.noon, "due": story.noon + target})
            if phase == "running":
                await conn.execute(text(TIMER), {"metric": metric, "due": story.noon + target * 0.8})
        await conn.commit()
    await engine.dispose()


async def test_open_clocks_keep_their_times_and_terms_and_only_the_latest_cycle_stays(floor: Floor) -> None:
    story = Story()
    await as_it_was(floor.url, story)
    await floor.db.start()
    rows = await floor.query("SELECT metric, cycle, wake_at FROM clocks ORDER BY metric")
    assert [(row.metric, row.cycle) for row in rows] == [("first_response", 1), ("resolution", 2)]
    assert [row.wake_at for row in rows] == [story.at(48), story.at(192)]
    await floor.turns_until_idle(story.at(48))
    await floor.turns_until_idle(story.at(60))
    (warned,) = await floor.said(DeadlineWarned)
    (breached,) = await floor.said(DeadlineBreached)
    assert (warned.data.due_at, breached.data.ticket, breached.data.team) == (story.at(60), "GD-1", "support")
    story.version = 1
    await floor.hears(story.answered(70))
    (met,) = await floor.said(ClockMet)
    assert (met.data.late, met.data.target_seconds) == (True, 3600)
