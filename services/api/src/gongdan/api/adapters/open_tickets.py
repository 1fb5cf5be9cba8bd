"""Open tickets as conditions see them, one chunk after the other."""

from collections.abc import AsyncIterator, Sequence
from uuid import UUID

from gongdan.shared.contracts.tickets import TicketSnapshot
from gongdan.shared.db.pool import Row
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

    async def chunks(self, at_most: int) -> AsyncIterator[Sequence[TicketSnapshot]]:
        """All of them, at most so many. Raises RetryLater on passing faults."""
        after, left = FIRST, at_most
        while left > 0:
            async with self._db.transaction() as unit:
                rows = await unit.all(NEXT, {"after": after, "most": min(CHUNK, left)})
            if not rows:
                return
            yield [_ticket(row) for row in rows]
            after, left = rows[-1].ticket_id, left - len(rows)


def _ticket(row: "Row") -> TicketSnapshot:
    found = row._asdict()
    parts = {name: found[name] for name in TicketSnapshot.model_fields if name in found}
    return TicketSnapshot.model_validate({**parts, "id": row.ticket_id})
