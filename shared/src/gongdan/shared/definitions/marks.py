"""Finds what is marked in a definition: walks a model along its annotations, and gives each marked value and its path.

A mark stands next to the field it is about (`Annotated[str, Refers("Team")]`), so that whoever adds a field says there
what it is, and no list elsewhere can forget it. Fields without marks below them are skipped, at no cost.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from types import UnionType
from typing import Annotated, Any, Generic, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from pydantic import BaseModel

Mark = TypeVar("Mark")


@dataclass(frozen=True, slots=True)
class Marked(Generic[Mark]):
    """A value with its mark. `path` is dotted, as the document has it: `spec.then.0.assign_team`."""

    path: str
    mark: Mark
    value: object


def marked(model: BaseModel, mark: type[Mark], path: str) -> Iterator[Marked[Mark]]:
    """Every value in `model` that carries such a mark; `path` is the model's own."""
    for attribute, shown, annotation in _fields(type(model), cast("Any", mark)):
        yield from _walk(annotation, getattr(model, attribute), f"{path}.{shown}", mark)


def _walk(annotation: Any, value: object, path: str, mark: type[Mark]) -> Iterator[Marked[Mark]]:  # noqa: ANN401 - a type
    """What is marked in a value of this annotation; within a marked value nothing more is looked for."""
    origin: Any = get_origin(annotation)
    parts = get_args(annotation)
    if value is None:
        return
    if origin is Annotated:
        marks = [Marked(path, one, value) for one in parts[1:] if isinstance(one, mark)]
        yield from marks or _walk(parts[0], value, path, mark)
    elif origin in (Union, UnionType):
        chosen = next((part for part in _literals_first(parts) if _fits(part, value)), None)
        yield from _walk(chosen, value, path, mark)
    elif isinstance(value, BaseModel):
        yield from marked(value, mark, path)
    else:
        for at, part, item in _items(value, parts):
            yield from _walk(part, item, f"{path}.{at}", mark)


def _items(value: object, parts: tuple[Any, ...]) -> Iterator[tuple[object, Any, object]]:
    """The items of a list, the keys and values of a map: where each is, its annotation, itself."""
    if isinstance(value, list) and parts:
        yield from ((nth, parts[0], item) for nth, item in enumerate(value))
    elif isinstance(value, dict) and parts:
        for key, item in value.items():
            yield key, parts[0], key
            yield key, parts[1], item


@cache
def _fields(model: type[BaseModel], mark: type[object]) -> tuple[tuple[str, str, Any], ...]:
    """The fields in or below which a mark can be: attribute, name in the document, annotation."""
    hints = get_type_hints(model, include_extras=True)
    return tuple(
        (name, field.alias or name, hints[name])
        for name, field in model.model_fields.items()
        if _holds(hints[name], mark, frozenset())
    )


def _holds(annotation: Any, mark: type[object], seen: frozenset[type]) -> bool:  # noqa: ANN401 - a type
    if isinstance(annotation, mark):
        return True
    if isinstance(annotation, type) and issubclass(annotation, BaseModel) and not get_args(annotation):
        # A model within itself adds nothing that its first level does not show.
        fresh = annotation not in seen
        return fresh and any(
            _holds(hint, mark, seen | {annotation}) for hint in get_type_hints(annotation, include_extras=True).values()
        )
    return any(_holds(part, mark, seen) for part in get_args(annotation))


def _literals_first(parts: tuple[Any, ...]) -> list[Any]:
    """The branches of a union, words with a meaning of their own before names."""
    origins: list[Any] = [get_origin(part) for part in parts]
    words = [part for part, origin in zip(parts, origins, strict=True) if origin is Literal]
    return [*words, *(part for part in parts if part not in words)]


def _fits(annotation: Any, value: object) -> bool:  # noqa: ANN401 - a type
    """Whether a value that Pydantic took can be of this branch of a union."""
    origin: Any = get_origin(annotation)
    parts = get_args(annotation)
    if origin is Annotated:
        return _fits(parts[0], value)
    if origin is Literal:
        return value in parts
    if origin in (Union, UnionType):
        return any(_fits(part, value) for part in parts)
    return isinstance(value, origin or annotation)
