"""What Pydantic finds wrong with a definition, as complaints that name places of the document as it was written.

Where a value may have one of several shapes, Pydantic lists what is wrong with each of them. Here only the shape that
comes nearest counts, and the paths hold no names of shapes. Limits: only the first MOST_ERRORS of Pydantic's findings.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel, ValidationError

from gongdan.shared.definitions.base import EMAIL, FIELD_NAME, NAME, REFERENCE
from gongdan.shared.definitions.calendar import DAYS, WINDOW
from gongdan.shared.definitions.field_names import meant
from gongdan.shared.definitions.schedule import PATTERN as SCHEDULE
from gongdan.shared.definitions.vocabulary import TIMEZONE
from gongdan.shared.errors import Complaint
from gongdan.shared.problems import CURES

MISSHAPEN = frozenset({"string_type", "literal_error", "model_type", "dict_type", "list_type", "union_tag_not_found"})
FIELDS = frozenset({"missing", "extra_forbidden"})
MOST_ERRORS = 2_000
MOST_WORDS = 12
PATTERNS: Mapping[str, str] = {
    NAME: "use lower-case letters, digits, dots, - and _, at most 63",
    FIELD_NAME: "use letters, digits and _, beginning with a letter, at most 63",
    EMAIL: "write a mail address, for instance name@example.com",
    REFERENCE: "say where the secret is: env:NAME or file:PATH",
    TIMEZONE: "write an IANA time zone, for instance Asia/Shanghai",
    DAYS: "write mon, tue, wed, thu, fri, sat, sun or a range, for instance mon-fri",
    WINDOW: "write from and to, for instance 09:00-18:00",
    SCHEDULE: "write 08:00, monday 08:00, working day 08:00 or, for a day of the month, 1 08:00",
}
Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class _Fault:
    """An error: its place in the document, and the shapes that were tried on the way there, each with its place."""

    path: Path
    shapes: tuple[tuple[Path, str | int], ...]
    detail: Mapping[str, Any]
    value: object

    @property
    def misshapen(self) -> bool:
        return self.detail["type"] in MISSHAPEN


def complaints_of(
    error: ValidationError, raw: object, model: type[BaseModel], prefix: str = ""
) -> tuple[Complaint, ...]:
    """The complaints about `raw`, which `error` says is no `model`; fields begin with `prefix`."""
    errors = error.errors(include_url=False, include_input=False)[:MOST_ERRORS]
    found = [_placed(item, raw) for item in errors]
    return tuple(dict.fromkeys(_complaint(fault, model, prefix) for fault in _nearest(found, 0)))


def _placed(item: Mapping[str, Any], raw: object) -> _Fault:
    """Tells the keys of the document from the names of shapes among the steps of an error's location."""
    path: list[str | int] = []
    shapes: list[tuple[Path, str | int]] = []
    here: Any = raw
    steps = item["loc"]
    for nth, step in enumerate(steps):
        if _leads_on(here, step):
            here = here[step]
            path.append(step)
        elif nth == len(steps) - 1 and item["type"] in FIELDS:
            path.append(step)
        elif step != "[key]":
            shapes.append((tuple(path), step))
    return _Fault(tuple(path), tuple(shapes), item, path[-1] if path and steps[-1] == "[key]" else here)


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


def _distance(faults: Iterable[_Fault], place: Path) -> tuple[bool, int, int]:
    """How far a shape is off: it is another thing altogether, it has other fields, what is in them is wrong."""
    given = list(faults)
    other_thing = any(fault.misshapen and fault.path == place for fault in given)
    other_fields = sum(fault.detail["type"] in FIELDS and len(fault.path) == len(place) + 1 for fault in given)
    return other_thing, other_fields, len(given)


def _complaint(fault: _Fault, model: type[BaseModel], prefix: str) -> Complaint:
    field = ".".join(str(step) for step in ((prefix,) if prefix else ()) + fault.path) or "body"
    context = fault.detail.get("ctx", {})
    match fault.detail["type"]:
        case "literal_error" | "union_tag_invalid":
            return _no_such_word(field, fault, context)
        case "string_pattern_mismatch":
            pattern = str(context.get("pattern"))
            # What stands where a reference belongs may be the secret itself.
            given = "this" if pattern == REFERENCE else _short(fault.value)
            cure = PATTERNS.get(pattern, f"write something that matches {pattern}")
            return Complaint(field, f"{given} is not of the right form", cure)
        case "extra_forbidden":
            near = meant(fault.path[-1], model)
            cure = f"did you mean {near}?" if near else CURES["extra_forbidden"]
            return Complaint(field, "is no field here", cure)
        case "recursion_loop":
            return Complaint(field, "is nested too deeply", "use fewer levels")
        case kind:
            problem = fault.detail["msg"].removeprefix("Value error, ")
            return Complaint(field, problem, CURES.get(kind, "correct this value"))


def _no_such_word(field: str, fault: _Fault, context: Mapping[str, Any]) -> Complaint:
    words = re.findall(r"'([^']*)'", str(context.get("expected") or context.get("expected_tags")))
    given = context.get("tag", fault.value)
    field = f"{field}.{context['discriminator'].strip(chr(39))}" if "discriminator" in context else field
    near = get_close_matches(str(given), words, n=1)
    some = ", ".join(words[:MOST_WORDS]) + (", …" if len(words) > MOST_WORDS else "")
    return Complaint(
        field, f"{_short(given)} is no word for it", f"did you mean {near[0]}?" if near else f"one of: {some}"
    )


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:79]}…"
