"""How many messages a second router's handler decides and stores, alone with a PostgreSQL of its own.

    python -m tests.bench.router [--messages 10000] [--batch 500]

First every message opens a ticket, under the default rules; then each ticket gets a reply. Counted is the time
from the first batch to the last commit, outbox included; Kafka and the inbox are left out.
"""

import argparse
import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from ruamel.yaml import YAML

from gongdan.shared.contracts.messages import MessageReceived
from gongdan.shared.cycles import look_for_cycles_seldom
from gongdan.shared.definitions.catalog import catalog_of
from gongdan.shared.definitions.registry import check
from gongdan.shared.definitions.seed import default_documents
from gongdan.shared.embedded.layout import open_data_dir
from gongdan.shared.embedded.postgres import Postgres
from gongdan.shared.service import uvicorn_loop
from tests.handlers.router.world import FakeDefinitions, World, event_of, world
from tests.ports import free_port
from tests.unit.router.given import message

TEXT = "The printer on the second floor shows a paper jam, but there is no paper in it. " * 10


def opening(number: int) -> MessageReceived:
    """A mail of a customer of its own."""
    return message(
        f"open{number}",
        requester={"email": f"customer-{number}@example.com", "name": f"Customer {number}"},
        mail={"message_id": f"{number}@example.com"},
        text=TEXT,
        reply_text=TEXT,
    )


def reply(number: int) -> MessageReceived:
    """That customer's answer to the acknowledgement."""
    return message(
        f"reply{number}",
        requester={"email": f"customer-{number}@example.com", "name": f"Customer {number}"},
        conversation_key=f"GD-{number + 1}",
        thread={"ticket_number": f"GD-{number + 1}"},
        mail={"message_id": f"reply-{number}@example.com"},
        text=TEXT,
        reply_text=TEXT,
    )


async def rate(router: World, messages: Sequence[MessageReceived], batch: int) -> float:
    """Messages a second."""
    events = [event_of(one) for one in messages]
    handlers = router.handlers
    begun = time.perf_counter()
    for start in range(0, len(events), batch):
        async with router.db.transaction() as unit:
            await handlers.on_inbound(unit, events[start : start + batch])
    return len(events) / (time.perf_counter() - begun)


@asynccontextmanager
async def running() -> AsyncIterator[World]:
    """A router with the default definitions, on a database in a temporary folder."""
    with tempfile.TemporaryDirectory() as folder:
        server = Postgres(open_data_dir(Path(folder)), free_port())
        await server.start()
        while not await server.ready():
            await asyncio.sleep(0.05)
        definitions = [check(document) for document in YAML(typ="safe").load_all(default_documents())]
        async with world(server.url()) as router:
            router.definitions = FakeDefinitions(catalog_of(1, definitions))
            yield router
        await server.stop(5)


async def measure(messages: int, batch: int) -> None:
    """Print both rates."""
    async with running() as router:
        for what, make in (("opening", opening), ("joining", reply)):
            found = await rate(router, [make(number) for number in range(messages)], batch)
            print(f"{what} a ticket: {found:,.0f} messages/s")


def main() -> None:
    """Read the arguments and measure."""
    parser = argparse.ArgumentParser(description="Measure router's handler.")
    parser.add_argument("--messages", type=int, default=10_000)
    parser.add_argument("--batch", type=int, default=500)
    arguments = parser.parse_args()
    look_for_cycles_seldom()
    with uvicorn_loop() as runner:
        runner.run(measure(arguments.messages, arguments.batch))


if __name__ == "__main__":
    main()
