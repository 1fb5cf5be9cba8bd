"""Open tickets as conditions see them, one chunk after the other."""

from collections.abc import AsyncIterator, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from gongdan.shared.contracts.messages import Person
from gongdan.shared.db.session import Database

CHUNK = 1_000
FIRST = UUID(int=0)
NEXT = """
    SELECT * FROM tickets WHERE status_category NOT IN ('resolved', 'closed') AND ticket_id > :after
    ORDER BY ticket_id LIMIT :most
    """


class PostgresOpenTickets:
    """The table `tickets`, without those that are resolved or closed."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def chunks(self, at_most: int) -> AsyncIterator[Sequence[dict[str, Any]]]:
        """All of them, at most so many. Raises RetryLater on passing faults."""
        after, left = FIRST, at_most
        while left > 0:
            async with self._db.transaction() as unit:
                rows = await unit.all(NEXT, {"after": after, "most": min(CHUNK, left)})
            if not rows:
                return
            yield [_ticket(row) for row in rows]
            after, left = rows[-1].ticket_id, left - len(rows)


def _ticket(row: "Row[Any]") -> dict[str, Any]:
    requester = Person.model_validate(row.requester).model_dump(mode="json")
    return {**row._asdict(), "requester": requester}
