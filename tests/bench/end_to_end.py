"""How many messages a second go from an HTTP request to being visible in api, and how long one takes.

    python -m tests.bench.end_to_end [--messages 10000] [--connections 32]

Starts a stack of its own in a temporary folder, sends API messages to intake as fast as it takes them, waits
until every one of them is decided and visible in api, then sends at a third of that rate and times each
message until `GET /v1/messages/{id}?wait=` answers. The load generator runs on the same machine.
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

import aiohttp
import asyncpg

from gongdan.shared.embedded.stack import Stack

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


def client(stack: Stack, connections: int) -> aiohttp.ClientSession:
    """An HTTP client of an administrator; aiohttp, since httpx alone takes a core for 50 requests a second."""
    headers = {"Authorization": f"Bearer {stack.admin_token}"}
    return aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=connections), headers=headers)


async def post(http: aiohttp.ClientSession, stack: Stack, number: int) -> str:
    """Send one message; returns its id."""
    async with http.post(f"{stack.url('intake')}/intake/v1/messages", json=body(number)) as answer:
        answer.raise_for_status()
        return str((await answer.json())["message_id"])


async def visible(stack: Stack) -> int:
    """How many messages api shows as decided."""
    connection = await asyncpg.connect(stack.database_url.replace("+asyncpg", ""))
    try:
        return int(await connection.fetchval("SELECT count(*) FROM api.outcomes"))
    finally:
        await connection.close()


async def throughput(stack: Stack, messages: int, connections: int) -> Rates:
    """Send as fast as it goes and wait until all of it is visible."""
    numbers = iter(range(messages))
    async with client(stack, connections) as http:

        async def send() -> None:
            for number in numbers:
                await post(http, stack, number)

        before = await visible(stack)
        began = time.perf_counter()
        await asyncio.gather(*(send() for _ in range(connections)))
        accepted = time.perf_counter() - began
        while await visible(stack) < before + messages:
            await asyncio.sleep(0.05)
        return Rates(messages / accepted, messages / (time.perf_counter() - began))


async def one_latency(http: aiohttp.ClientSession, stack: Stack) -> float:
    """Seconds from the request to the decided outcome seen at api."""
    began = time.perf_counter()
    message = await post(http, stack, int(uuid4().int % 10**9))
    async with http.get(f"{stack.url('api')}/v1/messages/{message}?wait=10") as answer:
        decided = await answer.json()
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


async def measure(messages: int, connections: int) -> None:
    """Run the whole bench and print its figures."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        async with Stack(Path(folder)) as stack:
            rates = await throughput(stack, messages, connections)
            print(f"accepted {rates.accepted:,.0f} messages/s; visible in api {rates.visible:,.0f} messages/s")
            await asyncio.sleep(10)
            async with client(stack, 0) as http:
                times = await at_rate(rates.visible / 3, LATENCY_SECONDS, lambda: one_latency(http, stack))
            times.sort()
            p50, p99 = statistics.median(times), times[int(len(times) * 0.99) - 1]
            print(f"latency at {rates.visible / 3:,.0f}/s: p50 {p50 * 1000:.0f} ms, p99 {p99 * 1000:.0f} ms")


def main() -> None:
    """Read arguments and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=10_000)
    parser.add_argument("--connections", type=int, default=32)
    chosen = parser.parse_args()
    asyncio.run(measure(chosen.messages, chosen.connections))


if __name__ == "__main__":
    main()
