"""Which definitions are asked for, always in the same order: by kind, name, and workspace."""

from collections.abc import Iterable
from typing import Any

from gongdan.shared.definitions import references
from gongdan.shared.definitions.catalog import Catalog
from gongdan.shared.definitions.registry import KINDS, Definition

RANK = {kind: rank for rank, kind in enumerate(KINDS)}


def ordered(items: Iterable[Definition]) -> list[Definition]:
    """In the order of kinds, then by name and workspace."""
    return sorted(items, key=lambda item: (RANK.get(item.kind, len(RANK)), item.name, item.workspace or ""))


def of_workspace(catalog: Catalog, workspace: str) -> list[Definition]:
    """A workspace and all that belongs to it, its mailboxes too; not what all share."""
    return ordered(item for item in catalog.items.values() if references.belongs(item, workspace))


def of_kind(catalog: Catalog, kind: str, workspace: str | None) -> list[Definition]:
    """Those of a kind that apply in a workspace (None: in any)."""
    places = {workspace, None}
    found = (item for key, item in catalog.items.items() if key[0] == kind)
    return ordered(item for item in found if workspace is None or item.workspace in places)


def named(catalog: Catalog, kind: str, name: str, workspace: str | None) -> Definition | None:
    """One by name: the workspace's own, else the one that all share; without a workspace, that one, else any."""
    found = [item for item in of_kind(catalog, kind, workspace) if item.name == name]
    own = next((item for item in found if item.workspace == workspace), None)
    return own or next(iter(found), None)


def with_version(item: Definition) -> dict[str, Any]:
    """The document with its version, so that applying it again notices changes made meanwhile."""
    metadata = {**item.document["metadata"], "version": item.version}
    return {**item.document, "metadata": metadata}
