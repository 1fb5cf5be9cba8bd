"""Where the corpora are: beside the checkout, never in it. And how a corpus came out."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus"


@dataclass(frozen=True, slots=True)
class Score:
    """How many cases there are, and which did not come out right: each its name and, after a colon, what differs."""

    cases: int
    wrong: Sequence[str]

    @property
    def right(self) -> int:
        """How many came out right."""
        return self.cases - len(self.wrong)
