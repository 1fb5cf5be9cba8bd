"""Tickets as they stand: one ticket, or a page of many in any of the orders that callers may ask for.

A page is read by key, never by counting: `(what it is sorted by, id)` of the last row seen says where the next
one begins. Conditions come from a table of fragments; values are parameters.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from gongdan.api.domain.queries import NOBODY, TicketCursor, TicketQuery, ticket_cursor, write_cursor
from gongdan.api.domain.views import Clock, Delivery, DeliveryState, Ticket, TicketDetail, TicketPage
from gongdan.shared.db.session import Database, Transaction

MOST_DELIVERIES = 50
ANY_OF = ("workspace", "status", "status_category", "priority", "team", "assignee", "category", "channel")
SORT_COLUMNS = {"priority": "priority_rank", "number": "number_value"}
SELECT = "SELECT *, ticket_id AS id FROM tickets"
# The latest cycle only: earlier ones are history, which the timeline tells.
CLOCKS = """
    SELECT DISTINCT ON (ticket_id, metric) * FROM clocks
    WHERE ticket_id = ANY(:ids) ORDER BY ticket_id, metric, cycle DESC
"""
DELIVERIES = """
    SELECT *, count(*) OVER (PARTITION BY state) AS alike FROM deliveries
    WHERE ticket_id = :id ORDER BY recorded_at DESC, delivery_id
"""


class PostgresTickets:
    """The tables `tickets`, `clocks` and `deliveries`."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def page(self, query: TicketQuery) -> TicketPage:
        """One page. Raises FixInput for a cursor of another question, RetryLater on passing faults."""
        sql, values = page_statement(query, ticket_cursor(query))
        async with self._db.transaction() as unit:
            rows = await unit.all(sql, values)
            shown = rows[: query.limit]
            clocks = await _clocks(unit, [row.ticket_id for row in shown])
        items = [Ticket(**row._asdict(), clocks=clocks.get(row.ticket_id, [])) for row in shown]
        more = len(rows) > query.limit
        return TicketPage(items=items, next=_cursor_of(query, shown[-1]) if more else None)

    async def find(self, number: str) -> TicketDetail | None:
        """One ticket by its number, in upper or lower case."""
        async with self._db.transaction() as unit:
            row = await unit.one(f"{SELECT} WHERE number = :number", {"number": number.upper()})
            if row is None:
                return None
            clocks = await _clocks(unit, [row.ticket_id])
            deliveries = await unit.all(DELIVERIES, {"id": row.ticket_id})
        counts: dict[DeliveryState, int] = {one.state: one.alike for one in deliveries}
        return TicketDetail(
            **row._asdict(),
            clocks=clocks.get(row.ticket_id, []),
            delivery_counts=counts,
            deliveries=[Delivery(**one._asdict()) for one in deliveries[:MOST_DELIVERIES]],
        )


def page_statement(query: TicketQuery, cursor: TicketCursor | None) -> tuple[str, dict[str, Any]]:
    """The statement of a page, with one row more than shown: whether it is there tells if the page is the last."""
    column = SORT_COLUMNS.get(query.sorted_by, query.sorted_by)
    direction = "DESC" if query.descending else "ASC"
    conditions, values = _conditions(query)
    if cursor is not None:
        conditions.append(f"({column}, ticket_id) {'<' if query.descending else '>'} (:after_key, :after_id)")
        values |= {"after_key": cursor.key, "after_id": cursor.id}
    where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
    sql = f"{SELECT} {where} ORDER BY {column} {direction}, ticket_id {direction} LIMIT :most"
    return sql, values | {"most": query.limit + 1}


def _conditions(query: TicketQuery) -> tuple[list[str], dict[str, Any]]:
    conditions: list[str] = []
    values: dict[str, Any] = {}
    for name in ANY_OF:
        if wanted := getattr(query, name):
            conditions.append(_any_of(name, wanted))
            values[name] = list(wanted)
    if query.requester is not None:
        conditions.append("requester_key = ANY(CAST(:requester AS text[]))")
        values["requester"] = list(_requester_keys(query.requester))
    if query.q is not None:
        conditions.append("subject ILIKE :q")
        values["q"] = f"%{_literally(query.q)}%"
    return conditions, values


def _any_of(name: str, wanted: Sequence[str]) -> str:
    condition = f"{name} = ANY(CAST(:{name} AS text[]))"
    return f"({condition} OR {name} IS NULL)" if NOBODY in wanted else condition


def _requester_keys(given: str) -> Iterator[str]:
    yield f"email:{given.lower()}"
    yield f"phone:{given}"
    yield f"id:{given}"


def _literally(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _cursor_of(query: TicketQuery, last: "Row[Any]") -> str:
    key: int | datetime = getattr(last, SORT_COLUMNS.get(query.sorted_by, query.sorted_by))
    return write_cursor(TicketCursor(sort=query.sort, key=key, id=last.ticket_id))


async def _clocks(unit: Transaction, ids: Sequence[UUID]) -> dict[UUID, list[Clock]]:
    found: dict[UUID, list[Clock]] = {}
    for row in await unit.all(CLOCKS, {"ids": list(ids)}) if ids else ():
        found.setdefault(row.ticket_id, []).append(Clock(**row._asdict()))
    return found
