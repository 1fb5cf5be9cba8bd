"""What applying definitions changes: which get a new version, which are what they already were."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from gongdan.intake.domain.sent import Written
from gongdan.shared.definitions.catalog import Key
from gongdan.shared.definitions.registry import Definition
from gongdan.shared.errors import Complaint, FixInput

Result = Literal["created", "changed", "unchanged", "deleted"]
STALE = "start from the latest version, or leave the version out"


@dataclass(frozen=True, slots=True)
class Stored:
    """The latest version of a definition; `document` None when that version deleted it."""

    key: Key
    version: int
    document: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Planned:
    """What is to become of one definition. `before` is the document it replaces."""

    key: Key
    version: int
    result: Result
    document: dict[str, Any] | None
    before: dict[str, Any] | None = None


def plan(stored: Mapping[Key, Stored], wanted: Sequence[Definition]) -> list[Planned]:
    """One Planned per wanted definition, in order."""
    return [_plan_one(stored.get(item.key), item) for item in wanted]


def plan_deletion(stored: Mapping[Key, Stored], key: Key) -> Planned:
    """The deletion of one definition. Raises FixInput (404) when there is none."""
    found = stored.get(key)
    if found is None or found.document is None:
        raise unknown(key)
    return Planned(key, found.version + 1, "deleted", None, found.document)


def unknown(key: Key) -> FixInput:
    """There is no such definition (404)."""
    kind, workspace, name = key
    where = f" in workspace {workspace}" if workspace else ""
    complaint = Complaint("name", f"there is no {kind} {name!r}{where}", "name one that exists")
    return FixInput("unknown-definition", "no such definition", complaint, status=404)


def _plan_one(stored: Stored | None, wanted: Definition) -> Planned:
    document = without_version(wanted.document)
    if stored is None:
        return Planned(wanted.key, 1, "created", document)
    if stored.document == document:
        return Planned(wanted.key, stored.version, "unchanged", document, document)
    result: Result = "created" if stored.document is None else "changed"
    return Planned(wanted.key, stored.version + 1, result, document, stored.document)


def without_version(document: dict[str, Any]) -> dict[str, Any]:
    """The document as its author wrote it; versions are counted by us."""
    metadata = {name: value for name, value in document["metadata"].items() if name != "version"}
    return {**document, "metadata": metadata}


def stale(stored: Mapping[Key, Stored], sent: Sequence[tuple[Written, Definition]]) -> list[Complaint]:
    """A complaint for each definition that names a version which is not the latest."""
    found: list[Complaint] = []
    for written, item in sent:
        given = item.document["metadata"].get("version")
        latest = stored[item.key].version if item.key in stored else 0
        if given is not None and given != latest:
            where = f"is at version {latest}" if latest else "does not exist yet"
            problem = f"{item.kind} {item.name} {where}; version {given} was given"
            found.append(written.complaint("metadata.version", problem, STALE))
    return found


def repeated(sent: Sequence[tuple[Written, Definition]]) -> list[Complaint]:
    """A complaint for each definition that another document of the same request gives already."""
    found: list[Complaint] = []
    first: dict[Key, Written] = {}
    for written, item in sent:
        before = first.setdefault(item.key, written)
        if before is not written:
            problem = f"{item.kind} {item.name!r} is given twice, first in documents[{before.number}]"
            found.append(written.complaint("metadata.name", problem, "keep one of them"))
    return found
