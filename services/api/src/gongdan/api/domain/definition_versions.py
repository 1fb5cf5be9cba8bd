"""Versions of definitions as rows: who applied what, when and why."""

import orjson

from gongdan.api.domain.rows import DefinitionVersionRow, Json
from gongdan.api.domain.texts import storable
from gongdan.shared.contracts.definitions import DefinitionApplied, DefinitionDeleted

VersionKey = tuple[str, str, str, int]


def applied_row(data: DefinitionApplied) -> DefinitionVersionRow:
    """A version with its document."""
    return DefinitionVersionRow(
        kind=data.kind,
        workspace=data.workspace or "",
        name=data.name,
        version=data.version,
        revision=data.revision,
        document=Json(orjson.dumps(data.document).decode()),
        author=data.author,
        reason=storable(data.reason),
        applied_at=data.applied_at,
    )


def deleted_row(data: DefinitionDeleted) -> DefinitionVersionRow:
    """The version that a deletion made."""
    return DefinitionVersionRow(
        kind=data.kind,
        workspace=data.workspace or "",
        name=data.name,
        version=data.version,
        revision=data.revision,
        document=None,
        author=data.author,
        reason=storable(data.reason),
        applied_at=data.deleted_at,
    )


def version_of(data: DefinitionApplied | DefinitionDeleted) -> VersionKey:
    """The version that an event is about."""
    return data.kind, data.workspace or "", data.name, data.version


def key_of(row: DefinitionVersionRow) -> VersionKey:
    """What a version is known by."""
    return row.kind, row.workspace, row.name, row.version
