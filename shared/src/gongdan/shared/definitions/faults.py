"""What Pydantic finds wrong with a definition, as complaints that name places of the document as it was written.

Where a value may have one of several shapes, Pydantic lists what is wrong with each of them. Here only the shape that
comes nearest counts, and the paths hold no names of shapes.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from gongdan.shared.errors import Complaint
from gongdan.shared.problems import CURES

MISSHAPEN = frozenset({"string_type", "literal_error", "model_type", "dict_type", "list_type", "union_tag_not_found"})
Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class _Fault:
    """An error: its place in the document, and the shapes that were tried on the way there, each with its place."""

    path: Path
    shapes: tuple[tuple[Path, str | int], ...]
    detail: ErrorDetails

    @property
    def misshapen(self) -> bool:
        return self.detail["type"] in MISSHAPEN


def complaints_of(error: ValidationError, raw: object, prefix: str = "") -> tuple[Complaint, ...]:
    """The complaints about `raw`, which `error` is about; fields begin with `prefix`."""
    found = [_placed(item, raw) for item in error.errors(include_url=False, include_context=False, include_input=False)]
    return tuple(dict.fromkeys(_complaint(fault, prefix) for fault in _nearest(found, 0)))


def _placed(item: ErrorDetails, raw: object) -> _Fault:
    """Tells the keys of the document from the names of shapes among the steps of an error's location."""
    path: list[str | int] = []
    shapes: list[tuple[Path, str | int]] = []
    here: Any = raw
    steps = item["loc"]
    for nth, step in enumerate(steps):
        if _leads_on(here, step):
            here = here[step]
            path.append(step)
        elif nth == len(steps) - 1 and item["type"] in ("missing", "extra_forbidden"):
            path.append(step)
        elif step != "[key]":
            shapes.append((tuple(path), step))
    return _Fault(tuple(path), tuple(shapes), item)


def _leads_on(here: object, step: str | int) -> bool:
    if isinstance(here, list):
        return isinstance(step, int) and step < len(here)
    return isinstance(here, dict) and step in here


def _nearest(faults: Sequence[_Fault], depth: int) -> list[_Fault]:
    """Of the faults that differ in their shape at `depth`, those of the shape that fits best."""
    groups: dict[Path, dict[str | int, list[_Fault]]] = {}
    kept: list[_Fault] = []
    for fault in faults:
        if len(fault.shapes) <= depth:
            kept.append(fault)
        else:
            place, shape = fault.shapes[depth]
            groups.setdefault(place, {}).setdefault(shape, []).append(fault)
    for place, shapes in groups.items():
        best = min(shapes.values(), key=lambda found: _distance(found, place))
        kept += _nearest(best, depth + 1)
    return kept


def _distance(faults: Iterable[_Fault], place: Path) -> tuple[bool, int]:
    given = list(faults)
    return any(fault.misshapen and fault.path == place for fault in given), len(given)


def _complaint(fault: _Fault, prefix: str) -> Complaint:
    field = ".".join(str(step) for step in ((prefix,) if prefix else ()) + fault.path)
    problem = fault.detail["msg"].removeprefix("Value error, ")
    return Complaint(field or "body", problem, CURES.get(fault.detail["type"], "correct this value"))
