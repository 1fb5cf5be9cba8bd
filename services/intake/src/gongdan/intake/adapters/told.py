"""What the other services are told of definitions: each one in force, each one gone, then how many there are."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from gongdan.intake.domain.changes import Planned
from gongdan.intake.domain.events import SOURCE
from gongdan.shared.contracts.definitions import (
    COMPLETE_KEY,
    DefinitionApplied,
    DefinitionsComplete,
    definition_key,
)
from gongdan.shared.contracts.envelope import Actor, Envelope, to_headers
from gongdan.shared.contracts.registry import Event
from gongdan.shared.contracts.topics import Topic
from gongdan.shared.db.outbox import OutboxRow, headers_to_json, row_of
from gongdan.shared.ids import derived_id


def told(changes: Iterable[Planned], author: str, at: datetime) -> list[OutboxRow]:
    """One record per changed definition: the document, or a tombstone where it was deleted."""
    return [
        _tombstone(item, author, at) if item.document is None else row_of(_applied(item, author, at))
        for item in changes
        if item.result != "unchanged"
    ]


def complete(revision: int, count: int, author: str, at: datetime) -> OutboxRow:
    """The record that puts a revision in force."""
    envelope = _envelope(derived_id("definitions", revision), "DefinitionsComplete", COMPLETE_KEY, author, at)
    return row_of(Event(envelope, DefinitionsComplete(revision=revision, count=count), COMPLETE_KEY))


def _applied(item: Planned, author: str, at: datetime) -> Event:
    kind, workspace, name = item.key
    key = definition_key(kind, workspace or None, name)
    data = DefinitionApplied(
        kind=kind,
        workspace=workspace or None,
        name=name,
        version=item.version,
        document=item.document or {},
        author=author,
        applied_at=at,
    )
    return Event(_envelope(_id_of(item), "DefinitionApplied", key, author, at), data, key)


def _tombstone(item: Planned, author: str, at: datetime) -> OutboxRow:
    kind, workspace, name = item.key
    key = definition_key(kind, workspace or None, name)
    headers = headers_to_json(to_headers(_envelope(_id_of(item), "DefinitionDeleted", key, author, at)))
    return OutboxRow(_id_of(item), Topic.DEFINITIONS, key, "DefinitionDeleted", None, headers)


def _id_of(item: Planned) -> UUID:
    return derived_id("definition", *item.key, item.version)


def _envelope(event_id: UUID, event_type: str, subject: str, author: str, at: datetime) -> Envelope:
    return Envelope(
        id=event_id,
        type=event_type,
        source=SOURCE,
        subject=subject,
        occurred_at=at,
        recorded_at=at,
        actor=Actor.parse(author),
        correlation_id=event_id,
    )
