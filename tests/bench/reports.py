"""How long figures and exports of very many tickets take: `python -m tests.bench.reports [TICKETS]`.

One api over HTTP on an embedded PostgreSQL of its own. Told of each question: seconds until it is answered, and the
processor time that api and PostgreSQL spend on it. The last people's scope cannot be searched by, so that every ticket
is asked; cold is the first time.
"""

import asyncio
import os
import resource
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx

from gongdan.shared.definitions.catalog import catalog_of
from tests.bench.api_alone import api_alone
from tests.integration.api.crowd import crowd, forms, settle
from tests.integration.api.live import Live
from tests.integration.api.people import session
from tests.unit.shared.access.given import agent, role

CHUNK = 5_000
ROUNDS = 3
SCOPES = {
    "whole": "true",
    "team": "ticket.team in actor.teams",
    "asked": "ticket.subject.startsWith('printer') || ticket.team in actor.teams",
}
QUESTIONS = (
    "pivot",
    "pivot?rows=team&columns=week&measures=created&time_zone=Asia/Shanghai",
    "pivot?rows=assignee&columns=priority&measures=resolved&measures=median_resolution&measures=sla_hit",
    "pivot?rows=tag&columns=day&measures=created&measures=median_first_response",
    "pivot?rows=fields.kind&measures=sum_cost&measures=median_cost&measures=sum_price",
    "export?columns=number&columns=subject&columns=status&columns=created_at",
    "export?format=ndjson",
)


async def main(count: int) -> None:
    """Measure and print the best of some rounds."""
    async with api_alone() as live:
        await _fill(live, count)
        for name in SCOPES:
            await _ask(live, name)


async def _fill(live: Live, count: int) -> None:
    told = crowd(count)
    for start in range(0, count, CHUNK):
        await settle(live.database, told[start : start + CHUNK])
    people = []
    for name, scope in SCOPES.items():
        people.append(role(name, actions=["ReadReports", "Export"], fields={"*": "read"}, scope=scope))
        people.append(agent(name, name, teams=["first"]))
    live.definitions.current = catalog_of(1, [*people, *forms("support", "repair")])
    async with live.database.transaction() as unit:
        await unit.execute("ANALYZE")


async def _ask(live: Live, name: str) -> None:
    headers = await session(live, f"agent:{name}")
    for question in QUESTIONS:
        found = [await _once(live.stranger, f"/v1/reports/{question}", headers) for _ in range(ROUNDS)]
        cold, (best, ours, theirs, size) = found[0], min(found)
        print(f"{name:6} {best:6.2f} s (cold {cold[0]:.2f}), processor: api {ours:.2f}, postgres {theirs:.2f} s, "
              f"{size / 1e6:6.2f} MB  {question}", flush=True)  # fmt: skip


async def _once(http: httpx.AsyncClient, path: str, headers: dict[str, str]) -> tuple[float, float, float, int]:
    began, ours, theirs = time.perf_counter(), time.process_time(), sum(_postgres())
    size = 0
    async with http.stream("GET", path, headers=headers, timeout=300) as answer:
        async for part in answer.aiter_raw():
            size += len(part)
        assert answer.status_code == 200, path
    return time.perf_counter() - began, time.process_time() - ours, sum(_postgres()) - theirs, size


def _postgres() -> Iterator[float]:
    """Processor seconds of every process below this one."""
    ticks = os.sysconf("SC_CLK_TCK")
    parents: dict[int, tuple[int, float]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            parents[int(entry.name)] = int(fields[1]), (int(fields[11]) + int(fields[12])) / ticks
    for pid, (_, seconds) in parents.items():
        if pid != os.getpid() and _is_below(pid, parents):
            yield seconds


def _is_below(pid: int, parents: dict[int, tuple[int, float]]) -> bool:
    while pid in parents:
        if pid == os.getpid():
            return True
        pid = parents[pid][0]
    return False


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000))
    print(f"most memory of api: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
