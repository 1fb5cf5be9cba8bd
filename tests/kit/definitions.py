"""Definitions as intake says them, for services under test that read them from the topic."""

from collections.abc import Sequence
from datetime import UTC, datetime

from gongdan.shared.contracts.definitions import (
    COMPLETE_KEY,
    DefinitionApplied,
    DefinitionsComplete,
    definition_key,
)
from gongdan.shared.contracts.registry import Event
from gongdan.shared.definitions.registry import Definition
from gongdan.shared.ids import derived_id
from tests.kit.envelopes import envelope_of


def revision(number: int, definitions: Sequence[Definition]) -> list[Event]:
    """All that intake says to bring these into force."""
    complete = DefinitionsComplete(revision=number, count=len(definitions))
    return [*map(_applied, definitions), _said(complete, COMPLETE_KEY, number)]


def _applied(item: Definition) -> Event:
    applied = DefinitionApplied(
        kind=item.kind,
        workspace=item.workspace,
        name=item.name,
        version=item.version,
        document=item.document,
        author="test",
        applied_at=datetime.now(UTC),
    )
    return _said(applied, definition_key(item.kind, item.workspace, item.name), item.version)


def _said(data: DefinitionApplied | DefinitionsComplete, key: str, version: int) -> Event:
    id_ = derived_id("test-definition", key, version)
    envelope = envelope_of(data, key, id_, datetime.now(UTC), source="gongdan.intake")
    return Event(envelope, data, key)
