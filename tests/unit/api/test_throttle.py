"""Whoever guesses slows down themselves and nobody else."""

from datetime import UTC, datetime, timedelta

import pytest

from gongdan.api.domain.throttle import FREE, LONGEST, network_of, wait

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:0db8:0001:0002::/64"),
        ("testclient", "unknown"),
        ("", "unknown"),
    ],
)
def test_addresses_of_one_subscriber_count_together(address: str, network: str) -> None:
    assert network_of(address) == network


def test_the_first_failures_are_free_and_then_each_wait_is_twice_the_last() -> None:
    waits = [wait(failures, NOW, NOW).total_seconds() for failures in range(FREE - 1, FREE + 4)]
    assert waits == [0, 1, 2, 4, 8]


def test_nobody_waits_longer_than_the_longest_wait() -> None:
    assert wait(10_000, NOW, NOW) == LONGEST


def test_waiting_passes() -> None:
    assert wait(FREE + 3, NOW - timedelta(seconds=8), NOW) == timedelta()
    assert wait(FREE + 3, None, NOW) == timedelta()
