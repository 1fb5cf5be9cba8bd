"""Condition trees as CEL: typed literals, escaped texts, and comparisons that no missing value can make fail.

Nothing of a tree reaches the text but names of declared variables, operators from the tables here, and literals that
this file writes itself; so no value can change the truth of its neighbours.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from gongdan.shared.definitions.tree_check import Clause, Group, Operand

METHODS = {"contains": "contains", "beginsWith": "startsWith", "endsWith": "endsWith"}


def to_cel(group: Group) -> str:
    """The group as CEL that is true exactly where `tree_holds.holds` is."""
    parts = [_clause(part) if isinstance(part, Clause) else f"({to_cel(part)})" for part in group.parts]
    joined = (" || " if group.any else " && ").join(parts)
    return f"!({joined})" if group.negated else joined


def _clause(clause: Clause) -> str:
    text = OPERATORS[clause.operator](clause)
    return f"!({text})" if clause.negated else f"({text})"


def _compare(clause: Clause) -> str:
    operator = "==" if clause.operator == "=" else clause.operator
    text = f"{clause.field} {operator} {literal(clause.operands[0])}"
    return text if operator == "==" else _given(clause, text)


def _between(clause: Clause) -> str:
    least, most = map(literal, clause.operands)
    return _given(clause, f"{clause.field} >= {least} && {clause.field} <= {most}")


def _in(clause: Clause) -> str:
    if clause.family == "texts":
        return " || ".join(f"{literal(one)} in {clause.field}" for one in clause.operands)
    return f"{clause.field} in [{', '.join(map(literal, clause.operands))}]"


def _part(clause: Clause) -> str:
    if clause.family == "texts":
        return f"{literal(clause.operands[0])} in {clause.field}"
    wanted = literal(fold(str(clause.operands[0])))
    text = f"{clause.field}.lowerAscii().{METHODS[clause.operator]}({wanted})"
    return f"type({clause.field}) == string && {text}" if clause.kind == "dyn" else _given(clause, text)


def _age(clause: Clause) -> str:
    compared = "<" if clause.operator == "olderThan" else ">"
    return _given(clause, f"{clause.field} {compared} now - {literal(clause.operands[0])}")


def _null(clause: Clause) -> str:
    match clause.kind:
        case "string":
            return f'{clause.field} == ""'
        case "string?":
            return f'{clause.field} == null || {clause.field} == ""'
        case "dyn":
            return f'{clause.field} == null || {clause.field} == "" || {clause.field} == [] || {clause.field} == {{}}'
        case "list" | "list<string>" | "map":
            return f"size({clause.field}) == 0"
        case "int?" | "double?" | "timestamp?":
            return f"{clause.field} == null"
    return "false"


OPERATORS: dict[str, Callable[[Clause], str]] = {
    "=": _compare, "<": _compare, "<=": _compare, ">": _compare, ">=": _compare,
    "between": _between, "in": _in, "null": _null,
    "contains": _part, "beginsWith": _part, "endsWith": _part,
    "olderThan": _age, "newerThan": _age,
}  # fmt: skip


def _given(clause: Clause, text: str) -> str:
    return f"{clause.field} != null && {text}" if clause.kind.endswith("?") else text


def literal(value: Operand) -> str:
    """A value as CEL writes it. Source: CEL specification, section Values."""
    match value:
        case bool():
            return "true" if value else "false"
        case int() | float():
            return repr(value)
        case datetime():
            return f'timestamp("{value.isoformat(timespec="milliseconds").removesuffix("+00:00")}Z")'
        case timedelta():
            return f'duration("{value.days * 86_400 + value.seconds}s")'
    return f'"{"".join(map(_escaped, str(value)))}"'


def _escaped(char: str) -> str:
    if char in '"\\':
        return f"\\{char}"
    if char.isprintable():
        return char
    return f"\\u{ord(char):04x}" if ord(char) < 0x10000 else f"\\U{ord(char):08x}"


def fold(text: str) -> str:
    """The text with A–Z as a–z, and nothing else changed: what CEL's lowerAscii does."""
    return "".join(chr(ord(char) + 32) if "A" <= char <= "Z" else char for char in text)
