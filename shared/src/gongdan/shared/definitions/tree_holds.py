"""Condition trees asked directly, without CEL: for forms, where the browser does the same, and to explain a rule.

The interpreter of the browser and this one are held to the same table, `tests/fixtures/conditions.json`.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from gongdan.shared.definitions.tree_cel import fold
from gongdan.shared.definitions.tree_check import Clause, Group, Operand

Values = Mapping[str, object]
Comparison = Callable[[object, tuple[Operand, ...], object], bool]


def holds(group: Group, values: Values) -> bool:
    """Whether the group holds. `values` are those of `typed_values.fit_all`; raises KeyError where a time lacks."""
    parts = (clause_holds(part, values) if isinstance(part, Clause) else holds(part, values) for part in group.parts)
    return (any(parts) if group.any else all(parts)) is not group.negated


def clause_holds(clause: Clause, values: Values) -> bool:
    """Whether one comparison holds."""
    value = values[clause.field]
    now = values["now"] if clause.operator in {"olderThan", "newerThan"} else None
    compare = (COMPARE_TEXTS if clause.family == "texts" else COMPARE)[clause.operator]
    return compare(value, clause.operands, now) is not clause.negated


def _equal(value: object, wanted: Operand) -> bool:
    """Equal as CEL has it: a number is never true or false, a text never a number."""
    return _sort(value) is _sort(wanted) and value == wanted


def _sort(value: object) -> type:
    return float if isinstance(value, int | float) and not isinstance(value, bool) else type(value)


def _in(value: object, wanted: tuple[Operand, ...], _: object) -> bool:
    return any(_equal(value, one) for one in wanted)


def _one_in(value: object, wanted: tuple[Operand, ...], _: object) -> bool:
    return isinstance(value, list) and any(_equal(one, other) for one in value for other in wanted)


def _ordered(compare: Callable[[Any, Any], bool]) -> Comparison:
    def check(value: object, wanted: tuple[Operand, ...], _: object) -> bool:
        return value is not None and compare(value, wanted[0])

    return check


def _between(value: Any, wanted: tuple[Any, ...], _: object) -> bool:  # noqa: ANN401 - checked when the tree was
    least, most = wanted
    return value is not None and bool(least <= value <= most)


def _null(value: object, _: object, __: object) -> bool:
    return value is None or value in ("", [], {})


def _part(method: Callable[[str, str], bool]) -> Comparison:
    def check(value: object, wanted: tuple[Operand, ...], _: object) -> bool:
        return isinstance(value, str) and method(fold(value), fold(str(wanted[0])))

    return check


def _age(value: object, now: object) -> timedelta | None:
    return now - value if isinstance(value, datetime) and isinstance(now, datetime) else None


def _older(value: object, wanted: tuple[Operand, ...], now: object) -> bool:
    age = _age(value, now)
    return age is not None and isinstance(wanted[0], timedelta) and age > wanted[0]


def _newer(value: object, wanted: tuple[Operand, ...], now: object) -> bool:
    age = _age(value, now)
    return age is not None and isinstance(wanted[0], timedelta) and age < wanted[0]


COMPARE: dict[str, Comparison] = {
    "=": lambda value, wanted, _: _equal(value, wanted[0]),
    "<": _ordered(lambda one, other: one < other),
    "<=": _ordered(lambda one, other: one <= other),
    ">": _ordered(lambda one, other: one > other),
    ">=": _ordered(lambda one, other: one >= other),
    "between": _between,
    "in": _in,
    "null": _null,
    "contains": _part(lambda text, part: part in text),
    "beginsWith": _part(str.startswith),
    "endsWith": _part(str.endswith),
    "olderThan": _older,
    "newerThan": _newer,
}
# A list contains a value, or one of several; what else is asked of it is asked as of all others.
COMPARE_TEXTS = {**COMPARE, "contains": _one_in, "in": _one_in}
