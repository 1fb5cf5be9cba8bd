"""What happened to tickets, in order."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from gongdan.api.domain.queries import TimelineCursor, TimelineQuery, timeline_cursor, write_cursor
from gongdan.api.domain.views import TimelineEvent, TimelinePage
from gongdan.shared.db.pool import Row
from gongdan.shared.db.session import Database

ORDER = "recorded_at, place, event_id"
SELECT = "SELECT *, event_id AS id FROM timeline WHERE ticket_id = :ticket_id"
LATEST = f"{SELECT} ORDER BY recorded_at DESC, place DESC, event_id DESC LIMIT :most"


class PostgresTimelines:
    """The table `timeline`."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def page(self, ticket_id: UUID, query: TimelineQuery) -> TimelinePage:
        """One page. Raises FixInput for a cursor that is not ours, RetryLater on passing faults."""
        sql, values = _page_statement(query, timeline_cursor(query))
        async with self._db.transaction() as unit:
            rows = await unit.all(sql, values | {"ticket_id": ticket_id})
        shown = rows[: query.limit]
        more = len(rows) > query.limit
        return TimelinePage(items=_events(shown), next=_cursor_of(query, shown[-1]) if more else None)

    async def latest(self, ticket_id: UUID, limit: int) -> Sequence[TimelineEvent]:
        """The last `limit` events, oldest first."""
        async with self._db.transaction() as unit:
            rows = await unit.all(LATEST, {"ticket_id": ticket_id, "most": limit})
        return _events(rows[::-1])


def _page_statement(query: TimelineQuery, cursor: TimelineCursor | None) -> tuple[str, dict[str, Any]]:
    ahead, direction = ("<", "DESC") if query.order == "desc" else (">", "ASC")
    ordered = ", ".join(f"{column} {direction}" for column in ORDER.split(", "))
    values: dict[str, Any] = {"most": query.limit + 1}
    condition = ""
    if query.type:
        condition = "AND type = ANY(CAST(:types AS text[]))"
        values["types"] = list(query.type)
    if cursor is not None:
        condition += f" AND ({ORDER}) {ahead} (:after_at, :after_place, :after_id)"
        values |= {"after_at": cursor.recorded_at, "after_place": cursor.place, "after_id": cursor.id}
    return f"{SELECT} {condition} ORDER BY {ordered} LIMIT :most", values


def _events(rows: Sequence["Row"]) -> list[TimelineEvent]:
    return [TimelineEvent(**row._asdict()) for row in rows]


def _cursor_of(query: TimelineQuery, last: "Row") -> str:
    return write_cursor(
        TimelineCursor(order=query.order, recorded_at=last.recorded_at, place=last.place, id=last.event_id)
    )
