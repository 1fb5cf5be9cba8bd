"""What definitions were: every version that the topic told of.

A topic that was compacted before this service first read it tells of the latest versions only; intake keeps all.
"""

from gongdan.api.domain.views import DefinitionHistory, DefinitionVersion
from gongdan.shared.db.pool import Row
from gongdan.shared.db.session import Database

PAGE = """
    SELECT * FROM definition_versions
    WHERE kind = :kind AND workspace = :workspace AND name = :name AND version < :before
    ORDER BY version DESC LIMIT :most
    """
NEWEST = 2**31 - 1


class PostgresDefinitionVersions:
    """The table `definition_versions`."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def page(self, key: tuple[str, str, str], before: int | None, limit: int) -> DefinitionHistory:
        """Versions older than `before`, newest first. Raises RetryLater on passing faults."""
        kind, workspace, name = key
        values = {"kind": kind, "workspace": workspace, "name": name, "before": before or NEWEST, "most": limit + 1}
        async with self._db.transaction() as unit:
            rows = await unit.all(PAGE, values)
        shown = [_version(row) for row in rows[:limit]]
        return DefinitionHistory(items=shown, next=shown[-1].version if len(rows) > limit else None)


def _version(row: "Row") -> DefinitionVersion:
    return DefinitionVersion(
        version=row.version,
        revision=row.revision,
        deleted=row.document is None,
        author=row.author,
        reason=row.reason,
        applied_at=row.applied_at,
        document=row.document,
    )
