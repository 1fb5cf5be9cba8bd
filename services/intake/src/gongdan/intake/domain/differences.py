"""What differs between two versions of a document: a list of paths with the old and the new value."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

MOST = 200
ABSENT = object()


@dataclass(frozen=True, slots=True)
class Difference:
    """One changed value. `path` is dotted; `old` and `new` are None where there was or is nothing."""

    path: str
    old: Any
    new: Any


def differences(old: dict[str, Any] | None, new: dict[str, Any] | None) -> tuple[Difference, ...]:
    """The innermost values that differ, in the order of the new document, then what is gone; at most MOST.

    Lists are compared place by place, since their order means something in definitions.
    """
    found: list[Difference] = []
    for one in _walk("", old if old is not None else ABSENT, new if new is not None else ABSENT):
        found.append(one)
        if len(found) == MOST:
            break
    return tuple(found)


def _walk(path: str, old: Any, new: Any) -> Iterator[Difference]:  # noqa: ANN401 - whatever JSON can hold
    if isinstance(old, dict) and isinstance(new, dict):
        for key in dict.fromkeys((*new, *old)):
            yield from _walk(f"{path}.{key}".lstrip("."), old.get(key, ABSENT), new.get(key, ABSENT))
    elif isinstance(old, list) and isinstance(new, list):
        for place in range(max(len(old), len(new))):
            yield from _walk(f"{path}.{place}", _at(old, place), _at(new, place))
    elif not _same(old, new):
        yield Difference(path, None if old is ABSENT else old, None if new is ABSENT else new)


def _at(items: list[Any], place: int) -> Any:  # noqa: ANN401
    return items[place] if place < len(items) else ABSENT


def _same(old: object, new: object) -> bool:
    """Equal, and of one type: True is not 1."""
    return type(old) is type(new) and old == new
