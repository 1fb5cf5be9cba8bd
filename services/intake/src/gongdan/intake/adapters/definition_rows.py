"""The rows of definitions: one per version, never changed. NULL as document means that the version deleted it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from gongdan.intake.adapters import told
from gongdan.intake.domain.changes import Planned, Result
from gongdan.intake.ports import Change
from gongdan.shared.db.session import Transaction
from gongdan.shared.definitions.catalog import Key
from gongdan.shared.errors import Complaint, FixInput
from gongdan.shared.json import dumps

LATEST_SINCE = """
    SELECT DISTINCT ON (kind, workspace, name)
           kind, workspace, name, version, revision, document, author, reason, applied_at
    FROM definitions WHERE revision > :known ORDER BY kind, workspace, name, version DESC
    """
VERSIONS = """
    SELECT version, document FROM definitions WHERE kind = :kind AND workspace = :workspace AND name = :name
    ORDER BY version DESC LIMIT :most
    """
INSERT = """
    INSERT INTO definitions (kind, workspace, name, version, revision, document, author, reason, applied_at)
    SELECT kind, workspace, name, version, :revision, document, :author, :reason, :at
    FROM unnest(CAST(:kinds AS text[]), CAST(:workspaces AS text[]), CAST(:names AS text[]),
                CAST(:versions AS int[]), CAST(:documents AS json[])) AS t (kind, workspace, name, version, document)
    """
MOST_VERSIONS = 1_000

# A row of a query; the driver's rows have no types.
Row = Any


@dataclass(frozen=True, slots=True)
class Latest:
    """The latest version of a definition as its row has it."""

    key: Key
    version: int
    revision: int
    document: dict[str, Any] | None
    change: Change


async def lock(unit: Transaction) -> None:
    """One change at a time, so that versions and revisions follow each other without gaps."""
    await unit.execute("SELECT pg_advisory_xact_lock(hashtext(current_schema() || '-definitions'))")


async def revision(unit: Transaction) -> int:
    """The number of the last change; 0 when there was none."""
    row = await unit.one("SELECT coalesce(max(revision), 0) AS revision FROM definitions")
    return int(row.revision) if row else 0


async def latest(unit: Transaction, since: int = 0) -> list[Latest]:
    """The latest version of each definition that changed after a revision."""
    return [_latest(row) for row in await unit.all(LATEST_SINCE, {"known": since})]


async def versions(unit: Transaction, key: Key) -> Sequence[Row]:
    """Version and document of what a definition was, newest first, at most MOST_VERSIONS."""
    kind, workspace, name = key
    return await unit.all(VERSIONS, {"kind": kind, "workspace": workspace, "name": name, "most": MOST_VERSIONS})


async def version(unit: Transaction, key: Key, number: int) -> dict[str, Any]:
    """The document of one version. Raises FixInput: 404 when there is none, 422 when that version deleted it."""
    known = {row.version: row.document for row in await versions(unit, key)}
    if number not in known:
        cure = f"one of: {', '.join(map(str, sorted(known)[-20:]))}" if known else "name a definition that was applied"
        complaint = Complaint("version", f"there is no version {number} of {key[0]} {key[2]!r}", cure)
        raise FixInput("unknown-definition", "no such version", complaint, status=404)
    document: dict[str, Any] | None = known[number]
    if document is None:
        complaint = Complaint("version", f"version {number} deleted it", "name another version, or delete it")
        raise FixInput("unknown-definition", "that version deleted it", complaint)
    return document


async def insert(unit: Transaction, number: int, planned: Sequence[Planned], change: Change) -> None:
    """Keep new versions under a revision, and say them."""
    values = {
        "kinds": [item.key[0] for item in planned],
        "workspaces": [item.key[1] for item in planned],
        "names": [item.key[2] for item in planned],
        "versions": [item.version for item in planned],
        "documents": [None if item.document is None else dumps(item.document).decode() for item in planned],
    }
    facts = {"revision": number, "author": change.author, "reason": change.reason, "at": change.at}
    await unit.execute(INSERT, values | facts)


async def tell_all(unit: Transaction) -> None:
    """Say all again, for readers whose topic was lost: what is in force, and what is not any more."""
    await lock(unit)
    rows = await latest(unit)
    for row in rows:
        result: Result = "deleted" if row.document is None else "changed"
        item = Planned(row.key, row.version, result, row.document)
        unit.rows.extend(told.told([item], row.change, row.revision))
    if rows:
        newest = max(rows, key=lambda row: row.revision)
        count = sum(row.document is not None for row in rows)
        unit.rows.append(told.complete(newest.revision, count, newest.change))


def _latest(row: Row) -> Latest:
    change = Change(row.author, row.applied_at, row.reason)
    return Latest((row.kind, row.workspace, row.name), row.version, row.revision, row.document, change)
