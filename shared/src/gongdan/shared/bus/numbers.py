"""Which rows of an outbox are still open: neither published nor refused, told by their numbers alone. Pure.

Rows get numbers as they are written and are seen as they are committed, so a number may be missing below others: its
transaction has still to commit, or was undone and will never show it. Both kinds stay open until that is known.
"""

from collections.abc import Collection
from dataclasses import dataclass

NO_END = 2**63 - 1
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Open:
    """Numbers that are open, as spans of which both ends count, in order. The last span has no end."""

    spans: tuple[Span, ...]

    @classmethod
    def above(cls, reached: int) -> "Open":
        """All numbers above one."""
        return cls(((reached + 1, NO_END),))

    @property
    def reached(self) -> int:
        """The highest number up to which none is open."""
        return self.spans[0][0] - 1

    @property
    def met(self) -> int:
        """The highest number that is not open."""
        return self.spans[-1][0] - 1

    def without(self, numbers: Collection[int]) -> "Open":
        """The same without these."""
        left: list[Span] = []
        waiting = sorted(numbers, reverse=True)
        for first, last in self.spans:
            begin = first
            while waiting and waiting[-1] <= last:
                number = waiting.pop()
                if begin < number:
                    left.append((begin, number - 1))
                begin = max(begin, number + 1)
            if begin <= last:
                left.append((begin, last))
        return Open(tuple(left))

    def only(self, numbers: Collection[int], until: int) -> "Open":
        """The same, but up to `until` none is open beside these."""
        few = [(number, number) for number in sorted(numbers) if number <= until]
        rest = [(max(first, until + 1), last) for first, last in self.spans if last > until]
        return Open((*few, *rest))
