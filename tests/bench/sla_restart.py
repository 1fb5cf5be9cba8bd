"""sla-timer as a process of its own: how soon after its start it fires, and how much memory it takes."""

import asyncio
import os
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter

import psutil

from gongdan.shared.db.session import Database
from tests.bench import sla_rows
from tests.integration.sla_timer.surroundings import Surroundings
from tests.kit.brokers import EmbeddedBroker
from tests.kit.policies import policy
from tests.ports import free_port

DUE = 10_000
SAID = "SELECT count(*) AS count FROM outbox WHERE created_at >= :since"


async def restart(db: Database, url: str) -> None:
    """Start the service over the clocks that there are, some of them due."""
    with tempfile.TemporaryDirectory() as folder:
        broker = EmbeddedBroker(Path(folder))
        await broker.start()
        around = Surroundings(url, broker.bootstrap)
        for part in around.parts:
            await part.start()
        await around.define(policy())
        await asyncio.sleep(2)
        await _measured(db, url, broker.bootstrap)
        for part in reversed(around.parts):
            await part.stop()
        await broker.stop()


async def _measured(db: Database, url: str, bootstrap: str) -> None:
    since = datetime.now(UTC)
    await sla_rows.make_due(db, DUE, since - timedelta(minutes=1), timedelta())
    environment = os.environ | {
        "GONGDAN_DATABASE_URL": url,
        "GONGDAN_KAFKA_BOOTSTRAP": bootstrap,
        "GONGDAN_KAFKA_IDEMPOTENCE": "false",
        "GONGDAN_KAFKA_FETCH_WAIT_MS": "20",
        "GONGDAN_HTTP_PORT": str(free_port()),
        "GONGDAN_LOG_LEVEL": "warning",
    }
    begun = perf_counter()
    child = await asyncio.create_subprocess_exec(sys.executable, "-m", "gongdan.sla_timer", env=environment)
    try:
        first = await _until(db, since, 1) - begun
        last = await _until(db, since, DUE) - begun
        spent = sum(psutil.Process(child.pid).cpu_times()[:2])
        print(f"restart to the first fired: {first:.1f} s, to all of {DUE:,}: {last:.1f} s (bar: < 5 s)", end="; ")
        print(f"{spent:.1f} s CPU of its own in all")
        print(f"resident memory of the service: {_resident(child.pid):.0f} MB (bar: < 300 MB)", flush=True)
    finally:
        child.terminate()
        await child.wait()


async def _until(db: Database, since: datetime, count: int) -> float:
    async with asyncio.timeout(120):
        while True:
            (row,) = await db.at_once(SAID, {"since": since})
            if row.count >= count:
                return perf_counter()
            await asyncio.sleep(0.02)


def _resident(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1_024
