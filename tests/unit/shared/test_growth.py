"""What is told of a broker that keeps everything in memory."""

import os

from gongdan.shared.embedded import growth
from gongdan.shared.embedded.growth import MUCH, Growth


def test_nothing_is_told_of_a_broker_that_holds_little() -> None:
    assert Growth().weigh(1, MUCH - 1) is None


def test_much_is_told_with_what_to_do_and_again_only_when_it_has_doubled() -> None:
    grown = Growth()
    told = [grown.weigh(1, round(held * MUCH)) for held in (1, 1.5, 1.99, 2.1, 3.9, 9, 10)]
    assert [str(one).split(",")[0] for one in told if one] == [f"holds {gib} GiB in memory" for gib in (1.0, 2.1, 9.0)]
    assert "start Gongdan anew" in str(told[0])


def test_a_broker_that_was_started_again_is_told_of_anew() -> None:
    grown = Growth()
    assert grown.weigh(1, 5 * MUCH)
    assert grown.weigh(2, MUCH // 100) is None
    assert grown.weigh(2, MUCH)


def test_the_memory_of_a_process_is_looked_at_and_one_that_is_gone_holds_nothing() -> None:
    assert growth._resident(os.getpid()) > 10_000_000
    assert growth._resident(2**22 + 1) == 0
    assert Growth(next_at=1, pid=os.getpid()).look(os.getpid())
    assert Growth().look(None) is None
