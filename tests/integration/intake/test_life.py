"""Accepted means kept: with Kafka away, with PostgreSQL away, across restarts, and told once Kafka is there."""

import asyncio
from collections import Counter
from pathlib import Path

import asyncpg
from aiokafka import AIOKafkaConsumer, TopicPartition

from gongdan.intake.app import build
from gongdan.shared.bus import topics
from gongdan.shared.clock import SystemClock
from gongdan.shared.contracts.topics import TOPICS, Topic
from gongdan.shared.errors import RetryLater
from tests.integration.intake.conftest import settings
from tests.integration.intake.desk import Intake, accepted, refused
from tests.kit.brokers import EmbeddedBroker

MESSAGE = {"requester": {"email": "a@example.com"}, "text": "Hello"}


async def test_while_postgresql_is_away_nothing_is_accepted_and_afterwards_all_is_well(
    intake: Intake, database: str
) -> None:
    server, name = database.replace("+asyncpg", "").rsplit("/", 1)
    admin = await asyncpg.connect(f"{server}/postgres")
    await admin.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
    await admin.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND application_name <> ''", name
    )
    answer = await intake.post("messages", MESSAGE, Idempotency_Key="k-1")
    assert refused(answer, 503) == []
    assert int(answer.headers["retry-after"]) >= 1
    await admin.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
    await admin.close()
    again = await intake.post("messages", MESSAGE, Idempotency_Key="k-1")
    assert (accepted(again) is not None, again.json()["duplicate"]) == (True, False)


async def made(bootstrap: str, topic: Topic) -> None:
    """Wait until its writer has made a topic: asking for it earlier would make it."""
    async with asyncio.timeout(60):
        while True:
            try:
                return await topics.wait_for(bootstrap, [topic])
            except RetryLater:
                await asyncio.sleep(0.1)


async def records(bootstrap: str, topic: Topic, **wanted: int) -> list[str]:
    """The types of the first records of a topic, as soon as there are so many of each."""
    await made(bootstrap, topic)
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, auto_offset_reset="earliest")
    await consumer.start()
    consumer.assign([TopicPartition(topic, number) for number in range(TOPICS[topic].partitions)])
    found: list[str] = []
    try:
        async with asyncio.timeout(60):
            while not Counter(found) >= Counter(wanted):
                for batch in (await consumer.getmany(timeout_ms=200)).values():
                    found += [dict(record.headers)["ce_type"].decode() for record in batch]
    finally:
        await consumer.stop()
    return found


async def test_what_was_accepted_while_kafka_was_away_is_told_when_it_is_there(
    intake: Intake, database: str, tmp_path: Path, own_broker: str
) -> None:
    for number in range(20):
        accepted(await intake.post("messages", MESSAGE, Idempotency_Key=f"k-{number}"))
    service = build(settings(database, tmp_path, own_broker), SystemClock())
    await service.start_parts()
    try:
        assert await records(own_broker, Topic.INBOUND, MessageReceived=20) == ["MessageReceived"] * 20
        defined = await intake.count("definitions")
        told = await records(own_broker, Topic.DEFINITIONS, DefinitionApplied=defined, DefinitionsComplete=1)
        assert told == ["DefinitionApplied"] * defined + ["DefinitionsComplete"]
    finally:
        await service.stop_parts()


async def test_a_second_start_finds_its_definitions_and_messages(intake: Intake, database: str, tmp_path: Path) -> None:
    accepted(await intake.post("messages", MESSAGE, Idempotency_Key="k-1"))
    service = build(settings(database, tmp_path), SystemClock())
    await service.start_parts()
    try:
        assert await intake.said("DefinitionsComplete") == [{"revision": 1, "count": await intake.count("definitions")}]
        assert service.health.problems() == {}
    finally:
        await service.stop_parts()


async def test_a_broker_that_forgot_everything_is_told_everything_again(
    intake: Intake, database: str, tmp_path: Path
) -> None:
    accepted(await intake.post("messages", MESSAGE, Idempotency_Key="k-1"))
    broker = EmbeddedBroker(tmp_path)
    await broker.start()
    service = build(settings(database, tmp_path, broker.bootstrap), SystemClock())
    await service.start_parts()
    try:
        defined = await intake.count("definitions")
        await records(broker.bootstrap, Topic.DEFINITIONS, DefinitionApplied=defined, DefinitionsComplete=1)
        await records(broker.bootstrap, Topic.INBOUND, MessageReceived=1)
        await intake.http.delete("/intake/v1/definitions/RoutingRule/billing?workspace=support")
        await broker.kill()
        accepted(await intake.post("messages", MESSAGE, Idempotency_Key="k-2"))
        await broker.start()
        await records(broker.bootstrap, Topic.INBOUND, MessageReceived=2)
        gone = {"DefinitionApplied": defined - 1, "DefinitionDeleted": 1, "DefinitionsComplete": 1}
        await records(broker.bootstrap, Topic.DEFINITIONS, **gone)
    finally:
        await service.stop_parts()
        await broker.stop()
