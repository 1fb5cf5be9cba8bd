"""The latest changes, kept at hand so that everybody who watches is served from one read."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter

KEPT = 2_000


@dataclass(frozen=True, slots=True)
class Change:
    """Something about a ticket changed. Ids grow in the order in which changes became visible."""

    id: int
    type: str
    ticket: str
    version: int | None


@dataclass(frozen=True, slots=True)
class Recent:
    """All changes after the one with id `start`, oldest first, at most KEPT."""

    start: int
    changes: tuple[Change, ...] = ()

    @property
    def position(self) -> int:
        """The id of the last change."""
        return self.changes[-1].id if self.changes else self.start

    def plus(self, new: Sequence[Change]) -> "Recent":
        """These and newer ones; the oldest are let go."""
        together = (*self.changes, *new)
        gone = len(together) - KEPT
        return Recent(together[gone - 1].id, together[gone:]) if gone > 0 else Recent(self.start, together)

    def after(self, position: int) -> tuple[Change, ...] | None:
        """Changes after `position`; None when some of them were let go, or when it lies ahead of us."""
        if not self.start <= position <= self.position:
            return None
        return self.changes[bisect_right(self.changes, position, key=attrgetter("id")) :]
