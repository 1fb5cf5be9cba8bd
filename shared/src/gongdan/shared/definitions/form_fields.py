"""The fields of a form: what each is for people, and what it is in conditions.

| kind | JSON Schema | in conditions |
| --- | --- | --- |
| text, long_text, select, tree_select, person, asset, link | string | text |
| number; integer, rating | number; integer | number, null where there is none |
| money | {amount, currency} | `.amount` a number, `.currency` a text |
| checkbox | boolean | true or false |
| date, datetime | string, format date or date-time | time, null where there is none |
| multi_select; file | array of strings | list of texts; for files their names |
| table | array of objects | list |

Limits: says what a form means; whether it is sound is checked where forms are applied.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from gongdan.shared.definitions.form import Form

FieldKind = Literal[
    "text", "long_text", "number", "integer", "money", "select", "multi_select", "tree_select", "checkbox", "date",
    "datetime", "person", "asset", "link", "file", "rating", "table", "other",
]  # fmt: skip
FIELD_KINDS: tuple[FieldKind, ...] = get_args(FieldKind)
# What `x-widget` can be, and the kind of field that it makes.
WIDGETS: Mapping[str, FieldKind] = {
    "text": "text", "email": "text", "phone": "text", "textarea": "long_text", "number": "number",
    "integer": "integer", "money": "money", "select": "select", "radio": "select", "multi": "multi_select",
    "checkboxes": "multi_select", "tree": "tree_select", "checkbox": "checkbox", "switch": "checkbox", "date": "date",
    "datetime": "datetime", "person": "person", "asset": "asset", "link": "link", "file": "file", "rating": "rating",
    "table": "table",
}  # fmt: skip
VARIABLES: Mapping[FieldKind, Mapping[str, str]] = {
    "number": {"": "double?"},
    "integer": {"": "int?"},
    "rating": {"": "int?"},
    "money": {".amount": "double?", ".currency": "string"},
    "checkbox": {"": "bool"},
    "date": {"": "timestamp?"},
    "datetime": {"": "timestamp?"},
    "multi_select": {"": "list<string>"},
    "file": {"": "list<string>"},
    "table": {"": "list"},
    "other": {"": "dyn"},
}
TEXT: Mapping[str, str] = {"": "string"}
FORMATS: Mapping[str, FieldKind] = {"file": "file", "date": "date", "date-time": "datetime", "uri": "link"}
LAST = float("inf")


@dataclass(frozen=True, slots=True)
class FormField:
    """A property of a form's schema. `schema` is the property, local references followed."""

    name: str
    kind: FieldKind
    schema: Mapping[str, Any]
    required: bool

    @property
    def roles(self) -> frozenset[str]:
        """Who sees the field; nobody named: everybody."""
        return frozenset(one for one in _list(self.schema.get("x-roles")) if isinstance(one, str))

    @property
    def order(self) -> float:
        """Its place; those without one come last, as they are written."""
        order = self.schema.get("x-order")
        return order if isinstance(order, int | float) and not isinstance(order, bool) else LAST

    @property
    def variables(self) -> Mapping[str, str]:
        """What conditions see of it: the ending of a variable's name, and its type."""
        return VARIABLES.get(self.kind, TEXT)

    def text(self, what: Literal["title", "description"], locale: str) -> str | None:
        """Its title or description in a language, else as the schema has it, else in the other language."""
        own, other = ("zh", "en") if locale.startswith("zh") else ("en", "zh")
        found = (_translated(self.schema, own, what), self.schema.get(what), _translated(self.schema, other, what))
        return next((one for one in found if isinstance(one, str) and one), None)

    def title(self, locale: str) -> str:
        """What people call it."""
        return self.text("title", locale) or self.name


def form_fields(form: Form) -> tuple[FormField, ...]:
    """The fields of a form, in the order in which they are shown."""
    schema = form.json_schema
    required = {one for one in _list(schema.get("required")) if isinstance(one, str)}
    found = [_field(name, item, name in required, schema) for name, item in _properties(schema)]
    return tuple(sorted(found, key=lambda field: field.order))


def columns(field: FormField) -> tuple[FormField, ...]:
    """The columns of a table, in the order in which they are shown; of anything else, none."""
    rows = field.schema.get("items") if field.kind == "table" else None
    if not isinstance(rows, Mapping):
        return ()
    required = {one for one in _list(rows.get("required")) if isinstance(one, str)}
    found = [_field(name, item, name in required, {}) for name, item in _properties(rows)]
    return tuple(sorted(found, key=lambda column: column.order))


def kind_of(schema: Mapping[str, Any]) -> FieldKind:
    """What a property is: by its widget, else by its type, format and choices."""
    widget = schema.get("x-widget")
    if isinstance(widget, str) and widget in WIDGETS:
        return WIDGETS[widget]
    items = schema.get("items")
    match schema.get("type"):
        case "boolean":
            return "checkbox"
        case "number":
            return "number"
        case "integer":
            return "integer"
        case "array" if isinstance(items, Mapping):
            return _of_items(items)
        case "string":
            return _of_text(schema)
        case "object" if {"amount", "currency"} <= {name for name, _ in _properties(schema)}:
            return "money"
    return "other"


def _of_items(items: Mapping[str, Any]) -> FieldKind:
    if items.get("format") == "file":
        return "file"
    by_type: Mapping[object, FieldKind] = {"string": "multi_select", "object": "table"}
    return by_type.get(items.get("type"), "other")


def _of_text(schema: Mapping[str, Any]) -> FieldKind:
    if "x-tree" in schema:
        return "tree_select"
    return "select" if "enum" in schema else FORMATS.get(str(schema.get("format")), "text")


def _field(name: str, given: Mapping[str, Any], required: bool, root: Mapping[str, Any]) -> FormField:
    schema = _resolved(given, root)
    return FormField(name, kind_of(schema), schema, required)


def _resolved(schema: Mapping[str, Any], root: Mapping[str, Any]) -> Mapping[str, Any]:
    """The property, with the definition it refers to beneath what it says itself."""
    for _ in range(5):
        reference = schema.get("$ref")
        definitions = root.get("$defs")
        if not isinstance(reference, str) or not isinstance(definitions, Mapping):
            break
        target = definitions.get(reference.removeprefix("#/$defs/"))
        if not isinstance(target, Mapping):
            break
        schema = {**target, **{key: value for key, value in schema.items() if key != "$ref"}}
    return schema


def _properties(schema: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    found = schema.get("properties")
    if isinstance(found, Mapping):
        yield from ((name, item) for name, item in found.items() if isinstance(item, Mapping))


def _translated(schema: Mapping[str, Any], locale: str, what: str) -> object:
    texts = schema.get("x-i18n")
    own = texts.get(locale) if isinstance(texts, Mapping) else None
    return own.get(what) if isinstance(own, Mapping) else None


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
