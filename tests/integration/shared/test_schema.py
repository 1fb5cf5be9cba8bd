"""Tables are brought up to date at a start, and left alone where they are."""

from importlib.resources import files

import pytest
from alembic.script import ScriptDirectory

from gongdan.shared.db import schema
from gongdan.shared.db.session import Database

KIT = "tests.kit.migrations"
PACKAGES = [f"gongdan.{service}.migrations" for service in ("intake", "router", "sla_timer", "notifier", "api")]


@pytest.mark.parametrize("package", [KIT, *PACKAGES])
def test_the_name_of_a_migrations_file_tells_its_revision(package: str) -> None:
    history = ScriptDirectory(str(files(package)))
    assert schema.newest(package) == history.get_current_head()


async def test_a_start_that_finds_all_tables_as_they_should_be_does_not_load_what_makes_them(
    fresh_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = Database(fresh_database, "kit", KIT)
    assert await schema.revision_of(fresh_database, "kit") is None
    await database.start()
    assert await schema.revision_of(fresh_database, "kit") == schema.newest(KIT)
    monkeypatch.setattr(schema, "MIGRATING", "tests.kit.nothing_of_this_name")
    await database.start()
    await database.stop()
