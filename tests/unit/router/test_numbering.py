"""Numbers in hand: used in order, the rest returned."""

from gongdan.router.domain.numbering import NumberPool


def test_numbers_are_used_in_order_per_prefix() -> None:
    pool = NumberPool()
    pool.add("GD", 7, 2)
    pool.add("WB", 1, 1)
    seen = []
    while number := pool.peek("GD"):
        seen.append(number)
        pool.use("GD")
    assert (seen, pool.peek("WB"), pool.peek("XX")) == (["GD-7", "GD-8"], "WB-1", None)


def test_what_was_not_used_is_returned() -> None:
    pool = NumberPool()
    pool.add("GD", 7, 5)
    pool.use("GD")
    assert pool.rest() == [("GD", 8, 4)]


def test_when_all_came_to_nothing_everything_is_returned() -> None:
    pool = NumberPool()
    pool.add("GD", 7, 3)
    pool.use("GD")
    pool.forget()
    assert pool.rest() == [("GD", 7, 3)]


def test_of_numbers_with_a_gap_only_the_last_run_can_be_returned() -> None:
    pool = NumberPool()
    pool.add("GD", 1, 2)
    pool.add("GD", 9, 3)
    assert pool.rest() == [("GD", 9, 3)]


def test_nothing_is_returned_when_all_was_used() -> None:
    pool = NumberPool()
    pool.add("GD", 1, 1)
    pool.use("GD")
    assert pool.rest() == []
