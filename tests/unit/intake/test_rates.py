"""Rates: a minute's worth at once, then as fast as the bucket fills; addresses counted as households have them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongdan.intake.domain.rates import Rates, neighbourhood


def test_a_minutes_worth_may_come_at_once_and_then_one_as_often_as_the_bucket_fills() -> None:
    rates = Rates()
    assert [rates.wait("a", 6, 0.0) for _ in range(7)] == [0, 0, 0, 0, 0, 0, 10]
    assert rates.wait("b", 6, 0.0) == 0
    assert rates.wait("a", 6, 9.0) == 1
    assert rates.wait("a", 6, 10.0) == 0


def test_of_too_many_the_longest_silent_is_forgotten() -> None:
    rates = Rates(most=2)
    for key in ("a", "b", "a", "c"):
        rates.wait(key, 1, 0.0)
    assert rates.wait("a", 1, 0.0) > 0
    assert rates.wait("b", 1, 0.0) == 0


@given(st.lists(st.floats(0, 600), min_size=1, max_size=60), st.integers(1, 30))
def test_never_more_pass_than_the_bucket_and_its_filling_allow(times: list[float], per_minute: int) -> None:
    rates, times = Rates(), sorted(times)
    passed = sum(rates.wait("a", per_minute, at) == 0 for at in times)
    assert passed <= per_minute + (times[-1] - times[0]) * per_minute / 60 + 1e-6


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("no address", "unknown"),
        ("", "unknown"),
    ],
)
def test_addresses_are_counted_as_households_have_them(address: str, counted: str) -> None:
    assert neighbourhood(address) == counted
