"""What a service does not act on, it does not read."""

from collections.abc import Sequence
from dataclasses import replace
from typing import cast

import pytest

from gongdan.shared.bus.delivery import BatchDelivery
from gongdan.shared.bus.records import RELEASED_HEADER, Record
from gongdan.shared.clock import SystemClock
from gongdan.shared.contracts.registry import Event
from gongdan.shared.contracts.topics import Topic
from gongdan.shared.db.session import Database, Transaction


class Touched(Exception):
    """The database was asked for."""


class Untouchable:
    """A database that must not be asked."""

    def transaction(self) -> None:
        """Refuse."""
        raise Touched


async def handle(unit: Transaction, events: Sequence[Event]) -> None:
    """Never called."""


def unreadable(topic: Topic, event_type: str) -> Record:
    """A record that would be parked if it were read."""
    return Record(topic, 0, 0, "key", b"{", [("ce_type", event_type.encode())])


def delivery() -> BatchDelivery:
    """One that takes breaches only of `sla`, and everything of other topics."""
    db = cast(Database, Untouchable())
    return BatchDelivery("router", db, handle, SystemClock(), only={Topic.SLA: {"DeadlineBreached"}})


async def test_types_that_a_service_does_not_act_on_are_passed_over_unread() -> None:
    await delivery().deliver([unreadable(Topic.SLA, "ClockStarted")] * 3)


async def test_what_is_released_for_another_service_is_passed_over_unread() -> None:
    record = unreadable(Topic.INBOUND, "MessageReceived")
    await delivery().deliver([replace(record, headers=[*record.headers, (RELEASED_HEADER, b"api")])])


@pytest.mark.parametrize(
    "record", [unreadable(Topic.SLA, "DeadlineBreached"), unreadable(Topic.INBOUND, "ClockStarted")]
)
async def test_all_others_are_read(record: Record) -> None:
    with pytest.raises(Touched):
        await delivery().deliver([record])
