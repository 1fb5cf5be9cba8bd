"""How fast one intake process accepts messages over HTTP, what one costs, and whether its memory stays flat.

    python -m tests.bench.intake_http [--messages 50000] [--connections 64] [--runs 5] [--rate 1000] [--seconds 20]
                                      [--long 1000000]

Starts PostgreSQL, the broker and one intake in a temporary folder. Client and servers share the machine, so beside
the rate it prints the processor time that each of them took for one message, which a busy machine changes little.
`--long` sends so many more and watches the memory; 0 leaves that out.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil
import uvloop

from gongdan.shared.embedded.installation import Installation, service_units
from gongdan.shared.embedded.stack import Stack
from gongdan.shared.embedded.units import Unit
from tests.bench.end_to_end import at_rate, body
from tests.bench.flood import flood
from tests.bench.http import Client

PATH = "/intake/v1/messages"
MEASURED = ("intake", "postgres", "broker")
LOOKS = 20


def only_intake(installation: Installation) -> Sequence[Unit]:
    """Nobody else takes processor time."""
    return [unit for unit in service_units(installation) if unit.name == "intake"]


@dataclass(frozen=True, slots=True)
class Costs:
    """Processor seconds by process, the client's own as `client`."""

    seconds: dict[str, float]

    @classmethod
    def now(cls, stack: Stack) -> "Costs":
        """What was used since each began."""
        used = {name: sum(_seconds(one) for one in _family(stack, name)) for name in MEASURED}
        return cls(used | {"client": time.process_time()})

    def per_message(self, before: "Costs", messages: int) -> str:
        """Microseconds for one message, in words."""
        parts = ((name, (self.seconds[name] - before.seconds[name]) / messages) for name in self.seconds)
        return ", ".join(f"{name} {seconds * 1e6:.0f}" for name, seconds in parts)


def _family(stack: Stack, name: str) -> list[psutil.Process]:
    pid = stack.pid(name)
    if pid is None:
        raise RuntimeError(f"{name} is not running")
    first = psutil.Process(pid)
    return [first, *first.children(recursive=True)]


def _seconds(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return float(times.user + times.system)


def memory(stack: Stack) -> float:
    """MB that intake holds."""
    return sum(float(one.memory_info().rss) for one in _family(stack, "intake")) / 1e6


def requests_to(stack: Stack, messages: int) -> list[bytes]:
    """So many messages, ready to be sent. They name no id of their own, so that each is new whenever it is sent."""
    client = Client(stack.url("intake"), stack.admin_token)
    return [client.posting(PATH, body(number)) for number in range(messages)]


async def accepted(stack: Stack, requests: Sequence[bytes], connections: int) -> float:
    """Send them as fast as it goes; returns messages a second."""
    return len(requests) / await flood(stack.url("intake"), requests, connections)


async def throughput(stack: Stack, messages: int, connections: int, runs: int) -> None:
    """The first bar, as the median of several runs."""
    requests = requests_to(stack, messages)
    await accepted(stack, requests[:2_000], connections)
    before, rates = Costs.now(stack), [await accepted(stack, requests, connections) for _ in range(runs)]
    spent = Costs.now(stack).per_message(before, messages * runs)
    each = ", ".join(f"{rate:,.0f}" for rate in rates)
    print(f"accepted {statistics.median(rates):,.0f} messages/s with {connections} connections ({each}); bar 5,000")
    print(f"processor microseconds a message: {spent}")


async def latency(stack: Stack, rate: float, seconds: float) -> None:
    """The second bar: how long a request takes when they come at a steady rate."""
    async with Client(stack.url("intake"), stack.admin_token) as intake:

        async def one() -> float:
            began = time.perf_counter()
            await intake.post(PATH, body(int(began * 1e6)))
            return time.perf_counter() - began

        await at_rate(rate, 2, one)
        times = sorted(await at_rate(rate, seconds, one))
    p50, p99 = (times[int(len(times) * part)] * 1000 for part in (0.5, 0.99))
    print(f"at {rate:,.0f} messages/s: p50 {p50:.1f} ms, p99 {p99:.1f} ms; bar 50 ms")


async def flatness(stack: Stack, messages: int, connections: int) -> None:
    """The third bar: what intake holds while very many messages pass."""
    requests, seen = requests_to(stack, messages // LOOKS), [memory(stack)]
    for _ in range(LOOKS):
        await accepted(stack, requests, connections)
        seen.append(memory(stack))
    held = ", ".join(f"{one:.0f}" for one in seen)
    print(f"MB held before {messages:,} messages, and after each of {LOOKS} parts of them: {held}")
    print(
        f"memory: {max(seen):.0f} MB at most, {seen[-1] - seen[len(seen) // 2]:+.0f} MB in the second half; bar 200 MB"
    )


async def measure(chosen: argparse.Namespace) -> None:
    """Run the whole bench and print its figures."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        async with Stack(Path(folder), services=only_intake) as stack:
            await throughput(stack, chosen.messages, chosen.connections, chosen.runs)
            await latency(stack, chosen.rate, chosen.seconds)
            if chosen.long:
                await flatness(stack, chosen.long, chosen.connections)


def main() -> None:
    """Read arguments and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=50_000)
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--rate", type=float, default=1_000)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--long", type=int, default=1_000_000)
    uvloop.run(measure(parser.parse_args()))


if __name__ == "__main__":
    main()
