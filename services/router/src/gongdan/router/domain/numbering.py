"""Human numbers in hand: taken ahead for a whole batch, used in order, the rest to be returned."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Stretch:
    """Numbers of one prefix: all that were taken, and how many of them are used."""

    taken: list[int] = field(default_factory=list)
    used: int = 0


@dataclass(slots=True)
class NumberPool:
    """Numbers by prefix."""

    stretches: dict[str, Stretch] = field(default_factory=dict)

    def add(self, prefix: str, first: int, count: int) -> None:
        """Put consecutive numbers in."""
        self._of(prefix).taken.extend(range(first, first + count))

    def peek(self, prefix: str) -> str | None:
        """The next human number, for instance `GD-7`; None when none is left."""
        stretch = self._of(prefix)
        return f"{prefix}-{stretch.taken[stretch.used]}" if stretch.used < len(stretch.taken) else None

    def use(self, prefix: str) -> None:
        """The next number is used."""
        self._of(prefix).used += 1

    def forget(self) -> None:
        """Nothing was used after all."""
        for stretch in self.stretches.values():
            stretch.used = 0

    def rest(self) -> list[tuple[str, int, int]]:
        """What was not used, as (prefix, first, count): of each prefix the last unbroken run."""
        return [
            (prefix, *_last_run(left))
            for prefix, stretch in self.stretches.items()
            if (left := stretch.taken[stretch.used :])
        ]

    def _of(self, prefix: str) -> Stretch:
        return self.stretches.setdefault(prefix, Stretch())


def _last_run(numbers: list[int]) -> tuple[int, int]:
    first = numbers[-1]
    for number in reversed(numbers[:-1]):
        if number != first - 1:
            break
        first = number
    return first, numbers[-1] - first + 1
