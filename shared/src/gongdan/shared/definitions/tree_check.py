"""What a condition tree means over typed fields: each rule's operator and value made to fit its field's type.

Both engines, the CEL that is made from a tree and the interpreter, start from these clauses, so they can differ in
nothing that is decided here. Each negative operator is the exact opposite of its positive one: `!=` holds where `=`
does not, also where the field has no value. Of texts, `contains`, `beginsWith` and `endsWith` do not tell A–Z from
a–z; all else is exact.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from gongdan.shared.definitions.tree import OPERATORS, ConditionTree, Rule, Scalar
from gongdan.shared.definitions.typed_values import instant, span
from gongdan.shared.errors import Complaint, FixInput

Operand = str | float | int | bool | datetime | timedelta | None
Family = Literal["text", "int", "double", "bool", "time", "texts", "map", "dyn"]

FAMILIES: dict[str, Family] = {
    "string": "text", "string?": "text", "int": "int", "int?": "int", "double": "double", "double?": "double",
    "bool": "bool", "timestamp": "time", "timestamp?": "time", "list<string>": "texts", "list": "texts",
    "map": "map", "dyn": "dyn",
}  # fmt: skip
POSITIVE = {
    "!=": "=", "notIn": "in", "notBetween": "between", "notNull": "null", "doesNotContain": "contains",
    "doesNotBeginWith": "beginsWith", "doesNotEndWith": "endsWith",
}  # fmt: skip
PARTS = frozenset({"contains", "beginsWith", "endsWith"})
ORDER = frozenset({"<", "<=", ">", ">=", "between"})
ALLOWED: dict[Family, frozenset[str]] = {
    "text": PARTS | {"=", "in", "null"},
    "int": ORDER | {"=", "in", "null"},
    "double": ORDER | {"=", "in", "null"},
    "bool": frozenset({"="}),
    "time": ORDER | {"=", "olderThan", "newerThan", "null"},
    "texts": frozenset({"contains", "in", "null"}),
    "map": frozenset({"null"}),
    "dyn": PARTS | {"=", "in", "null"},
}


@dataclass(frozen=True, slots=True)
class Clause:
    """One comparison that fits its field. `operator` is positive; `operands` are of the field's own type."""

    path: str
    field: str
    kind: str
    operator: str
    negated: bool
    operands: tuple[Operand, ...]

    @property
    def family(self) -> Family:
        """How the field's type is compared."""
        return FAMILIES[self.kind]


@dataclass(frozen=True, slots=True)
class Group:
    """Clauses and groups of which all must hold, or any; `negated` turns the whole round."""

    path: str
    any: bool
    negated: bool
    parts: tuple["Clause | Group", ...]


def check_tree(tree: ConditionTree, variables: Mapping[str, str], *, field: str = "when") -> Group:
    """The tree over these variables. Raises FixInput with every rule that does not fit, by its path below `field`."""
    complaints: list[Complaint] = []
    group = _group(tree, variables, field, complaints)
    if complaints:
        raise FixInput("invalid-condition", "the condition cannot be used", *complaints)
    return group


def operators_of(kind: str) -> tuple[str, ...]:
    """The operators that fit a type, in the order in which they are listed."""
    return tuple(one for one in OPERATORS if POSITIVE.get(one, one) in ALLOWED[FAMILIES[kind]])


def _group(tree: ConditionTree, variables: Mapping[str, str], path: str, wrong: list[Complaint]) -> Group:
    parts: list[Clause | Group] = []
    for nth, part in enumerate(tree.rules):
        below = f"{path}.rules.{nth}"
        if isinstance(part, Rule):
            try:
                parts.append(_clause(part, variables, below))
            except _Misfit as misfit:
                wrong.append(Complaint(f"{below}.{misfit.part}", misfit.problem, misfit.cure))
        else:
            parts.append(_group(part, variables, below, wrong))
    return Group(path, tree.combinator == "or", tree.negated, tuple(parts))


class _Misfit(Exception):
    def __init__(self, part: str, problem: str, cure: str) -> None:
        super().__init__(problem)
        self.part, self.problem, self.cure = part, problem, cure


def _clause(rule: Rule, variables: Mapping[str, str], path: str) -> Clause:
    kind = variables.get(rule.field)
    if kind is None:
        raise _Misfit("field", f"there is no field {rule.field!r}", f"one of: {', '.join(sorted(variables))}")
    family = FAMILIES[kind]
    operator = POSITIVE.get(rule.operator, rule.operator)
    if operator not in ALLOWED[family]:
        cure = f"one of: {', '.join(operators_of(kind))}"
        raise _Misfit("operator", f"{rule.operator!r} does not fit {rule.field}, a {kind}", cure)
    if operator in {"olderThan", "newerThan"} and variables.get("now") != "timestamp":
        raise _Misfit("operator", "there is no present time here", "compare with a date")
    return Clause(path, rule.field, kind, operator, rule.operator != operator, _operands(rule, operator, family))


def _operands(rule: Rule, operator: str, family: Family) -> tuple[Operand, ...]:
    if operator == "null":
        return ()
    convert = _span if operator in {"olderThan", "newerThan"} else CONVERT[family]
    if operator not in {"in", "between"}:
        if rule.value is None or isinstance(rule.value, tuple):
            raise _Misfit("value", "needs one value", "write it, or use null and notNull to ask whether there is one")
        return (convert(rule.value),)
    values = rule.value if isinstance(rule.value, tuple) else ()
    if not values or (operator == "between" and len(values) != 2):
        want = "a list of two values" if operator == "between" else "a list of one or more values"
        raise _Misfit("value", f"{rule.operator} needs {want}", "write them as a list")
    return tuple(convert(one) for one in values)


def _text(value: Scalar) -> Operand:
    if isinstance(value, str):
        return value
    raise _Misfit("value", f"{value!r} is no text", "write a text, in quotes where it looks like a number")


def _double(value: Scalar) -> Operand:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    raise _Misfit("value", f"{value!r} is no number", "write a number")


def _whole(value: Scalar) -> Operand:
    if isinstance(value, int | float) and not isinstance(value, bool) and value == int(value):
        return int(value)
    raise _Misfit("value", f"{value!r} is no whole number", "write a whole number")


def _bool(value: Scalar) -> Operand:
    if isinstance(value, bool):
        return value
    raise _Misfit("value", f"{value!r} is neither true nor false", "write true or false")


def _time(value: Scalar) -> Operand:
    found = instant(value)
    if found is None:
        cure = "write 2026-03-01, or 2026-03-01T09:30:00+08:00 with the offset from UTC"
        raise _Misfit("value", f"{value!r} is no date or time", cure)
    return found


def _span(value: Scalar) -> Operand:
    found = span(value)
    if found is None:
        raise _Misfit("value", f"{value!r} is no span of time", "write for instance 90s, 15m, 4h or 3d")
    return found


def _any(value: Scalar) -> Operand:
    if value is None:
        raise _Misfit("value", "null is no value", "use null and notNull to ask whether there is one")
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


CONVERT: dict[Family, Callable[[Scalar], Operand]] = {
    "text": _text,
    "texts": _text,
    "int": _whole,
    "double": _double,
    "bool": _bool,
    "time": _time,
    "dyn": _any,
    "map": _any,
}
