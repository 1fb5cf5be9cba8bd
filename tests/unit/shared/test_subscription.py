"""What a subscription does with a batch it cannot finish: nothing that came later may be acknowledged over it."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import AsyncMock

import pytest
from aiokafka.errors import IllegalStateError

from gongdan.shared.bus.complaints import ENOUGH, Complaints
from gongdan.shared.bus.epochs import Epochs
from gongdan.shared.bus.kafka import Subscription
from gongdan.shared.bus.records import Record
from gongdan.shared.contracts.topics import Topic
from gongdan.shared.errors import RetryLater, StopService
from gongdan.shared.health import Health
from tests.kit.service import settings


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
    """A subscription without a broker, and what it acknowledged."""

    def __init__(self, *faults: Exception | None) -> None:
        self.health = Health("notifier")
        self.deliveries = Deliveries(list(faults))
        config = settings("postgresql+asyncpg://unused", "127.0.0.1:1")
        self.subscription = Subscription(config, [Topic.TICKETS], self.deliveries, self.health)  # type: ignore[arg-type]
        self.subscription._epochs.known = {}
        self.consumer = AsyncMock()
        self.acknowledged: list[int] = []

    async def give(self, *raw: Raw) -> None:
        message = AsyncMock(raw_message=raw, consumer=self.consumer)
        message.ack.side_effect = lambda: self.acknowledged.append(raw[-1].offset)
        await self.subscription._on_batch(message)


@pytest.mark.parametrize("fault", [RetryLater("stopped while waiting"), StopService("fuse"), ZeroDivisionError("bug")])
async def test_no_batch_is_taken_after_one_that_was_left(fault: Exception) -> None:
    desk = Desk(None, fault)
    for offset in range(3):
        await desk.give(Raw(offset))
    assert desk.deliveries.seen == [0]
    assert desk.acknowledged == [0]


@pytest.mark.parametrize("fault", [StopService("fuse"), ZeroDivisionError("bug")])
async def test_what_cannot_be_waited_out_ends_the_service(fault: Exception) -> None:
    desk = Desk(fault)
    await desk.give(Raw(0))
    with pytest.raises(StopService, match=str(fault)):
        await desk.health.failed()


async def test_a_partition_that_could_not_be_read_again_is_tried_at_its_next_record(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    desk = Desk()
    monkeypatch.setattr(Epochs, "_save", AsyncMock())
    rewritten = [("ce_logepoch", b"1")]
    desk.consumer.seek_to_beginning.side_effect = [IllegalStateError("not assigned"), None]
    await desk.give(Raw(7, headers=rewritten))
    await desk.give(Raw(8, headers=rewritten))
    assert desk.consumer.seek_to_beginning.await_count == 2


async def test_complaints_without_end_end_the_service_and_single_ones_do_not() -> None:
    health = Health("notifier")
    complaints = Complaints(health)
    for _ in range(ENOUGH - 1):
        complaints.log(logging.ERROR, "Kafka error occurred", exc_info=OSError("gone"))
    complaints.log(logging.INFO, "Received")
    assert not health.problems().get("start", "").startswith("nothing can be read")
    complaints.log(logging.ERROR, "Kafka error occurred", exc_info=OSError("gone"))
    with pytest.raises(StopService, match="OSError: gone"):
        await health.failed()
