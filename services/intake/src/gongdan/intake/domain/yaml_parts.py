"""What reading a stream of YAML is made of: its bounds, what it finds, and what is wrong with it."""

import re
from dataclasses import dataclass, field
from typing import Any

MOST_NODES = 1_000_000
MOST_TEXT = 64 * 1024 * 1024
MOST_ALIASES = 10_000
DEEPEST = 40
# An unclosed quote makes every later document a fault of its own; nobody reads more.
MOST_FAULTS = 200
LINE_END = re.compile("\r\n|[\r\n\x85\u2028\u2029]")

Place = tuple[int, int]
# libyaml's events have no types, and what YAML says can be anything.
Event = Any
Value = Any


class TooMuch(ValueError):
    """The stream holds more than is taken. `place` is where the bound was passed."""

    def __init__(self, problem: str, place: Place) -> None:
        super().__init__(problem)
        self.place = place


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong in the text of a document: where, by path and by line and column from 1."""

    document: int
    path: str
    problem: str
    place: Place


@dataclass(slots=True)
class Stream:
    """What a stream holds. `documents` has None for a broken one; `places` by document and dotted path, for those
    documents that were asked for."""

    documents: list[Any] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    places: dict[int, dict[str, Place]] = field(default_factory=dict)


@dataclass(slots=True)
class Weight:
    """How much was read: nodes, characters, and how deep it is."""

    nodes: int
    text: int
    depth: int


class Lines:
    """The lines of a text, split when first asked for."""

    def __init__(self, text: bytes) -> None:
        self.text = text
        self.split: list[str] | None = None

    def __getitem__(self, number: int) -> str:
        """A line, counted from 0."""
        if self.split is None:
            self.split = LINE_END.split(self.text.decode(errors="replace"))
        return self.split[number] if number < len(self.split) else ""
