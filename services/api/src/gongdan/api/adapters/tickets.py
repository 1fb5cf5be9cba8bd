"""Tickets as they stand: one ticket, or a page of many in any of the orders that callers may ask for.

A page is read by key, never by counting: `(what it is sorted by, id)` of the last row seen says where the next
one begins. Conditions come from a table of fragments; values are parameters.
"""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from gongdan.api.adapters.nets import condition
from gongdan.api.domain.queries import NOBODY, TicketCursor, TicketFilters, TicketQuery
from gongdan.api.domain.views import Clock, Delivery, DeliveryState, Ticket, TicketDetail
from gongdan.shared.access.nets import EVERYTHING, Net
from gongdan.shared.db.pool import Row
from gongdan.shared.db.session import Database, Transaction

MOST_DELIVERIES = 50
MOST_WITH_FILE = 1_000
ANY_OF = (
    "workspace", "status", "status_category", "priority", "team", "assignee", "category", "channel", "form", "tier",
)  # fmt: skip
PLAIN = {
    "tag": "EXISTS (SELECT FROM json_array_elements_text(tags) AS one WHERE one = ANY(CAST(:tag AS text[])))",
    "created_since": "created_at >= :created_since",
    "created_until": "created_at < :created_until",
}
SORT_COLUMNS = {"priority": "priority_rank", "number": "number_value"}
SELECT = "SELECT *, ticket_id AS id FROM tickets"
WITH_FILE = """
    SELECT t.*, t.ticket_id AS id, a.visibility FROM attachments a JOIN tickets t USING (ticket_id)
    WHERE a.sha256 = :sha256 ORDER BY t.ticket_id LIMIT :most
"""
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

    async def some(self, query: TicketQuery, net: Net, cursor: TicketCursor | None) -> Sequence[Ticket]:
        """Tickets after the cursor that come through the net, one more than the limit where there are more."""
        sql, values = page_statement(query, net, cursor)
        async with self._db.transaction() as unit:
            return await _with_clocks(unit, await unit.all(sql, values))

    async def count(self, query: TicketFilters, net: Net, at_most: int) -> int:
        """How many tickets come through the filters and the net; `at_most` where there are more."""
        conditions, values = conditions_of(query)
        where = " AND ".join([*conditions, condition(net, values)])
        sql = f"SELECT count(*) AS found FROM (SELECT FROM tickets WHERE {where} LIMIT :most) AS fitting"  # noqa: S608 - made of constants
        async with self._db.transaction() as unit:
            row = await unit.one(sql, values | {"most": at_most})
        return row.found if row else 0

    async def numbered(self, numbers: Sequence[str]) -> Sequence[Ticket]:
        """The tickets with these numbers, without their clocks."""
        async with self._db.transaction() as unit:
            rows = await unit.all(f"{SELECT} WHERE number = ANY(CAST(:numbers AS text[]))", {"numbers": list(numbers)})
        return [Ticket(**row._asdict()) for row in rows]

    async def with_file(self, sha256: str) -> Sequence[tuple[Ticket, str]]:
        """The tickets that a file is attached to, each with the visibility of the message it came with."""
        async with self._db.transaction() as unit:
            rows = await unit.all(WITH_FILE, {"sha256": sha256, "most": MOST_WITH_FILE})
        return [(Ticket(**row._asdict()), row.visibility) for row in rows]

    async def find(self, number: str) -> TicketDetail | None:
        """One ticket by its number, in upper or lower case."""
        async with self._db.transaction() as unit:
            row = await unit.one(f"{SELECT} WHERE number = :number", {"number": number.upper()})
            if row is None:
                return None
            clocks = await clocks_of(unit, [row.ticket_id])
            deliveries = await unit.all(DELIVERIES, {"id": row.ticket_id})
        counts: dict[DeliveryState, int] = {one.state: one.alike for one in deliveries}
        return TicketDetail(
            **row._asdict(),
            clocks=clocks.get(row.ticket_id, []),
            delivery_counts=counts,
            deliveries=[Delivery(**one._asdict()) for one in deliveries[:MOST_DELIVERIES]],
        )


def page_statement(query: TicketQuery, net: Net, cursor: TicketCursor | None) -> tuple[str, dict[str, Any]]:
    """The statement of a page, with one row more than shown: whether it is there tells if the page is the last."""
    column = SORT_COLUMNS.get(query.sorted_by, query.sorted_by)
    direction = "DESC" if query.descending else "ASC"
    conditions, values = conditions_of(query)
    conditions += [condition(net, values)] if net != EVERYTHING else []
    if cursor is not None:
        conditions.append(f"({column}, ticket_id) {'<' if query.descending else '>'} (:after_key, :after_id)")
        values |= {"after_key": cursor.key, "after_id": cursor.id}
    where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
    sql = f"{SELECT} {where} ORDER BY {column} {direction}, ticket_id {direction} LIMIT :most"
    return sql, values | {"most": query.limit + 1}


def conditions_of(query: TicketFilters) -> tuple[list[str], dict[str, Any]]:
    """The conditions of a query's filters over the columns of `tickets`, and their values."""
    conditions = [sql for name, sql in PLAIN.items() if getattr(query, name)]
    values: dict[str, Any] = {name: getattr(query, name) for name in PLAIN if getattr(query, name)}
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
    if query.snoozed is not None:
        conditions.append(f"snoozed_until IS {'NOT ' if query.snoozed else ''}NULL")
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


async def _with_clocks(unit: Transaction, rows: "Sequence[Row]") -> list[Ticket]:
    clocks = await clocks_of(unit, [row.ticket_id for row in rows])
    return [Ticket(**row._asdict(), clocks=clocks.get(row.ticket_id, [])) for row in rows]


async def clocks_of(unit: Transaction, ids: Sequence[UUID]) -> dict[UUID, list[Clock]]:
    """The latest cycle of each clock of these tickets."""
    found: dict[UUID, list[Clock]] = {}
    for row in await unit.all(CLOCKS, {"ids": list(ids)}) if ids else ():
        found.setdefault(row.ticket_id, []).append(Clock(**row._asdict()))
    return found
