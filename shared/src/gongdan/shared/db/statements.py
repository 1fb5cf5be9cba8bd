"""Statements are written with named parameters (`:name`) and sent with numbered ones, as PostgreSQL wants them.

Limits: a colon after a word, another colon or a backslash begins no parameter (`12:30`, `::text`); casts are written
`CAST(:name AS type)`, for `:name::type` is read as text.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

PARAMETER = re.compile(r"(?<![:\w\\]):([A-Za-z_]\w*)(?!:)")


def numbered(sql: str, values: Mapping[str, Any] | None = None) -> list[Any]:
    """The statement with `$1`, `$2`, …, and then its values in that order. Raises KeyError for one that is missing."""
    statement, names = _read(sql)
    if not names:
        return [statement]
    given = values or {}
    return [statement, *[given[name] for name in names]]


@lru_cache(maxsize=2_048)
def _read(sql: str) -> tuple[str, tuple[str, ...]]:
    names: dict[str, int] = {}

    def place(found: re.Match[str]) -> str:
        return f"${names.setdefault(found.group(1), len(names) + 1)}"

    return PARAMETER.sub(place, sql), tuple(names)
