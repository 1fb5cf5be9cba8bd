"""Order per key, kept by the reader: each version once, none before the one before it.

Kafka keeps the order of a partition, but a log that was lost and written again may bring a new record before
the old ones. Whoever reads an ordered topic therefore holds a record that comes early until its turn.
Pure: what was applied and what is held come in, what to do goes out.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar


class Sequenced(Protocol):
    """Something with a place in the order of its key; versions start at 1."""

    @property
    def key(self) -> str:
        """Whose order it belongs to."""
        ...

    @property
    def sequence(self) -> int:
        """Its place."""
        ...


Item = TypeVar("Item", bound=Sequenced)


@dataclass(frozen=True, slots=True)
class Sorted(Generic[Item]):
    """What to apply now and in which order, what to hold, which places are reached, how many were seen before."""

    ready: tuple[Item, ...]
    early: tuple[Item, ...]
    positions: Mapping[str, int]
    duplicates: int


def in_sequence(applied: Mapping[str, int], held: Iterable[Item], arrived: Sequence[Item]) -> "Sorted[Item]":
    """Sort arrivals by what was `applied` (key to last version) and what is `held` from before."""
    waiting: dict[str, dict[int, Item]] = defaultdict(dict)
    for item in held:
        waiting[item.key][item.sequence] = item
    positions = dict(applied)
    held_before = {(key, number) for key, items in waiting.items() for number in items}
    ready: list[Item] = []
    duplicates = 0
    for item in arrived:
        key, place = item.key, item.sequence
        reached, ahead = positions.get(key, 0), waiting.get(key)
        if place <= reached or (ahead and place in ahead):
            duplicates += 1
        elif not ahead and place == reached + 1:
            positions[key] = place
            ready.append(item)
        else:
            waiting[key][place] = item
            ready.extend(_drain(waiting[key], key, positions))
    early = [
        item for key, items in waiting.items() for number, item in items.items() if (key, number) not in held_before
    ]
    moved = {key: number for key, number in positions.items() if applied.get(key, 0) != number}
    return Sorted(tuple(ready), tuple(early), moved, duplicates)


def _drain(waiting: dict[int, Item], key: str, positions: dict[str, int]) -> Iterable[Item]:
    while (turn := positions.get(key, 0) + 1) in waiting:
        positions[key] = turn
        yield waiting.pop(turn)
