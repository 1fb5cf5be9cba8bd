"""Condition trees: what people who write no CEL edit, as data: groups of rules, each `field operator value`.

The shape and the names of operators are react-querybuilder's where it has them. This file knows only the shape and
its bounds; what a tree means is in `tree_meaning`, how it becomes CEL in `tree_cel`. A rule that stands alone
where a tree is expected is a tree of one rule.
"""

import math
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Annotated, Any, Literal, get_args

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    PlainValidator,
    SerializeAsAny,
    WithJsonSchema,
    WrapValidator,
    model_validator,
)
from pydantic import ValidatorFunctionWrapHandler as Handler

Operator = Literal[
    "=", "!=", "<", "<=", ">", ">=", "between", "notBetween", "in", "notIn", "null", "notNull",
    "contains", "doesNotContain", "beginsWith", "doesNotBeginWith", "endsWith", "doesNotEndWith",
    "olderThan", "newerThan",
]  # fmt: skip
OPERATORS: tuple[str, ...] = get_args(Operator)
DEEPEST = 5
MOST_RULES = 100
MOST_VALUES = 200
LONGEST_TEXT = 1_000
LONGEST_IN_ALL = 20_000
# Whole numbers beyond this are not the same number in a browser.
LARGEST_WHOLE = 2**53 - 1

Scalar = bool | int | float | str | None
Value = Scalar | tuple[Scalar, ...]
SCALAR_SCHEMA = {"type": ["boolean", "number", "string", "null"], "maxLength": LONGEST_TEXT}
VALUE_SCHEMA = {"anyOf": [SCALAR_SCHEMA, {"type": "array", "items": SCALAR_SCHEMA, "maxItems": MOST_VALUES}]}


def _scalar(value: object) -> Scalar:
    match value:
        case None | bool():
            return value
        case int() if abs(value) > LARGEST_WHOLE:
            raise ValueError(f"the number is beyond {LARGEST_WHOLE}")
        case float() if not math.isfinite(value):
            raise ValueError("not a finite number")
        case str() if len(value) > LONGEST_TEXT:
            raise ValueError(f"the text has {len(value)} characters; use at most {LONGEST_TEXT}")
        case str() if any(char == "\x00" or "\ud800" <= char <= "\udfff" for char in value):
            raise ValueError("the text has a character that no text here can have")
        case int() | float() | str():
            return value
    raise ValueError("write a text, a number, true, false, or a list of these")


def _value(value: object) -> Value:
    if not isinstance(value, list | tuple):
        return _scalar(value)
    if len(value) > MOST_VALUES:
        raise ValueError(f"the list has {len(value)} values; use at most {MOST_VALUES}")
    return tuple(_scalar(one) for one in value)


def _plain(value: Value) -> object:
    return list(value) if isinstance(value, tuple) else value


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Rule(_Part):
    """One comparison. `value` is left out for null and notNull; a list for in, notIn, between and notBetween."""

    field: str = Field(
        pattern=r"^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*){0,4}$", max_length=200, description="What."
    )
    operator: Operator = Field(description="How it is compared.")
    value: Annotated[Value, PlainValidator(_value), PlainSerializer(_plain), WithJsonSchema(VALUE_SCHEMA)] = Field(
        default=None, description="With what."
    )


def _either(value: object, handler: Handler) -> Any:  # noqa: ANN401 - a Rule or a ConditionTree
    """The one of the two that is meant, so that a mistake is named once and by its own path."""
    if isinstance(value, Rule | ConditionTree):
        return handler(value)
    if not isinstance(value, Mapping):
        raise ValueError("write a rule {field, operator, value} or a group {combinator, rules}")
    return ConditionTree.model_validate(value) if "rules" in value else Rule.model_validate(value)


class ConditionTree(_Part):
    """Rules and groups of rules that must all hold (`and`) or one of which must (`or`); `not` turns it round.

    At most DEEPEST groups in each other, MOST_RULES rules and groups, and LONGEST_IN_ALL characters of text in all.
    """

    combinator: Literal["and", "or"] = Field(default="and", description="Whether all must hold, or one.")
    negated: bool = Field(default=False, alias="not", strict=True, description="Whether it is turned round.")
    rules: tuple[SerializeAsAny[Annotated["Rule | ConditionTree", WrapValidator(_either)]], ...] = Field(
        max_length=MOST_RULES, description="The rules and groups."
    )

    @model_validator(mode="before")
    @classmethod
    def _bounded(cls, value: object) -> object:
        if not isinstance(value, Mapping):
            return value
        _measure(value)
        if value.get("rules") == []:
            raise ValueError("the group is empty; add a rule to it, or remove it")
        return {"rules": [value]} if "field" in value and "rules" not in value else value


def _measure(tree: Mapping[str, Any]) -> None:
    """Raises ValueError when the tree is too deep or too large, without looking further than that takes."""
    level: list[Mapping[str, Any]] = [tree]
    parts = text = 0
    for _ in range(DEEPEST + 1):
        text += sum(_length(part.get("value")) for part in level)
        level = list(islice((child for part in level for child in _children(part)), MOST_RULES + 1))
        parts += len(level)
        if parts > MOST_RULES:
            raise ValueError(f"has more than {MOST_RULES} rules and groups; use fewer, or `in` with a list")
    if level:
        raise ValueError(f"more than {DEEPEST} groups are nested; use fewer")
    if text > LONGEST_IN_ALL:
        raise ValueError(f"its values have {text} characters; use at most {LONGEST_IN_ALL}")


def _children(part: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    rules = part.get("rules")
    return (child for child in rules if isinstance(child, Mapping)) if isinstance(rules, list | tuple) else iter(())


def _length(value: object) -> int:
    values = value if isinstance(value, list | tuple) else (value,)
    return sum(len(one) for one in values if isinstance(one, str))


def fields_of(tree: ConditionTree) -> frozenset[str]:
    """Every field that the tree looks at."""
    found: set[str] = set()
    for part in tree.rules:
        found |= {part.field} if isinstance(part, Rule) else fields_of(part)
    return frozenset(found)
