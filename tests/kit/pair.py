"""A writer and a reader with a broker between them: the kit at work, without a service around it."""

import asyncio
from contextlib import AsyncExitStack

from aiokafka.admin import AIOKafkaAdminClient

from gongdan.shared.bus import topics
from gongdan.shared.contracts.topics import Topic
from gongdan.shared.db.pool import Row
from gongdan.shared.db.session import Database
from gongdan.shared.embedded.stack import Broker
from tests.kit import service
from tests.kit.brokers import EmbeddedBroker
from tests.kit.events import ticket_event


class Pair:
    """A writer, a reader and the broker between them."""

    def __init__(self, url: str, broker: Broker) -> None:
        self.broker = broker
        self.config = service.settings(url, broker.bootstrap, in_memory=isinstance(broker, EmbeddedBroker))
        self.source = service.database(url, "source")
        self.target = service.database(url, "target")
        self.handler = service.Recorder()
        self.relay = service.writer(self.config, self.source)
        self.subscription = service.reader(self.config, self.target, self.handler)

    async def start(self, stack: AsyncExitStack) -> None:
        """Start everything, in the order a service does."""
        for db in (self.source, self.target):
            await db.start()
            stack.push_async_callback(db.stop)
        for part in (self.relay, self.subscription):
            await service.start_patiently(part)
            stack.push_async_callback(part.stop)

    async def say(self, ticket: str, *versions: int) -> None:
        """Commit events in one transaction of the writer."""
        async with self.source.transaction() as unit:
            unit.emit(*(ticket_event(ticket, version) for version in versions))

    async def effects(self, count: int, ticket: str) -> list[int]:
        """The versions of a ticket that took effect, in order, once there are `count`."""
        async with asyncio.timeout(60):
            while len(found := await _effects(self.target, ticket)) < count:
                await asyncio.sleep(0.05)
        return found

    async def writings(self) -> dict[str, int]:
        """How often each topic's log was written anew."""
        async with self.source.transaction() as unit:
            return {row.topic: row.epoch for row in await unit.all("SELECT topic, epoch FROM log_epochs")}

    async def lose_log(self) -> None:
        """Empty the topic behind everybody's back, with no row kept that could fill it again."""
        async with self.source.transaction() as unit:
            await unit.execute("DELETE FROM outbox")
        admin = AIOKafkaAdminClient(bootstrap_servers=self.broker.bootstrap)
        await admin.start()
        await admin.delete_topics([Topic.TICKETS])
        await topics.make_missing(self.broker.bootstrap, topics.wanted_by("router", 100), 1)
        await admin.close()

    async def parked(self, key: str) -> Row:
        """The record of a key that the reader parked."""
        sql = "SELECT * FROM outbox WHERE aggregateid = :key"
        async with asyncio.timeout(60), self.target.transaction() as unit:
            while not (rows := await unit.all(sql, {"key": key})):
                await asyncio.sleep(0.05)
        return rows[0]


async def _effects(db: Database, ticket: str) -> list[int]:
    async with db.transaction() as unit:
        rows = await unit.all("SELECT version FROM effects WHERE ticket = :ticket ORDER BY nth", {"ticket": ticket})
    return [row.version for row in rows]
