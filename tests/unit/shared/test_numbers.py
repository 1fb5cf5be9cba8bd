"""Which rows of an outbox are open, by their numbers."""

import random

from gongdan.shared.bus.numbers import NO_END, Open


def test_above_a_number_everything_is_open() -> None:
    found = Open.above(7)
    assert (found.reached, found.met) == (7, 7)
    assert found.spans == ((8, NO_END),)


def test_what_is_missing_below_what_is_settled_stays_open() -> None:
    found = Open.above(0).without([3, 1, 6])
    assert found.spans == ((2, 2), (4, 5), (7, NO_END))
    assert (found.reached, found.met) == (1, 6)


def test_what_comes_late_closes_its_gap() -> None:
    assert Open.above(0).without([1, 3, 4]).without([2]) == Open.above(4)
    assert Open.above(0).without([1, 5]).without([3]).spans == ((2, 2), (4, 4), (6, NO_END))


def test_what_is_settled_twice_is_settled() -> None:
    assert Open.above(4).without([2, 3, 5]).without([5]) == Open.above(5)


def test_what_never_comes_is_given_up_but_what_is_there_and_unsettled_is_not() -> None:
    gaps = Open.above(0).without([3, 6, 9])
    assert gaps.only([], 5).spans == ((7, 8), (10, NO_END))
    assert gaps.only([2, 8], 6).spans == ((2, 2), (7, 8), (10, NO_END))
    assert gaps.only([2, 8], 9).spans == ((2, 2), (8, 8), (10, NO_END))
    assert gaps.only([], gaps.met) == Open.above(9)


def test_in_any_order_all_that_is_settled_is_closed_and_nothing_else() -> None:
    chance = random.Random(5)  # noqa: S311 - the same numbers every time
    for _ in range(200):
        found, settled = Open.above(0), set[int]()
        for _ in range(chance.randrange(1, 6)):
            some = chance.sample(range(1, 40), chance.randrange(1, 10))
            settled.update(some)
            found = found.without(some)
        closed = {number for number in range(1, 41) if not any(a <= number <= b for a, b in found.spans)}
        assert closed == settled
        assert all(a <= b for a, b in found.spans)
