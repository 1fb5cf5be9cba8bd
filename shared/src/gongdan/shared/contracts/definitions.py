"""What intake says on `definitions`: the current version of every definition, then how many there are."""

from datetime import datetime

from pydantic import JsonValue

from gongdan.shared.contracts.base import Contract

COMPLETE_KEY = "_complete"


class DefinitionApplied(Contract):
    """A definition in force. The record's key is `kind/workspace/name`, workspace empty where it has none."""

    kind: str
    workspace: str | None = None
    name: str
    version: int
    document: dict[str, JsonValue]
    author: str
    applied_at: datetime
    reason: str = ""
    revision: int | None = None


class DefinitionDeleted(Contract):
    """A definition not in force any more, by whom and why; a tombstone of the same key follows. `version` is the
    one that the deletion made."""

    kind: str
    workspace: str | None = None
    name: str
    version: int
    author: str
    deleted_at: datetime
    reason: str = ""
    revision: int


class DefinitionsComplete(Contract):
    """Everything up to `revision` has been said: a reader that has this is in force, not half-informed."""

    revision: int
    count: int


def definition_key(kind: str, workspace: str | None, name: str) -> str:
    """The record key of a definition."""
    return f"{kind}/{workspace or ''}/{name}"
