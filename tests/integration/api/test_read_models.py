"""The tables keep what the pure projection says, in whatever order and grouping they are told."""

import random
from collections.abc import Sequence
from importlib import import_module
from typing import Any

import pytest

from gongdan.api.adapters.read_models import PostgresReadModels
from gongdan.api.adapters.tables import (
    CLOCKS,
    DELIVERIES,
    FIRST_ANSWERS,
    MESSAGES,
    OUTCOMES,
    RESOLUTIONS,
    TICKETS,
    TIMELINE,
)
from gongdan.api.handlers.projecting import Handlers
from gongdan.shared.contracts.registry import Event
from gongdan.shared.db.session import Database
from tests.kit.whole_story import WholeStory

STORIES = [WholeStory(number) for number in range(1, 6)]
EVENTS = [event for story in STORIES for event in (*story.all(), *story.told_and_done())]
TABLES = (MESSAGES, OUTCOMES, TICKETS, RESOLUTIONS, FIRST_ANSWERS, TIMELINE, CLOCKS, DELIVERIES)


def shuffled(seed: int) -> list[Sequence[Event]]:
    """All events and some of them again, in batches of up to seven."""
    luck = random.Random(seed)  # noqa: S311 - repeatable
    told = EVENTS + luck.sample(EVENTS, 20)
    luck.shuffle(told)
    return [told[start : start + 7] for start in range(0, len(told), 7)]


async def kept(database: Database, batches: Sequence[Sequence[Event]]) -> dict[str, list[Any]]:
    """Everything in the tables after batches told to empty ones."""
    async with database.transaction() as unit:
        for table in TABLES:
            await unit.execute(f"TRUNCATE {table.name}")
    for batch in batches:
        async with database.transaction() as unit:
            await Handlers(PostgresReadModels()).on_batch(unit, batch)
    async with database.transaction() as unit:
        return {
            table.name: [
                tuple(row)
                for row in await unit.all(
                    f"SELECT {', '.join(table.row._fields)} FROM {table.name} ORDER BY {', '.join(table.key)}"  # noqa: S608
                )
            ]
            for table in TABLES
        }


@pytest.fixture
async def database(fresh_database: str) -> Database:
    """The schema of api, empty."""
    database = Database(fresh_database, "api", "gongdan.api.migrations")
    await database.start()
    return database


async def test_the_tables_do_not_depend_on_how_the_events_are_told(database: Database) -> None:
    in_order = await kept(database, [EVENTS])
    assert {name: len(rows) for name, rows in in_order.items()} == {
        "messages": 5,
        "outcomes": 5,
        "tickets": 5,
        "resolutions": 5,
        "first_answers": 5,
        "timeline": 90,
        "clocks": 10,
        "deliveries": 5,
    }
    assert [row[1:] for row in in_order["first_answers"]] == [(-5, row.at(5)) for row in _sorted()]
    assert [row[1:] for row in in_order["resolutions"]] == [(9, row.at(9)) for row in _sorted()]
    for seed in range(8):
        assert await kept(database, shuffled(seed)) == in_order, f"seed {seed}"
    await database.stop()


def _sorted() -> list[WholeStory]:
    return sorted(STORIES, key=lambda story: story.ticket_id)


async def test_what_a_timeline_already_tells_is_taken_over_by_the_migration(database: Database) -> None:
    told = await kept(database, [EVENTS])
    migration = import_module("gongdan.api.migrations.versions.0007_moments")
    async with database.transaction() as unit:
        for table in (RESOLUTIONS, FIRST_ANSWERS):
            await unit.execute(f"TRUNCATE {table.name}")
        for statement in migration.STATEMENTS[2:]:
            await unit.execute(statement)
        for table in (RESOLUTIONS, FIRST_ANSWERS):
            sql = f"SELECT {', '.join(table.row._fields)} FROM {table.name} ORDER BY ticket_id"  # noqa: S608
            assert [tuple(row) for row in await unit.all(sql)] == told[table.name]
    await database.stop()
