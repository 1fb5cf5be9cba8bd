"""How long a page of a list takes with very many tickets: `python -m tests.bench.lists [TICKETS]`.

One api over HTTP on an embedded PostgreSQL of its own. The tickets are of one year and of twenty to a requester; two of
a hundred are not closed, most of them young. Told of each list: the median milliseconds of its first page.
"""

import asyncio
import statistics
import sys
import time

import httpx

from gongdan.shared.db.session import Database
from gongdan.shared.definitions.catalog import catalog_of
from tests.bench.api_alone import api_alone
from tests.integration.api.crowd import crowd, settle
from tests.integration.api.live import Live
from tests.integration.api.people import session
from tests.unit.shared.access.given import agent, role

ROUNDS = 15
MANY = """
    INSERT INTO tickets SELECT alike.* FROM tickets, generate_series(1, :count) AS nth,
    LATERAL (SELECT md5(CAST(nth AS text)) AS new_id, now() - nth * (interval '1 year' / :count) AS at) AS made,
    LATERAL (SELECT CASE WHEN nth % 53 = 0 OR (nth < :count / 50 AND nth % 2 = 0) THEN 'open' ELSE 'closed' END AS state
    ) AS now_is,
    LATERAL jsonb_populate_record(tickets, jsonb_build_object(
        'ticket_id', new_id, 'number', 'GD-' || (1000 + nth), 'number_value', 1000 + nth, 'created_at', at,
        'updated_at', at + interval '2 hours', 'status', state, 'status_category', state,
        'requester_key', 'email:' || nth % (:count / 20) || '@example.com', 'assignee', 'agent-' || nth % 40,
        'team', 'team-' || nth % 7, 'priority', CASE WHEN nth % 97 = 0 THEN 'urgent' ELSE 'normal' END)) AS alike
    """
LISTS = (
    "",
    "sort=-updated_at",
    "status=open",
    "status=open&sort=created_at",
    "status=open&assignee=agent-7",
    "status=open&team=team-3&sort=created_at",
    "status=open&priority=urgent",
    "assignee=somebody-new",
    "requester=77@example.com",
    "requester=nobody@example.com",
)


async def main(count: int) -> None:
    """Measure and print."""
    async with api_alone() as live:
        await _fill(live.database, count)
        await _ask(live)


async def _fill(database: Database, count: int) -> None:
    await settle(database, crowd(1))
    async with database.transaction() as unit:
        await unit.execute(MANY, {"count": count})
    async with database.transaction() as unit:
        await unit.execute("ANALYZE")


async def _ask(live: Live) -> None:
    everything = role("all", fields={"*": "read"}, scope="true")
    own = role("contact", fields={"*": "read"}, scope="ticket.requester.email == actor.email")
    live.definitions.current = catalog_of(1, [everything, own, agent("lead", "all")])
    lead, contact = await session(live, "agent:lead"), await session(live, "contact:email:77@example.com")
    for query in LISTS:
        print(f"{await _median(live.stranger, query, lead):8.1f} ms  {query or 'all'}", flush=True)
    print(f"{await _median(live.stranger, '', contact):8.1f} ms  a customer's own", flush=True)


async def _median(http: httpx.AsyncClient, query: str, headers: dict[str, str]) -> float:
    times: list[float] = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        answer = await http.get(f"/v1/tickets?{query}", headers=headers, timeout=60)
        times.append((time.perf_counter() - began) * 1_000)
        assert answer.status_code == 200, answer.text
    return statistics.median(times)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 500_000))
