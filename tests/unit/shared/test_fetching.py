"""How long fetches are to wait at a broker that waits though it has found something."""

from types import SimpleNamespace
from typing import cast

import pytest
from aiokafka import AIOKafkaConsumer
from aiokafka.consumer.fetcher import Fetcher

from gongdan.shared.bus.fetching import SHORTEST_MS, FetchWait, let_each_fetch_say, something_came


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_wait_that_is_told_nothing_is_the_setting() -> None:
    wait_ = FetchWait(500)
    assert [wait_.of_next() for _ in range(3)] == [500, 500, 500]


def test_the_first_fetch_after_something_came_does_not_wait_and_the_next_one_hardly_does() -> None:
    wait_ = FetchWait(500, Clock())
    wait_.something_came()
    assert [wait_.of_next() for _ in range(3)] == [0, SHORTEST_MS, SHORTEST_MS]


@pytest.mark.parametrize(("quiet", "wait"), [(0.01, SHORTEST_MS), (0.1, 25), (0.2, 50), (10, 60)])
def test_a_fetch_waits_a_quarter_of_the_time_that_nothing_came_and_not_longer_than_the_setting(
    quiet: float, wait: int
) -> None:
    clock = Clock()
    wait_ = FetchWait(60, clock)
    wait_.something_came()
    wait_.of_next()
    clock.now += quiet
    assert wait_.of_next() == wait


def fetcher(longest: int) -> Fetcher:
    """A fetcher with nothing but its setting."""
    let_each_fetch_say()
    bare = object.__new__(Fetcher)
    bare._fetch_max_wait_ms = longest
    return bare


def test_what_a_fetcher_reads_as_its_setting_is_a_wait_of_its_own() -> None:
    one, other = fetcher(70), fetcher(500)
    something_came(cast(AIOKafkaConsumer, SimpleNamespace(_fetcher=one)))
    assert [one._fetch_max_wait_ms, one._fetch_max_wait_ms, other._fetch_max_wait_ms] == [0, SHORTEST_MS, 500]
