"""Connections to Kafka: the one place that fixes every policy of consuming and producing.

A client's defaults commit offsets on a timer and start at the end of the log; both lose messages. So nothing
here is left to a default: offsets are committed by hand after the batch took effect, new groups start at the
beginning, group ids are the service's name.
"""

import asyncio
from collections.abc import Sequence

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord

from gongdan.shared.bus.fetching import let_each_fetch_say
from gongdan.shared.bus.mended import mend
from gongdan.shared.bus.records import Record
from gongdan.shared.contracts.topics import ServiceName, Topic
from gongdan.shared.settings import BaseServiceSettings

mend()
let_each_fetch_say()

METADATA_AGE_MS = 2_000
MAX_RECORD_BYTES = 8 * 1024 * 1024
BATCH_BYTES = 512 * 1024


def group_id(service: ServiceName) -> str:
    """The consumer group of a service."""
    return f"gongdan.{service}"


def producer(settings: BaseServiceSettings) -> AIOKafkaProducer:
    """A producer that waits for all replicas and keeps the order of each partition."""
    return AIOKafkaProducer(
        bootstrap_servers=settings.kafka_bootstrap,
        acks="all",
        enable_idempotence=settings.kafka_idempotence,
        linger_ms=0,
        max_batch_size=BATCH_BYTES,
        max_request_size=MAX_RECORD_BYTES,
        request_timeout_ms=10_000,
        retry_backoff_ms=100,
        metadata_max_age_ms=METADATA_AGE_MS,
    )


def reader(settings: BaseServiceSettings) -> AIOKafkaConsumer:
    """A consumer without a group, for reading a whole topic or asking for offsets."""
    return AIOKafkaConsumer(
        bootstrap_servers=settings.kafka_bootstrap,
        group_id=None,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        fetch_max_wait_ms=max(settings.kafka_fetch_wait_ms, 250),
        metadata_max_age_ms=METADATA_AGE_MS,
        request_timeout_ms=10_000,
    )


async def let_go(consumer: AIOKafkaConsumer) -> None:
    """Stop a consumer.

    aiokafka waits for tasks that it has cancelled. At times, such as while the broker is away, that comes out as if
    whoever stops it had been cancelled, and leaves its connections open.
    """
    try:
        await consumer.stop()
    except asyncio.CancelledError:
        task = asyncio.current_task()
        if task and task.cancelling():
            raise
        await consumer._client.close()  # noqa: SLF001 - what stopping would have ended with


def record_of(raw: ConsumerRecord) -> Record:
    """Our view of a consumed record."""
    key = raw.key.decode("utf-8", "replace") if raw.key else ""
    headers = [(name, value or b"") for name, value in raw.headers]
    return Record(raw.topic, raw.partition, raw.offset, key, raw.value, headers)


def subscribe(settings: BaseServiceSettings, service: ServiceName, names: Sequence[Topic]) -> AIOKafkaConsumer:
    """A reader from the beginning that commits by hand for the service's group; a member of it for topics with `names`.

    The only one of its kind.
    """
    return AIOKafkaConsumer(
        *names,
        bootstrap_servers=settings.kafka_bootstrap,
        group_id=group_id(service),
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        # Whoever lets records gather need not ask more often.
        fetch_max_wait_ms=max(settings.kafka_fetch_wait_ms, settings.kafka_batch_gap_ms // 2),
        max_partition_fetch_bytes=MAX_RECORD_BYTES,
        session_timeout_ms=settings.kafka_session_ms,
        heartbeat_interval_ms=settings.kafka_session_ms // 5,
        max_poll_interval_ms=600_000,
        metadata_max_age_ms=METADATA_AGE_MS,
        request_timeout_ms=10_000,
    )
