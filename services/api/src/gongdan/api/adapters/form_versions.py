"""What forms were, for the titles of fields that they have no more."""

from collections.abc import Mapping, Sequence
from typing import Any

from gongdan.shared.db.session import Database

MOST_VERSIONS = 1_000
LATEST_FIRST = """
    SELECT document FROM definition_versions
    WHERE kind = 'Form' AND workspace IN (:workspace, '') AND document IS NOT NULL
    ORDER BY applied_at DESC, version DESC LIMIT :most
    """


class PostgresFormVersions:
    """The forms in the table `definition_versions`."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def latest_first(self, workspace: str) -> Sequence[Mapping[str, Any]]:
        """The documents of every version of a workspace's forms, and of those that all share, at most MOST_VERSIONS.

        Raises RetryLater on passing faults.
        """
        async with self._db.transaction() as unit:
            rows = await unit.all(LATEST_FIRST, {"workspace": workspace, "most": MOST_VERSIONS})
        return [row.document for row in rows]
