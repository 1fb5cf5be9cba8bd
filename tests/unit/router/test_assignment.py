"""Round robin: in roster order, fair, over those at work."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongdan.router.domain.assignment import next_in_turn

NAMES = [f"agent{number}" for number in range(8)]
ROSTER = st.lists(st.sampled_from(NAMES), unique=True)


@pytest.mark.parametrize(
    ("active", "last", "who"),
    [
        ("abc", None, "a"),
        ("abc", "a", "b"),
        ("abc", "c", "a"),
        ("abc", "gone", "a"),
        ("ac", "a", "c"),
        ("a", "a", "a"),
        ("b", "c", "b"),
        ("", "a", None),
    ],
)
def test_the_turn_goes_to_the_next_active_member(active: str, last: str | None, who: str | None) -> None:
    assert next_in_turn(tuple("abc"), frozenset(active), last) == who


@given(ROSTER, st.sets(st.sampled_from(NAMES)), st.integers(0, 50), st.none() | st.sampled_from(NAMES))
def test_after_any_number_of_turns_nobody_had_two_more_than_another(
    roster: list[str], away: set[str], turns: int, last: str | None
) -> None:
    active = frozenset(roster) - away
    given_to: Counter[str] = Counter(dict.fromkeys(active, 0))
    for _ in range(turns):
        last = next_in_turn(roster, active, last)
        if last is not None:
            given_to[last] += 1
    assert sum(given_to.values()) == (turns if active else 0)
    assert max(given_to.values(), default=0) - min(given_to.values(), default=0) <= 1


@given(ROSTER.filter(lambda roster: len(roster) > 2), st.data())
def test_who_leaves_takes_nobody_elses_turn_away(roster: list[str], data: st.DataObject) -> None:
    last, leaves = data.draw(st.permutations(roster))[:2]
    active = frozenset(roster)
    expected = next_in_turn(roster, active - {leaves}, last)
    assert next_in_turn([name for name in roster if name != leaves], active - {leaves}, last) == expected
