"""Hypothesis strategies for condition trees over typed fields, and for values of all sorts that such fields meet."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

from hypothesis import strategies as st

from gongdan.shared.definitions.tree import DEEPEST, LARGEST_WHOLE
from gongdan.shared.definitions.tree_check import ALLOWED, FAMILIES, POSITIVE

# One field of each type; `now` for what asks for an age.
VARIABLES: Mapping[str, str] = {
    "t.text": "string",
    "t.text_or_null": "string?",
    "t.count": "int",
    "t.count_or_null": "int?",
    "t.cost": "double",
    "t.cost_or_null": "double?",
    "t.urgent": "bool",
    "t.due": "timestamp?",
    "t.tags": "list<string>",
    "t.rows": "list",
    "t.person": "map",
    "t.anything": "dyn",
    "now": "timestamp",
}
# Texts that break out of quotes where escaping is wrong, and texts that equal each other under wrong comparisons.
AWKWARD = (
    "", '"', "\\", '\\"', '" || true //', "x\\\" || true //", "\n", "\r\n", "\x1b", "\u2028", "\ufeff", "'",
    "`", "\\u0022", "{{", "%s", "工单", "打印机坏了 😀", "ａ", "ß", "İ", "é", "e\u0301", "true", "null", "1",
    "A", "a", "$x", "0001-01-01",
)  # fmt: skip
# What tickets may hold; rules cannot be written with a NUL.
HELD = st.sampled_from(("\x00", "a\x00b", "\x00a"))
TEXTS = st.sampled_from(AWKWARD) | st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12
)
ZONES = st.sampled_from([UTC, timezone(timedelta(hours=8)), timezone(timedelta(hours=-3, minutes=-30))])
MOMENTS = st.datetimes(min_value=datetime(1000, 1, 2), timezones=ZONES).map(lambda time: time.isoformat())  # noqa: DTZ001
TIMES = MOMENTS | st.dates(min_value=date(1000, 1, 1)).map(str)
WHOLES = st.integers(-3, 3) | st.integers(-LARGEST_WHOLE, LARGEST_WHOLE)
NUMBERS = WHOLES | st.floats(allow_nan=False, allow_infinity=False)
SPANS = st.builds("{}{}".format, st.integers(0, 99_999), st.sampled_from("smhd"))
SCALARS = st.none() | st.booleans() | NUMBERS | TEXTS | TIMES

OPERANDS: dict[str, st.SearchStrategy[Any]] = {
    "text": TEXTS,
    "texts": TEXTS,
    "int": WHOLES,
    "double": NUMBERS,
    "bool": st.booleans(),
    "time": TIMES,
    "map": TEXTS,
    "dyn": SCALARS.filter(lambda value: value is not None),
}


def rules(variables: Mapping[str, str] = VARIABLES) -> st.SearchStrategy[dict[str, Any]]:
    """A rule that fits its field."""
    names = sorted(name for name in variables if name != "now")
    return st.sampled_from(names).flatmap(lambda name: _rule(name, FAMILIES[variables[name]]))


def _rule(field: str, family: Any) -> st.SearchStrategy[dict[str, Any]]:
    known = ALLOWED[family]
    operators = sorted(known | {negative for negative, positive in POSITIVE.items() if positive in known})
    return st.sampled_from(operators).flatmap(
        lambda operator: st.fixed_dictionaries(
            {"field": st.just(field), "operator": st.just(operator), "value": _value(operator, OPERANDS[family])}
        )
    )


def _value(operator: str, operands: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    match operator:
        case "null" | "notNull":
            return st.none()
        case "in" | "notIn":
            return st.lists(operands, min_size=1, max_size=5)
        case "between" | "notBetween":
            return st.lists(operands, min_size=2, max_size=2)
        case "olderThan" | "newerThan":
            return SPANS
    return operands


def trees(
    variables: Mapping[str, str] = VARIABLES, parts: st.SearchStrategy[dict[str, Any]] | None = None
) -> st.SearchStrategy[dict[str, Any]]:
    """A tree of rules that fit their fields, as its JSON."""
    tree = parts or rules(variables)
    for _ in range(DEEPEST - 1):
        tree = rules(variables) | groups(tree)
    return groups(tree)


def groups(parts: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    """One group of these parts."""
    return st.fixed_dictionaries(
        {"combinator": st.sampled_from(["and", "or"]), "rules": st.lists(parts, min_size=1, max_size=3)},
        optional={"not": st.booleans()},
    )


def values(variables: Mapping[str, str] = VARIABLES) -> st.SearchStrategy[dict[str, Any]]:
    """What a ticket may hold in these fields: often what fits, sometimes anything, often nothing."""
    fitting = {name: OPERANDS[FAMILIES[kind]] for name, kind in variables.items()}
    lists = st.lists(SCALARS | HELD, max_size=4)
    anything = SCALARS | HELD | lists | st.dictionaries(TEXTS, SCALARS, max_size=2)
    optional = {name: one | anything | (lists if "list" in variables[name] else one) for name, one in fitting.items()}
    return st.fixed_dictionaries({"now": MOMENTS}, optional={k: v for k, v in optional.items() if k != "now"})
