"""What the kit knows about topics, asked of a real broker."""

import pytest
from aiokafka import TopicPartition

from gongdan.shared.bus import kafka, topics
from tests.kit.service import settings

KINDS = {"compacted": None, "kept": 86_400_000}


@pytest.mark.parametrize("kind", list(KINDS))
async def test_the_end_of_a_partition_is_after_the_last_record_of_its_last_batch(
    kind: str, broker_bootstrap: str
) -> None:
    config = settings("postgresql+asyncpg://unused", broker_bootstrap)
    place = TopicPartition(f"ends-{kind}", 0)
    await topics.make_missing(broker_bootstrap, [topics.WantedTopic(place.topic, 1, KINDS[kind])], 1)
    producer, reader = kafka.producer(config), kafka.reader(config)
    await producer.start()
    await reader.start()
    assert await topics.end_offsets(reader, [place]) == {place: 0}
    for end in (3, 6, 9):
        sent = [await producer.send(place.topic, value=b"v", key=bytes([number])) for number in range(3)]
        await producer.flush()
        assert (await sent[-1]).offset == end - 1
        assert await topics.end_offsets(reader, [place]) == {place: end}
    await producer.stop()
    await reader.stop()


async def test_to_ask_for_a_topic_does_not_make_it(broker_bootstrap: str) -> None:
    config = settings("postgresql+asyncpg://unused", broker_bootstrap)
    reader = kafka.reader(config)
    await reader.start()
    assert await reader._client.add_topic("never-made")
    assert "never-made" not in await reader.topics()
    await reader.stop()
