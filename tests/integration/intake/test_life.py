"""Accepted means kept: with Kafka away, with PostgreSQL away, across restarts, and told once Kafka is there."""

import asyncio
from pathlib import Path

import asyncpg
from aiokafka import AIOKafkaConsumer, TopicPartition

from gongdan.intake.app import build
from gongdan.shared.clock import SystemClock
from gongdan.shared.contracts.topics import TOPICS, Topic
from tests.integration.intake.conftest import settings
from tests.integration.intake.desk import Intake, accepted, refused

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


async def records(bootstrap: str, topic: Topic, count: int) -> list[str]:
    """The types of the first `count` records of a topic; an empty type is a tombstone's."""
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, auto_offset_reset="earliest")
    await consumer.start()
    consumer.assign([TopicPartition(topic, number) for number in range(TOPICS[topic].partitions)])
    found: list[str] = []
    try:
        async with asyncio.timeout(30):
            while len(found) < count:
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
        assert await records(own_broker, Topic.INBOUND, 20) == ["MessageReceived"] * 20
        defined = await intake.count("definitions")
        told = await records(own_broker, Topic.DEFINITIONS, defined + 1)
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
