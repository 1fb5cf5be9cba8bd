"""The states of a ticket and the moves between them, as one table.

A state's category is what clocks, filters and other rules look at; its name is what people read.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from gongdan.shared.contracts.tickets import StatusCategory

FINISHED: frozenset[StatusCategory] = frozenset({"resolved", "closed"})


@dataclass(frozen=True, slots=True)
class Workflow:
    """States with their categories, and for each state where it can go. `opened` is what work returns to."""

    states: Mapping[str, StatusCategory]
    moves: Mapping[str, tuple[str, ...]]
    initial: str
    opened: str
    resolved: str
    closed: str

    def possible(self, state: str) -> tuple[str, ...]:
        """Where a state can go; nowhere from one that is not part of the workflow."""
        return self.moves.get(state, ())

    def why_not(self, state: str, to: str) -> str | None:
        """Why a move is illegal, with what is possible instead; None when it is legal."""
        possible = self.possible(state)
        if to in possible:
            return None
        cure = f"possible from {state}: {', '.join(possible)}" if possible else f"nothing follows {state}"
        if to not in self.states:
            return f"{to!r} is not a state; {cure}"
        return f"a ticket cannot go from {state} to {to}; {cure}"


DEFAULT = Workflow(
    states={"new": "new", "open": "open", "pending": "waiting", "resolved": "resolved", "closed": "closed"},
    moves={
        "new": ("open", "pending", "resolved"),
        "open": ("pending", "resolved"),
        "pending": ("open", "resolved"),
        "resolved": ("open", "closed"),
        "closed": (),
    },
    initial="new",
    opened="open",
    resolved="resolved",
    closed="closed",
)
