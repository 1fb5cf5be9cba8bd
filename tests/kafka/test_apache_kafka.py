"""The harness itself: what it starts is an Apache Kafka that keeps its data through a SIGKILL."""

from uuid import uuid4

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from gongdan.shared.embedded.stack import Broker
from tests.kafka.jars import NotToBeHad, find_program

pytestmark = pytest.mark.kafka


async def make_topic(bootstrap: str) -> str:
    name = f"test-{uuid4().hex[:12]}"
    client = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await client.start()
    await client.create_topics([NewTopic(name, num_partitions=1, replication_factor=1)])
    await client.close()
    return name


async def produce(bootstrap: str, topic: str, values: list[bytes]) -> None:
    async with AIOKafkaProducer(bootstrap_servers=bootstrap, enable_idempotence=True) as producer:
        for value in values:
            await producer.send_and_wait(topic, value)


async def consume(bootstrap: str, topic: str, count: int) -> list[bytes | None]:
    async with AIOKafkaConsumer(bootstrap_servers=bootstrap, auto_offset_reset="earliest") as consumer:
        consumer.assign([TopicPartition(topic, 0)])
        return [(await consumer.getone()).value for _ in range(count)]


async def test_what_an_idempotent_producer_sent_is_still_there_after_a_sigkill(apache_kafka: Broker) -> None:
    topic = await make_topic(apache_kafka.bootstrap)
    await produce(apache_kafka.bootstrap, topic, [b"one", b"two"])
    await apache_kafka.kill()
    await apache_kafka.start()
    await produce(apache_kafka.bootstrap, topic, [b"three"])
    assert await consume(apache_kafka.bootstrap, topic, 3) == [b"one", b"two", b"three"]


def test_a_kafka_home_without_kafka_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAFKA_HOME", "/nowhere")
    with pytest.raises(NotToBeHad, match="KAFKA_HOME=/nowhere") as told:
        find_program()
    assert "\n" not in str(told.value)


def test_a_missing_java_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAVA_HOME", "/nowhere")
    with pytest.raises(NotToBeHad, match="no Java 17"):
        find_program()
