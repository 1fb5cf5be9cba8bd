"""Between small batches nothing is asked for; topics that nobody waits for are now and then, and never forgotten."""

from typing import cast
from unittest.mock import Mock

from aiokafka import AIOKafkaConsumer, TopicPartition

from gongdan.shared.bus.asking import Asking
from gongdan.shared.contracts.topics import Topic

OFTEN, RARE = TopicPartition(Topic.TICKETS, 0), TopicPartition(Topic.SLA, 0)


class Reader:
    """A consumer that knows what is paused."""

    def __init__(self) -> None:
        self.closed: set[TopicPartition] = set()
        self.assignment = Mock(return_value={OFTEN, RARE})

    def paused(self) -> set[TopicPartition]:
        return set(self.closed)

    def pause(self, *places: TopicPartition) -> None:
        self.closed |= set(places)

    def resume(self, *places: TopicPartition) -> None:
        self.closed -= set(places)


def polled(asking: Asking, *times: float) -> list[bool]:
    """Whether the seldom topic was open at each of these polls."""
    reader = Reader()
    found = []
    for now in times:
        assert 0 < asking.begin(cast(AIOKafkaConsumer, reader), now) <= 1
        assert OFTEN not in reader.closed
        found.append(RARE not in reader.closed)
    return found


def test_they_are_open_for_two_polls_and_then_closed_for_the_time_given() -> None:
    times = (0.0, 0.02, 0.04, 0.06, 0.2, 0.28, 0.29, 0.30, 0.31)
    assert polled(Asking([Topic.SLA], 0.25), *times) == [True, True, False, False, False, False, True, True, False]


def test_where_each_batch_takes_long_they_are_still_open_two_polls_of_three() -> None:
    assert polled(Asking([Topic.SLA], 0.25), *range(6)) == [True, True, False, True, True, False]


def test_without_a_time_they_are_always_open() -> None:
    assert all(polled(Asking([Topic.SLA], 0), 0.0, 0.1, 0.2, 0.3))


def test_between_batches_nothing_is_asked_for_and_at_the_next_poll_everything_that_is_not_closed() -> None:
    reader, asking = Reader(), Asking([Topic.SLA], 0.25)
    consumer = cast(AIOKafkaConsumer, reader)
    for now, closed in ((0.0, set()), (0.1, set()), (0.2, {RARE})):
        asking.begin(consumer, now)
        assert reader.closed == closed
        asking.hold(consumer)
        assert reader.closed == {OFTEN, RARE}
