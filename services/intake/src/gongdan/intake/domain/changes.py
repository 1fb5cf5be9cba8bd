"""What applying definitions changes: which get a new version, which are what they already were."""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Literal

from gongdan.shared.definitions.catalog import Key
from gongdan.shared.definitions.registry import Definition
from gongdan.shared.errors import Complaint, FixInput

Result = Literal["created", "changed", "unchanged", "deleted"]


@dataclass(frozen=True, slots=True)
class Stored:
    """The latest version of a definition; `document` None when that version deleted it."""

    key: Key
    version: int
    document: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Planned:
    """What is to become of one definition."""

    key: Key
    version: int
    result: Result
    document: dict[str, Any] | None


def plan(stored: Mapping[Key, Stored], wanted: Sequence[Definition]) -> list[Planned]:
    """One Planned per wanted definition, in order.

    Raises FixInput (422) when one is given twice, (409) when one names a version that is not the latest.
    """
    _once_each(wanted)
    return [_plan_one(stored.get(item.key), item) for item in wanted]


def plan_deletion(stored: Mapping[Key, Stored], key: Key) -> Planned:
    """The deletion of one definition. Raises FixInput (404) when there is none."""
    found = stored.get(key)
    if found is None or found.document is None:
        kind, workspace, name = key
        where = f" in workspace {workspace}" if workspace else ""
        complaint = Complaint("name", f"there is no {kind} {name!r}{where}", "name one that exists")
        raise FixInput("unknown-definition", "no such definition", complaint, status=404)
    return Planned(key, found.version + 1, "deleted", None)


def _plan_one(stored: Stored | None, wanted: Definition) -> Planned:
    document = without_version(wanted.document)
    if stored is None:
        return Planned(wanted.key, 1, "created", document)
    _latest(stored, wanted)
    if stored.document == document:
        return Planned(wanted.key, stored.version, "unchanged", document)
    return Planned(wanted.key, stored.version + 1, "changed" if stored.document else "created", document)


def without_version(document: dict[str, Any]) -> dict[str, Any]:
    """The document as its author wrote it; versions are counted by us."""
    copy = deepcopy(document)
    copy["metadata"].pop("version", None)
    return copy


def _latest(stored: Stored, wanted: Definition) -> None:
    given = wanted.document["metadata"].get("version")
    if given is not None and given != stored.version:
        complaint = Complaint(
            "metadata.version",
            f"{wanted.kind} {wanted.name} is at version {stored.version}, not {given}",
            "start from the latest version, or leave the version out",
        )
        raise FixInput("version-conflict", "the definition has changed since it was read", complaint, status=409)


def _once_each(wanted: Sequence[Definition]) -> None:
    seen: set[Key] = set()
    for item in wanted:
        if item.key in seen:
            complaint = Complaint("metadata.name", f"{item.kind} {item.name!r} is given twice", "keep one of them")
            raise FixInput("invalid-definition", "nothing was applied", complaint)
        seen.add(item.key)
