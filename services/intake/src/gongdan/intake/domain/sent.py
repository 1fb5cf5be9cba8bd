"""Definitions on their way in: each document as it was written, and where in the request it stands."""

from dataclasses import dataclass, field
from typing import Any

from gongdan.shared.definitions.registry import Definition
from gongdan.shared.errors import Complaint


@dataclass(frozen=True, slots=True)
class Written:
    """One document as it was sent: `number` counts all from 0; `part` and `prefix` say where in the stream it is."""

    number: int
    data: dict[str, Any]
    part: int
    prefix: str

    @property
    def name(self) -> str:
        """What to call it in words."""
        meta = self.data.get("metadata")
        name = meta.get("name") if isinstance(meta, dict) else None
        return f"documents[{self.number}] ({self.data.get('kind')} {name})"

    def complaint(self, path: str, problem: str, cure: str) -> Complaint:
        """Something wrong in it."""
        return Complaint(f"{self.name}.{path}".rstrip("."), problem, cure, self.number, path)


@dataclass(slots=True)
class Reading:
    """The documents of a request, and what is wrong with the text of them."""

    body: bytes
    written: list[Written] = field(default_factory=list)
    complaints: list[Complaint] = field(default_factory=list)


@dataclass(slots=True)
class Sent:
    """The definitions of a request that fit their kinds, each with its document, and what is wrong with the others.

    `rests` are what is left of those others without the fields at fault, where that fits its kind: what is wrong with
    it, too, can be said at once.
    """

    reading: Reading
    sound: list[tuple[Written, Definition]] = field(default_factory=list)
    rests: list[tuple[Written, Definition]] = field(default_factory=list)
    complaints: list[Complaint] = field(default_factory=list)
