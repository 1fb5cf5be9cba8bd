"""A catalog is swapped as a whole: at a revision that is all there, and never back."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from pydantic import JsonValue

from gongdan.shared.bus.records import Record
from gongdan.shared.contracts.base import Contract
from gongdan.shared.contracts.definitions import COMPLETE_KEY, DefinitionApplied, DefinitionsComplete, definition_key
from gongdan.shared.contracts.envelope import Actor, to_headers
from gongdan.shared.contracts.topics import Topic
from gongdan.shared.definitions.agent import Agent
from gongdan.shared.definitions.reader import DefinitionsReader
from gongdan.shared.health import Health
from tests.kit.envelopes import envelope_of
from tests.kit.service import settings

NOW = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.fixture
def reader() -> DefinitionsReader:
    """A reader that is given its records by hand."""
    return DefinitionsReader("router", settings("postgresql://", "127.0.0.1:1"), Health("router"))


def record(key: str, data: Contract) -> Record:
    """A record of the definitions topic."""
    envelope = envelope_of(data, key, uuid4(), NOW, source="gongdan.intake", actor=Actor("agent", "admin"))
    return Record(Topic.DEFINITIONS, 0, 0, key, data.model_dump_json().encode(), to_headers(envelope))


def agent(name: str, version: int = 1, **spec: str) -> Record:
    """An agent, shown as its name and version."""
    document: dict[str, JsonValue] = {
        "kind": "Agent",
        "metadata": {"name": name},
        "spec": {"display": f"{name} {version}", **spec},
    }
    data = DefinitionApplied(
        kind="Agent", name=name, version=version, document=document, author="agent:admin", applied_at=NOW
    )
    return record(definition_key("Agent", None, name), data)


def gone(name: str) -> Record:
    """A tombstone."""
    return Record(Topic.DEFINITIONS, 0, 0, definition_key("Agent", None, name), None, [])


def complete(revision: int, count: int) -> Record:
    """All of a revision was said."""
    return record(COMPLETE_KEY, DefinitionsComplete(revision=revision, count=count))


def shown(reader: DefinitionsReader, *records: Record) -> list[str]:
    """The agents in force after these records."""
    for item in records:
        reader.take(item)
    return [spec.display for _, spec in reader.current.all(Agent)]


def test_nothing_is_in_force_before_its_revision_is_complete(reader: DefinitionsReader) -> None:
    assert shown(reader, agent("a"), agent("b")) == []
    assert shown(reader, complete(1, 2)) == ["a 1", "b 1"]


def test_a_change_is_in_force_when_its_revision_is_complete(reader: DefinitionsReader) -> None:
    assert shown(reader, agent("a"), complete(1, 1), agent("a", 2), agent("b")) == ["a 1"]
    assert shown(reader, complete(2, 2)) == ["a 2", "b 1"]


def test_a_tombstone_takes_a_definition_out_of_force(reader: DefinitionsReader) -> None:
    assert shown(reader, agent("a"), agent("b"), complete(1, 2), gone("a"), complete(2, 1)) == ["b 1"]


def test_a_revision_that_is_not_all_there_waits_for_the_rest(reader: DefinitionsReader) -> None:
    assert shown(reader, agent("b", 2), complete(2, 2)) == []
    assert reader.current.revision == 0
    assert shown(reader, agent("a"), agent("b", 2), complete(2, 2)) == ["a 1", "b 2"]


def test_a_log_that_is_read_again_from_its_beginning_changes_nothing(reader: DefinitionsReader) -> None:
    story = [agent("a"), complete(1, 1), agent("a", 2), complete(2, 1)]
    assert shown(reader, *story) == ["a 2"]
    assert shown(reader, *story) == ["a 2"]


def test_what_this_version_cannot_read_keeps_its_predecessor_and_shows(reader: DefinitionsReader) -> None:
    assert shown(reader, agent("a"), complete(1, 1), agent("a", 2, newer="field"), complete(2, 1)) == ["a 1"]
    assert "Agent//a: version 2 cannot be read" in str(reader._wrong())
    assert shown(reader, agent("a", 3), complete(3, 1)) == ["a 3"]
    assert reader._wrong() is None


def test_what_no_version_could_read_does_not_keep_the_others_waiting(reader: DefinitionsReader) -> None:
    assert shown(reader, agent("a"), agent("b", 1, newer="field"), complete(1, 2)) == ["a 1"]
