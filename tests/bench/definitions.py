"""How long thousands of definitions take to apply, to be read by a service that starts, and to change everywhere.

    python -m tests.bench.definitions [--definitions 10000] [--json]

Starts a stack of its own in a temporary folder; everything runs on the same machine. Prints seconds: from the
request to the answer, and until every service has them in force; for a reader of the topic, as every service has one,
from its start until it has them all; and from the request that changes one rule until that rule is in force in every
service.
"""

import argparse
import asyncio
import re
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aiohttp
import orjson

from gongdan.shared.definitions.reader import DefinitionsReader
from gongdan.shared.definitions.yaml_text import to_yaml
from gongdan.shared.embedded.stack import Stack
from gongdan.shared.health import Health
from gongdan.shared.settings import BaseServiceSettings

SERVICES = ("intake", "router", "sla-timer", "notifier", "api")
REVISION = re.compile(r"^gongdan_definitions_revision\{[^}]*\} ([0-9.e+]+)$", re.MULTILINE)
PER_WORKSPACE = 100
CHANGES = 10
PATIENCE = aiohttp.ClientTimeout(total=300)

Json = dict[str, Any]


def document(kind: str, name: str, workspace: str | None, **spec: Any) -> Json:
    """A definition."""
    place = {"workspace": workspace} if workspace else {}
    return {"apiVersion": "gongdan/v1", "kind": kind, "metadata": {"name": name, **place}, "spec": spec}


def rule(workspace: str, number: int, word: str) -> Json:
    """A routing rule that looks for a word."""
    when = f'message.channel == "email" && message.content.contains("{word}")'
    then = [{"set_priority": "high"}, {"assign_team": f"team-{number % 5}"}]
    return document("RoutingRule", f"rule-{number}", workspace, order=number, when=when, then=then, stop=False)


def form() -> Json:
    """The schema of a form with some fields."""
    fields = {f"field{number}": {"type": "string", "maxLength": 200, "title": f"Field {number}"} for number in range(8)}
    email = {"type": "string", "format": "email"}
    return {"type": "object", "required": ["email"], "properties": {"email": email, **fields}}


def workspace(number: int) -> Iterator[Json]:
    """A workspace with PER_WORKSPACE - 1 definitions of its own."""
    name = f"w{number}"
    prefix = "".join(chr(65 + number // 26**place % 26) for place in (2, 1, 0))
    yield document("Workspace", name, None, number_prefix=f"B{prefix}", default_locale="zh", team="team-0")
    yield from (document("Agent", f"agent-{each}", name, display=f"客服 {each}") for each in range(20))
    members = [f"agent-{each}" for each in range(20)]
    yield from (document("Team", f"team-{each}", name, members=members[each::5]) for each in range(5))
    yield from (rule(name, each, f"word{each}") for each in range(50))
    yield from (document("Form", f"form-{each}", name, schema=form(), subject="{field0}") for each in range(8))
    target = {"first_response": {"urgent": "15m", "*": "4h"}, "resolution": {"*": "3d"}}
    for each in range(8):
        yield document("SlaPolicy", f"sla-{each}", name, order=each, when=f'"t{each}" in ticket.tags', targets=target)
    text = {"subject": "{{ ticket.number }}", "text": "{{ ticket.subject }}"}
    yield from (document("Template", f"template-{each}", name, zh=text, en=text) for each in range(8))


def many(count: int) -> list[Json]:
    """So many definitions of usual kinds."""
    return [one for number in range(count // PER_WORKSPACE) for one in workspace(number)]


class Bench:
    """One stack under measurement."""

    def __init__(self, stack: Stack, http: aiohttp.ClientSession) -> None:
        self.stack = stack
        self.http = http

    async def apply(self, body: bytes, media_type: str) -> int:
        """Apply, and the revision it made."""
        address = f"{self.stack.url('intake')}/intake/v1/definitions"
        async with self.http.post(address, data=body, headers={"Content-Type": media_type}) as answer:
            if answer.status != 200:
                raise RuntimeError((await answer.text())[:2_000])
            return int((await answer.json())["revision"])

    async def revision(self, service: str) -> int:
        """What a service has in force; 0 while it does not answer."""
        try:
            async with self.http.get(f"{self.stack.url(service)}/metrics") as answer:
                found = REVISION.search(await answer.text())
        except aiohttp.ClientError:
            return 0
        return int(float(found[1])) if found else 0

    async def in_force(self, wanted: int) -> None:
        """Wait until every service has a revision in force."""
        for service in SERVICES:
            while await self.revision(service) < wanted:
                await asyncio.sleep(0.01)

    async def read_anew(self) -> float:
        """The seconds that a reader takes from its start until it has everything."""
        address = f"127.0.0.1:{self.stack.ports.broker}"
        settings = BaseServiceSettings(database_url="", kafka_bootstrap=address, kafka_idempotence=False, http_port=0)
        reader = DefinitionsReader("api", settings, Health("bench"))
        began = time.perf_counter()
        await reader.start()
        took = time.perf_counter() - began
        await reader.stop()
        return took

    async def change(self, number: int) -> float:
        """Change one rule, and the seconds until it is in force everywhere."""
        began = time.perf_counter()
        await self.in_force(await self.apply(orjson.dumps(rule("w0", 0, f"changed{number}")), "application/json"))
        return time.perf_counter() - began


async def measure(count: int, as_json: bool) -> None:
    """Run the whole bench and print its figures."""
    documents = many(count)
    text = "---\n".join(map(to_yaml, documents)).encode()
    body, media_type = (orjson.dumps(documents), "application/json") if as_json else (text, "application/yaml")
    print(f"{len(documents)} definitions, {len(body) / 1e6:.1f} MB of {media_type}")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        async with Stack(Path(folder)) as stack:
            headers = {"Authorization": f"Bearer {stack.admin_token}"}
            async with aiohttp.ClientSession(headers=headers, timeout=PATIENCE) as http:
                await figures(Bench(stack, http), body, media_type)


async def figures(bench: Bench, body: bytes, media_type: str) -> None:
    """Measure and print."""
    began = time.perf_counter()
    revision = await bench.apply(body, media_type)
    print(f"applied after {time.perf_counter() - began:.1f} s", flush=True)
    await bench.in_force(revision)
    print(f"in force in all services after {time.perf_counter() - began:.1f} s", flush=True)
    began = time.perf_counter()
    await bench.apply(body, media_type)
    print(f"applied again, nothing changed, after {time.perf_counter() - began:.1f} s", flush=True)
    times = [await bench.change(number) for number in range(CHANGES)]
    print(
        f"one rule changed everywhere: median {statistics.median(times):.2f} s, longest {max(times):.2f} s", flush=True
    )
    print(f"read anew in {await bench.read_anew():.1f} s", flush=True)


def main() -> None:
    """Read arguments and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--definitions", type=int, default=10_000)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    asyncio.run(measure(chosen.definitions, chosen.json))


if __name__ == "__main__":
    main()
