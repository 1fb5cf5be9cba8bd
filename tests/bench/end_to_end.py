"""How many messages a second go from an HTTP request to being visible in api, and how long one takes.

    python -m tests.bench.end_to_end [--messages 10000] [--connections 64] [--rate 167]

Starts a stack of its own in a temporary folder, sends API messages to intake as fast as it takes them, waits
until every one of them is decided and visible in api, then sends at a third of that rate, or at `--rate`, and times
each message until `GET /v1/messages/{id}?wait=` answers. The load generator runs on the same machine.
"""

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import asyncpg
import uvloop

from gongdan.shared.embedded.stack import Stack
from tests.bench.http import Client

LATENCY_SECONDS = 20


@dataclass(frozen=True, slots=True)
class Rates:
    """Messages a second, over all messages of a run."""

    accepted: float
    visible: float


def body(number: int) -> dict[str, object]:
    """A message of a customer of its own."""
    return {
        "requester": {"email": f"customer-{number}@example.com", "name": f"Customer {number}"},
        "subject": f"Printer {number} does not print",
        "text": "The printer on the second floor shows a paper jam, but there is no paper in it.",
    }


async def post(intake: Client, number: int) -> str:
    """Send one message; returns its id."""
    return str((await intake.post("/intake/v1/messages", body(number)))["message_id"])


async def count(stack: Stack, sql: str) -> int:
    """A number that only the database knows."""
    connection = await asyncpg.connect(stack.database_url.replace("+asyncpg", ""))
    try:
        return int(await connection.fetchval(sql))
    finally:
        await connection.close()


async def visible(stack: Stack) -> int:
    """How many messages api shows as decided."""
    return await count(stack, "SELECT count(*) FROM api.outcomes")


async def throughput(stack: Stack, messages: int, connections: int) -> Rates:
    """Send as fast as it goes and wait until all of it is visible."""
    numbers = iter(range(messages))
    async with Client(stack.url("intake"), stack.admin_token) as intake:

        async def send() -> None:
            for number in numbers:
                await post(intake, number)

        before = await visible(stack)
        began = time.perf_counter()
        await asyncio.gather(*(send() for _ in range(connections)))
        accepted = time.perf_counter() - began
        while await visible(stack) < before + messages:
            await asyncio.sleep(0.05)
        return Rates(messages / accepted, messages / (time.perf_counter() - began))


async def one_latency(intake: Client, api: Client) -> float:
    """Seconds from the request to the decided outcome seen at api."""
    began = time.perf_counter()
    message = await post(intake, int(uuid4().int % 10**9))
    decided = await api.get(f"/v1/messages/{message}?wait=10")
    if decided["status"] != "applied":
        raise RuntimeError(decided)
    return time.perf_counter() - began


async def at_rate(rate: float, seconds: float, one: Callable[[], Awaitable[float]]) -> list[float]:
    """Start one after the other at a fixed rate, whatever the earlier ones do."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    tasks: list[asyncio.Future[float]] = []
    for number in range(int(rate * seconds)):
        await asyncio.sleep(max(0.0, began + number / rate - loop.time()))
        tasks.append(asyncio.ensure_future(one()))
    return list(await asyncio.gather(*tasks))


async def unsent(stack: Stack) -> int:
    """How many deliveries notifier has still to make."""
    return await count(stack, "SELECT count(*) FROM notifier.deliveries WHERE state IN ('queued', 'sending')")


async def latencies(stack: Stack, rate: float) -> list[float]:
    """Sorted seconds of messages sent at a fixed rate, once the burst before has left nothing to do."""
    while await unsent(stack):
        await asyncio.sleep(1)
    address, token = stack.url, stack.admin_token
    async with Client(address("intake"), token) as intake, Client(address("api"), token) as api:
        return sorted(await at_rate(rate, LATENCY_SECONDS, lambda: one_latency(intake, api)))


async def measure(messages: int, connections: int, rate: float | None) -> None:
    """Run the whole bench and print its figures."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        async with Stack(Path(folder)) as stack:
            rates = await throughput(stack, messages, connections)
            print(f"accepted {rates.accepted:,.0f} messages/s; visible in api {rates.visible:,.0f} messages/s")
            rate = rate or rates.visible / 3
            times = await latencies(stack, rate)
            p50, p99 = statistics.median(times), times[int(len(times) * 0.99) - 1]
            print(f"latency at {rate:,.0f}/s: p50 {p50 * 1000:.0f} ms, p99 {p99 * 1000:.0f} ms")


def main() -> None:
    """Read arguments and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=10_000)
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--rate", type=float)
    chosen = parser.parse_args()
    uvloop.run(measure(chosen.messages, chosen.connections, chosen.rate))


if __name__ == "__main__":
    main()
