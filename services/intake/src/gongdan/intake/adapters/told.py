"""What the other services are told of definitions: each one in force, each one gone, then how many there are."""

from collections.abc import Iterable
from uuid import UUID

from gongdan.intake.domain.changes import Planned
from gongdan.intake.domain.events import SOURCE
from gongdan.intake.ports import Change
from gongdan.shared.contracts.definitions import (
    COMPLETE_KEY,
    DefinitionApplied,
    DefinitionDeleted,
    DefinitionsComplete,
    definition_key,
)
from gongdan.shared.contracts.envelope import Actor, Envelope, to_headers
from gongdan.shared.contracts.registry import Event
from gongdan.shared.contracts.topics import Topic
from gongdan.shared.db.outbox import OutboxRow, headers_to_json, row_of
from gongdan.shared.ids import derived_id

TOMBSTONE = "DefinitionTombstone"


def told(changes: Iterable[Planned], change: Change, revision: int) -> list[OutboxRow]:
    """For each changed definition its document; where it was deleted, who did it and why, then a tombstone."""
    found: list[OutboxRow] = []
    for item in changes:
        if item.document is not None and item.result != "unchanged":
            found.append(row_of(_applied(item, change, revision)))
        elif item.document is None:
            found += [row_of(_deleted(item, change, revision)), _tombstone(item, change)]
    return found


def complete(revision: int, count: int, change: Change) -> OutboxRow:
    """The record that puts a revision in force."""
    envelope = _envelope(derived_id("definitions", revision), "DefinitionsComplete", COMPLETE_KEY, change)
    return row_of(Event(envelope, DefinitionsComplete(revision=revision, count=count), COMPLETE_KEY))


def _applied(item: Planned, change: Change, revision: int) -> Event:
    kind, workspace, name = item.key
    key = definition_key(kind, workspace or None, name)
    # What was checked when it was applied is not checked once more: thousands of documents take seconds.
    data = DefinitionApplied.model_construct(
        kind=kind,
        workspace=workspace or None,
        name=name,
        version=item.version,
        document=item.document or {},
        author=change.author,
        applied_at=change.at,
        reason=change.reason,
        revision=revision,
    )
    return Event(_envelope(_id_of(item), "DefinitionApplied", key, change), data, key)


def _deleted(item: Planned, change: Change, revision: int) -> Event:
    kind, workspace, name = item.key
    key = definition_key(kind, workspace or None, name)
    data = DefinitionDeleted(
        kind=kind,
        workspace=workspace or None,
        name=name,
        version=item.version,
        author=change.author,
        deleted_at=change.at,
        reason=change.reason,
        revision=revision,
    )
    return Event(_envelope(_id_of(item), "DefinitionDeleted", key, change), data, key)


def _tombstone(item: Planned, change: Change) -> OutboxRow:
    kind, workspace, name = item.key
    key = definition_key(kind, workspace or None, name)
    event_id = derived_id("definition", *item.key, item.version, "tombstone")
    headers = headers_to_json(to_headers(_envelope(event_id, TOMBSTONE, key, change)))
    return OutboxRow(event_id, Topic.DEFINITIONS, key, TOMBSTONE, None, headers)


def _id_of(item: Planned) -> UUID:
    return derived_id("definition", *item.key, item.version)


def _envelope(event_id: UUID, event_type: str, subject: str, change: Change) -> Envelope:
    return Envelope(
        id=event_id,
        type=event_type,
        source=SOURCE,
        subject=subject,
        occurred_at=change.at,
        recorded_at=change.at,
        actor=Actor.parse(change.author),
        correlation_id=event_id,
    )
