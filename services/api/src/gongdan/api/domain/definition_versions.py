"""Versions of definitions as rows: who applied what, when and why."""

from datetime import datetime

import orjson

from gongdan.api.domain.rows import DefinitionVersionRow, Json
from gongdan.api.domain.texts import storable
from gongdan.shared.contracts.definitions import DefinitionApplied, DefinitionDeleted

VersionKey = tuple[str, str, str, int]


def applied_row(data: DefinitionApplied) -> DefinitionVersionRow:
    """A version with its document."""
    return _row(data, Json(orjson.dumps(data.document).decode()), data.applied_at)


def deleted_row(data: DefinitionDeleted) -> DefinitionVersionRow:
    """The version that a deletion made."""
    return _row(data, None, data.deleted_at)


def _row(data: DefinitionApplied | DefinitionDeleted, document: Json | None, at: datetime) -> DefinitionVersionRow:
    return DefinitionVersionRow(
        *version_of(data),
        revision=data.revision,
        document=document,
        author=data.author,
        reason=storable(data.reason),
        applied_at=at,
    )


def version_of(data: DefinitionApplied | DefinitionDeleted) -> VersionKey:
    """The version that an event is about."""
    return data.kind, data.workspace or "", data.name, data.version


def key_of(row: DefinitionVersionRow) -> VersionKey:
    """What a version is known by."""
    return row.kind, row.workspace, row.name, row.version
