"""What a subscription does with a batch it cannot finish: nothing that came later may be acknowledged over it."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, cast
from unittest.mock import AsyncMock, Mock

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import IllegalStateError, UnknownError

from gongdan.shared.bus import polling, subscription
from gongdan.shared.bus.delivery import BatchDelivery
from gongdan.shared.bus.epochs import Epochs
from gongdan.shared.bus.records import Record
from gongdan.shared.bus.subscription import Subscription
from gongdan.shared.contracts.topics import Topic
from gongdan.shared.errors import RetryLater, StopService
from gongdan.shared.health import Health
from tests.kit.service import settings

PLACE = TopicPartition(Topic.TICKETS, 0)


@dataclass
class Deliveries:
    """A delivery that fails as told, in turn."""

    faults: list[Exception | None]
    service: str = "notifier"
    db: Any = None
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    seen: list[int] = field(default_factory=list)

    async def deliver(self, records: Sequence[Record]) -> None:
        fault = self.faults.pop(0) if self.faults else None
        if isinstance(fault, RetryLater):
            self.stopping.set()
        if fault:
            raise fault
        self.seen += [record.offset for record in records]


@dataclass
class Raw:
    """A consumed record as aiokafka gives it."""

    offset: int
    topic: str = Topic.TICKETS
    partition: int = 0
    key: bytes = b"key"
    value: bytes = b"{}"
    headers: Sequence[tuple[str, bytes]] = ()


class Desk:
    """A subscription on a consumer that gives what it is told, batch by batch, and then ends the test's work."""

    def __init__(self, *faults: Exception | None) -> None:
        self.health = Health("notifier")
        self.deliveries = Deliveries(list(faults))
        config = settings("postgresql+asyncpg://unused", "127.0.0.1:1")
        delivery = cast(BatchDelivery, self.deliveries)
        self.subscription = Subscription(config, [Topic.TICKETS], delivery, self.health)
        self.subscription._epochs.known = {}
        self.consumer = AsyncMock(_fetcher=Mock())
        self.consumer.assignment = Mock(return_value={PLACE})
        self.consumer.pause = self.consumer.resume = Mock()
        self.consumer.paused = Mock(return_value=set())
        self.acknowledged: list[int] = []
        self.consumer.commit.side_effect = lambda reached: self.acknowledged.append(reached[PLACE] - 1)

    async def read(self, *polls: Raw | Exception) -> None:
        """Consume until nothing is left."""
        waiting = list(polls)

        async def getmany(**_: object) -> dict[TopicPartition, list[Raw]]:
            if not waiting:
                self.deliveries.stopping.set()
                return {}
            found = waiting.pop(0)
            if isinstance(found, Exception):
                raise found
            return {PLACE: [found]}

        self.consumer.getmany = getmany
        consumer = self.subscription.membership.consumer = cast(AIOKafkaConsumer, self.consumer)
        await self.subscription._consume(consumer)


@pytest.mark.parametrize("fault", [RetryLater("stopped while waiting"), StopService("fuse"), ZeroDivisionError("bug")])
async def test_no_batch_is_taken_after_one_that_was_left(fault: Exception) -> None:
    desk = Desk(None, fault)
    await desk.read(Raw(0), Raw(1), Raw(2))
    assert desk.deliveries.seen == [0]
    assert desk.acknowledged == [0]


@pytest.mark.parametrize("fault", [StopService("fuse"), ZeroDivisionError("bug")])
async def test_what_cannot_be_waited_out_ends_the_service(fault: Exception) -> None:
    desk = Desk(fault)
    await desk.read(Raw(0))
    with pytest.raises(StopService, match=str(fault)):
        await desk.health.failed()


async def test_offsets_that_could_not_be_committed_do_not_hold_up_the_next_batch() -> None:
    desk = Desk()
    desk.consumer.commit.side_effect = [IllegalStateError("taken away"), None]
    await desk.read(Raw(0), Raw(1))
    assert desk.deliveries.seen == [0, 1]


async def test_batches_that_come_soon_are_acknowledged_together_and_the_last_when_it_stops() -> None:
    desk = Desk()
    await desk.read(Raw(0), Raw(1), Raw(2))
    assert desk.acknowledged == [0]
    await desk.subscription.stop()
    assert desk.acknowledged == [0, 2]


async def test_a_broker_that_is_gone_does_not_keep_a_service_from_stopping(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subscription, "COMMIT_PATIENCE", 0.01)
    desk = Desk()
    asked: list[object] = []

    async def commit(reached: object) -> None:
        asked.append(reached)
        await asyncio.Event().wait()

    desk.consumer.commit = commit
    await desk.read(Raw(0))
    await desk.subscription.stop()
    assert asked == [{PLACE: 1}, {PLACE: 1}]


async def test_what_went_to_another_replica_is_not_acknowledged_by_this_one() -> None:
    desk = Desk()
    desk.consumer.assignment.return_value = {TopicPartition(Topic.TICKETS, 1)}
    await desk.read(Raw(0))
    assert desk.acknowledged == []


async def test_a_partition_that_could_not_be_read_again_is_tried_at_its_next_record(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    desk = Desk()
    monkeypatch.setattr(Epochs, "_save", AsyncMock())
    rewritten = [("ce_logepoch", b"1")]
    desk.consumer.seek_to_beginning.side_effect = [IllegalStateError("not assigned"), None]
    await desk.read(Raw(7, headers=rewritten), Raw(8, headers=rewritten))
    assert desk.consumer.seek_to_beginning.await_count == 2


async def test_polls_that_only_fail_end_the_service_and_single_ones_do_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(polling, "AFTER_FAULT_SECONDS", 0)
    desk = Desk()
    fault = UnknownError("gone")
    await desk.read(*[fault] * (polling.ENOUGH - 1), Raw(0))
    assert desk.deliveries.seen == [0]
    desk.deliveries.stopping.clear()
    await desk.read(*[fault] * polling.ENOUGH)
    with pytest.raises(StopService, match="nothing can be read"):
        await desk.health.failed()


async def test_nothing_is_asked_for_while_a_batch_that_was_not_full_is_in_hand() -> None:
    desk = Desk()
    asked: list[str] = []
    desk.consumer.paused = Mock(return_value={PLACE})
    desk.consumer.pause = Mock(side_effect=lambda *_: asked.append("pause"))
    desk.consumer.resume = Mock(side_effect=lambda *_: asked.append("resume"))
    await desk.read(Raw(0), Raw(1))
    assert asked == ["resume", "pause", "resume", "pause", "resume"]


@pytest.mark.parametrize(("leisurely", "rests"), [(False, []), (True, [2.0, 2.0])], ids=["awaited", "leisurely"])
async def test_only_what_nobody_waits_for_rests_after_full_batches_and_as_long_as_they_took(
    monkeypatch: pytest.MonkeyPatch, leisurely: bool, rests: list[float]
) -> None:
    desk, found = Desk(), list[float]()
    subscription_ = desk.subscription
    subscription_.leisurely = leisurely
    monkeypatch.setattr(asyncio, "sleep", AsyncMock(side_effect=found.append))
    for full in (True, True):
        await subscription_._rest_after(2.0, full=full)
    assert found == rests


@pytest.mark.parametrize(("took", "rests"), [(0.005, [0.015]), (0.03, [])], ids=["quick", "slow"])
async def test_after_a_batch_that_was_not_full_the_next_begins_no_sooner_than_the_gap(
    monkeypatch: pytest.MonkeyPatch, took: float, rests: list[float]
) -> None:
    desk, found = Desk(), list[float]()
    monkeypatch.setattr(asyncio, "sleep", AsyncMock(side_effect=found.append))
    await desk.subscription._rest_after(took, full=False)
    assert found == pytest.approx(rests)
