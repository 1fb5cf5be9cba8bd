"""How long fetches are to wait at a broker that waits though it has found something."""

from types import SimpleNamespace
from typing import cast

import pytest
from aiokafka import AIOKafkaConsumer
from aiokafka.consumer.fetcher import Fetcher

from gongdan.shared.bus.fetching import SHORTEST_MS, Patience, let_each_fetch_say, something_came


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_patience_that_is_told_nothing_is_the_setting() -> None:
    patience = Patience(500)
    assert [patience.of_next() for _ in range(3)] == [500, 500, 500]


def test_the_first_fetch_after_something_came_does_not_wait_and_the_next_one_hardly_does() -> None:
    patience = Patience(500, Clock())
    patience.something_came()
    assert [patience.of_next() for _ in range(3)] == [0, SHORTEST_MS, SHORTEST_MS]


@pytest.mark.parametrize(("quiet", "wait"), [(0.01, SHORTEST_MS), (0.1, 25), (0.2, 50), (10, 60)])
def test_a_fetch_waits_a_quarter_of_the_time_that_nothing_came_and_not_longer_than_the_setting(
    quiet: float, wait: int
) -> None:
    clock = Clock()
    patience = Patience(60, clock)
    patience.something_came()
    patience.of_next()
    clock.now += quiet
    assert patience.of_next() == wait


let_each_fetch_say()


class Bare(Fetcher):  # type: ignore[misc]  # aiokafka has no types
    """A fetcher with nothing but its setting."""

    def __init__(self, longest: int) -> None:
        self._fetch_max_wait_ms = longest


def test_what_a_fetcher_reads_as_its_setting_is_its_own_patience() -> None:
    one, other = Bare(70), Bare(500)
    something_came(cast(AIOKafkaConsumer, SimpleNamespace(_fetcher=one)))
    assert [one._fetch_max_wait_ms, one._fetch_max_wait_ms, other._fetch_max_wait_ms] == [0, SHORTEST_MS, 500]
