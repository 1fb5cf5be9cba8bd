"""Which records make up a batch: all that has come, and with patient ones what comes soon after."""

import asyncio
from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import cast
from unittest.mock import Mock

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition

from gongdan.shared.bus import polling
from gongdan.shared.bus.fetching import FetchWait
from gongdan.shared.bus.polling import Polling
from gongdan.shared.contracts.topics import Topic
from tests.kit.service import settings

Came = Mapping[Topic, int]
LONGEST = 500


class Waiting:
    """A consumer to which this comes, poll by poll; then nothing more, as long as it may take."""

    def __init__(self, *polls: Came) -> None:
        self._polls = list(polls)
        self.most: list[int] = []
        self.waits: list[int] = []
        self.resume = self.pause = Mock()
        self.paused = self.assignment = Mock(return_value=set())
        self._fetcher = SimpleNamespace(fetch_wait=FetchWait(LONGEST))

    async def getmany(self, timeout_ms: int, max_records: int) -> dict[TopicPartition, Sequence[Mock]]:
        self.most.append(max_records)
        self.waits.append(self._fetcher.fetch_wait.of_next())
        if not self._polls:
            await asyncio.sleep(timeout_ms / 1_000)
            return {}
        found = self._polls.pop(0)
        return {TopicPartition(name, 0): [_raw(name)] * count for name, count in found.items()}


def _raw(topic: Topic) -> Mock:
    return Mock(topic=topic, partition=0, offset=0, key=b"key", value=b"{}", headers=())


async def batch_of(consumer: Waiting, full: int = 100, *, in_memory: bool = True) -> list[str]:
    known = settings("postgresql+asyncpg://unused", "127.0.0.1:1", in_memory=in_memory)
    config = known.model_copy(update={"kafka_batch": full})
    found = await Polling(cast(AIOKafkaConsumer, consumer), config, [Topic.INBOUND]).next()
    return [record.topic for record in found]


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(polling, "PATIENCE_SECONDS", 0.05)
    monkeypatch.setattr(polling, "LONGEST_POLL_MS", 10)


@pytest.mark.parametrize(
    ("polls", "batch"),
    [
        ([{Topic.TICKETS: 1}, {Topic.TICKETS: 1}], [Topic.TICKETS]),
        ([{Topic.INBOUND: 1, Topic.TICKETS: 1}, {Topic.TICKETS: 1}], [Topic.INBOUND, Topic.TICKETS]),
        ([{Topic.INBOUND: 1}, {Topic.TICKETS: 1}, {Topic.TICKETS: 1}], [Topic.INBOUND, Topic.TICKETS]),
        ([{Topic.INBOUND: 1}, {Topic.INBOUND: 1}, {Topic.TICKETS: 1}], [Topic.INBOUND, Topic.INBOUND, Topic.TICKETS]),
        ([{Topic.INBOUND: 1}], [Topic.INBOUND]),
        ([{}, {Topic.TICKETS: 1}], []),
    ],
    ids=["urgent", "both at once", "urgent after patient", "patient after patient", "nobody else comes", "nothing"],
)
async def test_patient_records_wait_for_others_and_nobody_waits_for_patient_ones(
    polls: list[Came], batch: list[str]
) -> None:
    assert await batch_of(Waiting(*polls)) == batch


async def test_a_batch_of_patient_records_gets_no_longer_than_any_other() -> None:
    consumer = Waiting({Topic.INBOUND: 3}, {Topic.INBOUND: 2}, {Topic.TICKETS: 1})
    assert await batch_of(consumer, full=5) == [Topic.INBOUND] * 5
    assert consumer.most == [5, 2]


@pytest.mark.parametrize(("in_memory", "waits"), [(True, [LONGEST, 0]), (False, [LONGEST, LONGEST])])
async def test_only_a_broker_that_waits_for_nothing_is_asked_not_to_wait(in_memory: bool, waits: list[int]) -> None:
    consumer = Waiting({Topic.INBOUND: 1}, {Topic.TICKETS: 1})
    await batch_of(consumer, in_memory=in_memory)
    assert consumer.waits == waits
