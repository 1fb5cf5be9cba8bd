"""Topics that nobody waits for are asked for now and then, and never forgotten."""

from typing import cast
from unittest.mock import Mock

from aiokafka import AIOKafkaConsumer, TopicPartition

from gongdan.shared.bus.seldom import Seldom
from gongdan.shared.contracts.topics import Topic

OFTEN, RARE = TopicPartition(Topic.TICKETS, 0), TopicPartition(Topic.SLA, 0)


class Reader:
    """A consumer that knows what is paused."""

    def __init__(self) -> None:
        self.paused: set[TopicPartition] = set()
        self.assignment = Mock(return_value={OFTEN, RARE})

    def pause(self, *places: TopicPartition) -> None:
        self.paused |= set(places)

    def resume(self, *places: TopicPartition) -> None:
        self.paused -= set(places)


def polled(seldom: Seldom, *times: float) -> list[bool]:
    """Whether the seldom topic was open at each of these polls."""
    reader = Reader()
    found = []
    for now in times:
        assert 0 < seldom.turn(cast(AIOKafkaConsumer, reader), now) <= 1
        assert OFTEN not in reader.paused
        found.append(RARE not in reader.paused)
    return found


def test_they_are_open_for_two_polls_and_then_closed_for_the_time_given() -> None:
    times = (0.0, 0.02, 0.04, 0.06, 0.2, 0.28, 0.29, 0.30, 0.31)
    assert polled(Seldom([Topic.SLA], 0.25), *times) == [True, True, False, False, False, False, True, True, False]


def test_where_each_batch_takes_long_they_are_still_open_two_polls_of_three() -> None:
    assert polled(Seldom([Topic.SLA], 0.25), *range(6)) == [True, True, False, True, True, False]


def test_without_a_time_they_are_always_open() -> None:
    assert all(polled(Seldom([Topic.SLA], 0), 0.0, 0.1, 0.2, 0.3))
