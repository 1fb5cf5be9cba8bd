"""Making topics, and asking how far they reach. Only a topic's writer makes it."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError

from gongdan.shared.bus.parked import parked_topics_of
from gongdan.shared.contracts.topics import DAY_MS, ServiceName, Topic, topics_of
from gongdan.shared.errors import RetryLater

ALREADY_EXISTS = 36
PARKED_RETENTION_MS = 30 * DAY_MS
LOOK_MS = 500


@dataclass(frozen=True, slots=True)
class WantedTopic:
    """A topic to be made. `retention_ms` None: compacted."""

    name: str
    partitions: int
    retention_ms: int | None


def wanted_by(writer: ServiceName, most_partitions: int) -> list[WantedTopic]:
    """All topics a service writes: its own, and those it parks on."""
    own = [
        WantedTopic(spec.topic, min(spec.partitions, most_partitions), spec.retention_ms) for spec in topics_of(writer)
    ]
    return own + [WantedTopic(name, 1, PARKED_RETENTION_MS) for name in parked_topics_of(writer)]


def _new_topic(wanted: WantedTopic, replication: int) -> NewTopic:
    policy = (
        {"cleanup.policy": "compact"}
        if wanted.retention_ms is None
        else {"cleanup.policy": "delete", "retention.ms": str(wanted.retention_ms)}
    )
    policy["max.message.bytes"] = str(8 * 1024 * 1024)
    return NewTopic(wanted.name, wanted.partitions, replication, topic_configs=policy)


@asynccontextmanager
async def _admin(bootstrap: str) -> AsyncIterator[AIOKafkaAdminClient]:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap, request_timeout_ms=5000)
    try:
        await admin.start()
        yield admin
    except (TimeoutError, KafkaError, OSError) as error:
        raise RetryLater(f"Kafka at {bootstrap}: {type(error).__name__}: {error}") from error
    finally:
        await admin.close()


async def make_missing(
    bootstrap: str, wanted: Sequence[WantedTopic], replication: int, *, swept: bool = False
) -> set[str]:
    """Make the topics that do not exist; returns those made. Raises RetryLater while the broker is away.

    `swept` makes each twice, with a deletion between. The embedded broker takes records for a topic that does not
    exist yet, and they would stand in the way of those that come after it was made.
    """
    async with _admin(bootstrap) as admin:
        there = set(await admin.list_topics())
        missing = [_new_topic(topic, replication) for topic in wanted if topic.name not in there]
        made = await _create(admin, missing) if missing else set()
        if not (swept and made):
            return made
        await admin.delete_topics(sorted(made))
        return await _create(admin, [topic for topic in missing if topic.name in made])


async def _create(admin: AIOKafkaAdminClient, topics: Sequence[NewTopic]) -> set[str]:
    answer = await admin.create_topics(list(topics))
    made: set[str] = set()
    for name, code, *rest in answer.topic_errors:
        if code not in (0, ALREADY_EXISTS):
            raise RetryLater(f"Kafka cannot make topic {name}: {rest[0] if rest else code}")
        made |= {name} if code == 0 else set()
    return made


async def wait_for(bootstrap: str, names: Sequence[str]) -> None:
    """Returns when all topics exist. Raises RetryLater while one is missing: its writer has not started yet."""
    async with _admin(bootstrap) as admin:
        missing = sorted(set(names) - set(await admin.list_topics()))
    if missing:
        raise RetryLater(f"topics not made yet by their writer: {', '.join(missing)}")


async def end_offsets(consumer: AIOKafkaConsumer, places: Sequence[TopicPartition]) -> dict[TopicPartition, int]:
    """The offset after the last record of each partition; asked one by one, which every broker understands.

    The embedded broker counts the last batch of a partition as one record; therefore that batch is looked at. What
    was assigned to the consumer no longer is.
    """
    found: dict[TopicPartition, int] = {}
    for place, listed in (await listed_ends(consumer, places)).items():
        found[place] = max(listed, await _high_water(consumer, place, listed - 1)) if listed else 0
    return found


async def listed_ends(consumer: AIOKafkaConsumer, places: Sequence[TopicPartition]) -> dict[TopicPartition, int]:
    """A cheap lower bound of `end_offsets`: the embedded broker counts a partition's last batch as one record."""
    ends: dict[TopicPartition, int] = {}
    for place in places:
        ends |= await consumer.end_offsets([place])
    return ends


async def _high_water(consumer: AIOKafkaConsumer, place: TopicPartition, offset: int) -> int:
    consumer.assign([place])
    consumer.seek(place, offset)
    await consumer.getmany(place, timeout_ms=LOOK_MS)
    return consumer.highwater(place) or 0


async def partitions_of(consumer: AIOKafkaConsumer, topic: Topic) -> list[TopicPartition]:
    """All partitions that a topic has. Raises KafkaError."""
    await consumer.topics()
    return [TopicPartition(topic, number) for number in sorted(consumer.partitions_for_topic(topic) or ())]
