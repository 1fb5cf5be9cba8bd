"""One way to subscribe, with nothing left to defaults; one way forward for every schema."""

import ast
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory

from tests.architecture.house import SERVICES, SHARED, Member, parse, sources, where

BUS = SHARED.source / "bus"
SAID_ALOUD = {"auto_offset_reset", "enable_auto_commit", "group_id"}


def calls(path: Path, name: str) -> list[ast.Call]:
    """Every call of what has that name."""
    return [
        node
        for node in ast.walk(parse(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name
    ]


def subscriptions() -> list[tuple[Path, ast.Call]]:
    """Every place where the product makes a consumer."""
    return [(path, call) for path in sources() for call in calls(path, "AIOKafkaConsumer")]


def test_only_the_bus_subscribes() -> None:
    """A client's defaults commit on a timer and skip what is there already; the bus does not leave them to chance."""
    assert [where(path, call) for path, call in subscriptions() if BUS not in path.parents] == []


def test_the_bus_leaves_nothing_about_a_subscription_to_defaults() -> None:
    assert subscriptions()
    for path, call in subscriptions():
        assert {keyword.arg for keyword in call.keywords} >= SAID_ALOUD, where(path, call)


@pytest.mark.parametrize("member", SERVICES, ids=lambda member: member.name)
def test_a_migration_history_has_exactly_one_head(member: Member) -> None:
    config = Config()
    config.set_main_option("script_location", str(member.source / "migrations"))
    config.set_main_option("path_separator", "os")
    assert len(ScriptDirectory.from_config(config).get_heads()) == 1
