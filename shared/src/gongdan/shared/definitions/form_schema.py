"""The JSON Schema that answers are held to: a form's own, with what its kinds of field demand besides.

Whatever a form leaves open is bounded here: the length of a text, the rows of a table. What a form says itself is kept.
Files are not in it: what they may be is checked where they arrive.
"""

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any

from gongdan.shared.definitions.form_fields import FieldKind, FormField, columns

LONGEST_TEXT = 1_000
LONGEST_LONG_TEXT = 50_000
LONGEST_CHOICE = 200
LONGEST_LINK = 2_000
MOST_CHOICES = 100
MOST_ROWS = 100
DEEPEST_TREE = 6
MOST_NODES = 2_000

BY_KIND: Mapping[FieldKind, Mapping[str, Any]] = {
    "text": {"type": "string", "maxLength": LONGEST_TEXT},
    "long_text": {"type": "string", "maxLength": LONGEST_LONG_TEXT},
    "number": {"type": "number"},
    "integer": {"type": "integer"},
    "select": {"type": "string", "maxLength": LONGEST_CHOICE},
    "checkbox": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
    "datetime": {"type": "string", "format": "date-time"},
    "person": {"type": "string", "maxLength": 320},
    "asset": {"type": "string", "maxLength": LONGEST_CHOICE},
    "link": {"type": "string", "format": "iri", "pattern": "^https?://", "maxLength": LONGEST_LINK},
    "rating": {"type": "integer", "minimum": 1, "maximum": 5},
}


def strict_schema(root: Mapping[str, Any], fields: tuple[FormField, ...]) -> dict[str, Any]:
    """The schema of a whole form with these fields; of those it leaves out, nothing is said."""
    shown = {field.name for field in fields}
    required = [name for name in _list(root.get("required")) if name in shown]
    properties = {field.name: strict_field(field) for field in fields}
    return {"type": "object", **root, "required": required, "properties": properties}


def strict_field(field: FormField) -> dict[str, Any]:
    """The schema of one field."""
    made = MAKERS.get(field.kind)
    strict = made(field) if made else {**BY_KIND.get(field.kind, {}), **field.schema}
    return {key: value for key, value in strict.items() if key != "format" or value != "file"}


def choices(field: FormField) -> tuple[object, ...]:
    """The values one can choose from, in their order."""
    if field.kind == "tree_select":
        return tuple(path for path, _ in nodes(field))
    items = field.schema.get("items") if field.kind == "multi_select" else field.schema
    found = items.get("enum") if isinstance(items, Mapping) else None
    return tuple(found) if isinstance(found, list) else ()


def nodes(field: FormField) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The nodes of a tree that can be chosen, each by its path (`hardware/printer`): the leaves, or with
    `x-any-level` all. At most MOST_NODES, DEEPEST_TREE levels.
    """
    every = field.schema.get("x-any-level") is True
    return islice(_chosen(field.schema.get("x-tree"), "", every, DEEPEST_TREE), MOST_NODES)


def _chosen(given: object, prefix: str, every: bool, deepest: int) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for node in _list(given) if deepest else ():
        if isinstance(node, Mapping) and isinstance(node.get("value"), str):
            path, children = f"{prefix}{node['value']}", _list(node.get("children"))
            if every or not children:
                yield path, node
            yield from _chosen(children, f"{path}/", every, deepest - 1)


def _money(field: FormField) -> dict[str, Any]:
    given = field.schema.get("properties")
    own = given if isinstance(given, Mapping) else {}
    currencies = _list(field.schema.get("x-currencies"))
    currency = {"enum": currencies} if currencies else {"pattern": "^[A-Z]{3}$"}
    return {
        **field.schema,
        "type": "object",
        "required": ["amount", "currency"],
        "additionalProperties": False,
        "properties": {
            "amount": {"type": "number", "minimum": -1e15, "maximum": 1e15, **_mapping(own.get("amount"))},
            "currency": {"type": "string", **currency, **_mapping(own.get("currency"))},
        },
    }


def _multi(field: FormField) -> dict[str, Any]:
    items = {"type": "string", "maxLength": LONGEST_CHOICE, **_mapping(field.schema.get("items"))}
    return {"uniqueItems": True, "maxItems": MOST_CHOICES, **field.schema, "type": "array", "items": items}


def _tree(field: FormField) -> dict[str, Any]:
    return {**field.schema, "type": "string", "enum": list(choices(field))}


def _table(field: FormField) -> dict[str, Any]:
    rows = _mapping(field.schema.get("items"))
    items = {"additionalProperties": False, **strict_schema(rows, columns(field))}
    return {"maxItems": MOST_ROWS, **field.schema, "type": "array", "items": items}


def _file(field: FormField) -> dict[str, Any]:
    many = field.schema.get("type") == "array"
    return {**field.schema, "items": {"type": "string"}} if many else {**field.schema, "type": "string"}


MAKERS: Mapping[FieldKind, Callable[[FormField], dict[str, Any]]] = {
    "money": _money,
    "multi_select": _multi,
    "tree_select": _tree,
    "table": _table,
    "file": _file,
}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
