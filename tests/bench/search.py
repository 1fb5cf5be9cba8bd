"""What the search costs: adding the words of what was read, and finding in all of it.

    python -m tests.bench.search [--tickets 100000]

Each ticket has one to four messages of 20 to 150 words. Adding is told in processor time of this process and of
PostgreSQL for each message, its share of a ticket's own texts included. Finding is told in milliseconds until a page is
whole, the better of two, for somebody who sees everything, and for somebody who sees one team's tickets and of all
others only the subject.
"""

import argparse
import asyncio
import time

from gongdan.api.adapters.read_models import PostgresReadModels
from gongdan.api.adapters.search import PostgresSearch
from gongdan.api.adapters.search_index import SearchIndex
from gongdan.api.domain.option_titles import no_titles
from gongdan.api.domain.search_query import SearchQuery
from gongdan.api.handlers.searching import Searching
from gongdan.shared.access.rights import Rights
from gongdan.shared.access.who import Who
from gongdan.shared.contracts.envelope import Actor
from gongdan.shared.db.session import Database
from tests.bench import search_rows
from tests.bench.sla_server import Measured, server
from tests.integration.api.spoken import behind
from tests.unit.shared.access.given import agent, rights, role

CHUNK = 2_000
TABLES = ("tickets", "timeline", "search_parts")
ALL = Rights(Who(Actor("agent", "admin"), unlimited=True))
SOME = rights(
    role("ours", fields={"*": "read"}, scope="ticket.team == 'ours'"),
    role("all", fields={"subject": "read"}),
    agent("ann", "ours", "all"),
)


async def main() -> None:
    """Fill, follow, find."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tickets", type=int, default=100_000)
    tickets = parser.parse_args().tickets
    async with server() as postgres:
        db = Database(postgres.url(), "api", "gongdan.api.migrations")
        await db.start()
        await _add(db, postgres, tickets)
        await _find(Searching(PostgresSearch(db), no_titles))
        await db.stop()


async def _add(db: Database, postgres: Measured, tickets: int) -> None:
    """Write tickets and follow them, a chunk at a time."""
    messages, ours, theirs = 0, 0.0, 0.0
    for first in range(1, tickets + 1, CHUNK):
        rows, said = search_rows.rows(first, min(CHUNK, tickets + 1 - first))
        async with db.transaction() as unit:
            await PostgresReadModels().save(unit, rows)
        began, servers = time.process_time(), postgres.cpu()
        while await behind(db):
            await SearchIndex(db)()
        messages, ours, theirs = messages + said, ours + time.process_time() - began, theirs + postgres.cpu() - servers
    print(
        f"{messages} messages of {tickets} tickets: {_each(ours, messages)} here, {_each(theirs, messages)} PostgreSQL"
    )
    for table in TABLES:
        await db.at_once(f"VACUUM ANALYZE {table}")
        (size,) = await db.at_once(f"SELECT pg_total_relation_size('{table}') / 1024 / 1024 AS mb")
        print(f"{table}: {size.mb} MB")


def _each(seconds: float, messages: int) -> str:
    return f"{seconds / messages * 1e6:.0f} us"


async def _find(searching: Searching) -> None:
    for what, text in search_rows.searches():
        every, some = [await _best(searching, who, text) for who in (ALL, SOME)]
        print(f"{what}: {every}; with two roles {some}")


async def _best(searching: Searching, who: Rights, text: str) -> str:
    times: list[float] = []
    for _ in range(2):
        began = time.perf_counter()
        page = await searching.page(who, SearchQuery(q=text))
        times.append((time.perf_counter() - began) * 1000)
    return f"{len(page.items)} of {page.total.count if page.total else 'very many'} in {min(times):.0f} ms"


if __name__ == "__main__":
    asyncio.run(main())
