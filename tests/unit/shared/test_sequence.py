"""Order per key: whatever the order and repetition of arrivals, each version is applied once and in its turn."""

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from gongdan.shared.db.sequence import in_sequence


@dataclass(frozen=True)
class Item:
    """A version of a key."""

    key: str
    sequence: int


@st.composite
def batches(draw: st.DrawFn) -> list[list[Item]]:
    """Versions 1..n of a few keys, shuffled, repeated, and cut into batches."""
    lengths = draw(st.lists(st.integers(0, 6), min_size=1, max_size=3))
    items = [Item(f"k{key}", version) for key, length in enumerate(lengths) for version in range(1, length + 1)]
    repeated = items + (draw(st.lists(st.sampled_from(items), max_size=10)) if items else [])
    shuffled = draw(st.permutations(repeated))
    cuts = sorted(draw(st.lists(st.integers(0, len(shuffled)), max_size=4)))
    return [list(shuffled[a:b]) for a, b in zip([0, *cuts], [*cuts, len(shuffled)], strict=True)]


@given(batches())
def test_each_version_is_applied_once_and_in_its_turn(parts: list[list[Item]]) -> None:
    positions: dict[str, int] = {}
    held: list[Item] = []
    applied: list[Item] = []
    for part in parts:
        order = in_sequence(positions, held, part)
        applied.extend(order.ready)
        positions |= order.positions
        held = [item for item in (*held, *order.early) if item.sequence > positions.get(item.key, 0)]
    for key in {item.key for part in parts for item in part}:
        versions = [item.sequence for item in applied if item.key == key]
        assert versions == list(range(1, len({i for part in parts for i in part if i.key == key}) + 1))
    assert not held


def test_a_version_that_comes_early_waits_for_the_one_before() -> None:
    order = in_sequence({"a": 1}, [], [Item("a", 3)])
    assert (order.ready, order.early) == ((), (Item("a", 3),))
    order = in_sequence({"a": 1}, [Item("a", 3)], [Item("a", 2)])
    assert order.ready == (Item("a", 2), Item("a", 3))
    assert order.positions == {"a": 3}


def test_what_was_applied_before_is_counted_as_a_duplicate() -> None:
    order = in_sequence({"a": 5}, [], [Item("a", 4), Item("a", 5), Item("a", 6)])
    assert (order.ready, order.duplicates) == ((Item("a", 6),), 2)
