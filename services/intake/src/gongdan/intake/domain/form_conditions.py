"""When the fields of a form are shown, as its page's script reads it: checked trees as plain JSON, in their order.

A group is `{any, not, parts}`, a clause `{field, kind, operator, not, operands}`; times are milliseconds since 1970.
The script is held to the same table as the engines here, `tests/fixtures/conditions.json`.
"""

from collections.abc import Container
from datetime import datetime

from pydantic import JsonValue

from gongdan.shared.definitions.form_visibility import Visibility
from gongdan.shared.definitions.tree_check import Clause, Group, Operand

Plain = dict[str, JsonValue]


def plain_conditions(visibility: Visibility, fields: Container[str]) -> list[JsonValue]:
    """The conditions of these fields: `{field, when}`."""
    return [
        {"field": one.field, "when": plain_group(one.group)} for one in visibility.conditions if one.field in fields
    ]


def plain_group(group: Group) -> Plain:
    """A group with all that is in it."""
    parts: list[JsonValue] = [plain_group(one) if isinstance(one, Group) else _clause(one) for one in group.parts]
    return {"any": group.any, "not": group.negated, "parts": parts}


def _clause(clause: Clause) -> Plain:
    return {
        "field": clause.field,
        "kind": clause.kind,
        "operator": clause.operator,
        "not": clause.negated,
        "operands": [_operand(one) for one in clause.operands],
    }


def _operand(value: Operand) -> JsonValue:
    if isinstance(value, datetime):
        return round(value.timestamp() * 1000)
    return value if isinstance(value, str | bool | int | float) else None
