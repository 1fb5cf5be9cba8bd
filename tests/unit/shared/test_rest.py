"""Rounds of work come seldom enough that each has something to do."""

import pytest

from gongdan.shared.rest import length_of_round


@pytest.mark.parametrize(
    ("took", "length"),
    [(0.001, 0.02), (0.01, 0.03), (0.015, 0.045), (0.05, 0.06), (0.5, 0.06)],
    ids=["at leisure", "usual", "busy", "busier", "a full batch of a burst"],
)
def test_the_longer_small_rounds_take_the_longer_the_next_may_gather(took: float, length: float) -> None:
    assert length_of_round(took, 0.02) == pytest.approx(length)
