"""The names that the fields of a kind have, its own and those of its parts: to guess which one was meant."""

from collections.abc import Iterator
from difflib import get_close_matches
from functools import cache
from typing import Any, get_args, get_type_hints

from pydantic import BaseModel

ALIKE = 0.75


def meant(name: object, model: type[BaseModel]) -> str | None:
    """The field whose name comes near to one that is none; None where none does, or it is right but not there."""
    known = _names(model)
    if not isinstance(name, str) or name in known:
        return None
    return next(iter(get_close_matches(name, known, n=1, cutoff=ALIKE)), None)


@cache
def _names(model: type[BaseModel]) -> tuple[str, ...]:
    names: dict[str, None] = {}
    seen: set[type[BaseModel]] = set()
    pending = [model]
    while pending:
        part = pending.pop(0)
        if part not in seen:
            seen.add(part)
            names |= {field.alias or name: None for name, field in part.model_fields.items()}
            pending += [inner for hint in get_type_hints(part, include_extras=True).values() for inner in _models(hint)]
    return tuple(names)


def _models(annotation: Any) -> Iterator[type[BaseModel]]:  # noqa: ANN401 - a type
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models(part)
