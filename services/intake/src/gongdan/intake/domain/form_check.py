"""Whether a form can work at all: asked when it is applied, so that nobody meets its mistakes while filling it in."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import jsonschema_rs

from gongdan.intake.domain.forms import PLACE, compile_form
from gongdan.shared.definitions.form import Form
from gongdan.shared.definitions.form_fields import WIDGETS, FormField, columns, form_fields
from gongdan.shared.definitions.form_schema import BY_KIND, choices
from gongdan.shared.errors import Complaint, FixInput

MOST_FIELDS = 100
LONGEST_PATTERN = 500
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,62}")
# Words that CEL keeps for itself.
RESERVED = frozenset({"in", "true", "false", "null"})
EXTENSIONS = frozenset(
    {"x-order", "x-widget", "x-i18n", "x-visible-when", "x-roles", "x-accept", "x-max-bytes", "x-tree", "x-any-level",
     "x-currencies"}
)  # fmt: skip
META = jsonschema_rs.Draft202012Validator({"$ref": "https://json-schema.org/draft/2020-12/schema"})
TYPES = {**{kind: schema["type"] for kind, schema in BY_KIND.items()}, "money": "object", "multi_select": "array",
         "tree_select": "string", "table": "array"}  # fmt: skip
SCHEMA = "spec.schema"


def complaints(name: str, form: Form) -> list[Complaint]:
    """Everything that is wrong with a form."""
    found = [*_schema(form.json_schema), *_places(form)]
    if found:
        return found
    fields = form_fields(form)
    found = [*_fields(form, fields), *(one for field in fields for one in _field(field, f"{SCHEMA}.properties"))]
    try:
        compile_form(name, "", form)
    except FixInput as error:
        found.extend(error.complaints)
    return found


def _schema(schema: Mapping[str, Any]) -> Iterator[Complaint]:
    for error in META.iter_errors(schema):
        where = ".".join([SCHEMA, *map(str, error.instance_path)])
        yield Complaint(where, error.message[:300], "write it as JSON Schema 2020-12 has it")
    for path, key, value in _walk(schema, SCHEMA):
        yield from _entry(f"{path}.{key}", key, value)


def _entry(path: str, key: str, value: object) -> Iterator[Complaint]:
    if key in {"$ref", "$dynamicRef"} and not str(value).startswith("#"):
        cure = "refer to a part of this schema, such as #/$defs/name"
        yield Complaint(path, f"{str(value)[:200]!r} is elsewhere", cure)
    if key == "pattern" and (why := _unusable(value)):
        yield Complaint(path, why, "write a pattern without look-around and back-references, as RE2 takes it")
    if key.startswith("x-") and key not in EXTENSIONS:
        yield Complaint(path, "is not known", f"one of: {', '.join(sorted(EXTENSIONS))}")


def _unusable(pattern: object) -> str | None:
    if not isinstance(pattern, str) or len(pattern) > LONGEST_PATTERN:
        return f"is no pattern of at most {LONGEST_PATTERN} characters"
    try:
        jsonschema_rs.Draft202012Validator({"pattern": pattern}, pattern_options=jsonschema_rs.RegexOptions())
    except (jsonschema_rs.ValidationError, ValueError):
        return f"{pattern!r} cannot be used"
    return None


def _walk(value: object, path: str) -> Iterator[tuple[str, str, object]]:
    """Every key of a schema with its value; what stands for data, and names of fields, are not keys."""
    if isinstance(value, list):
        for nth, item in enumerate(value):
            yield from _walk(item, f"{path}.{nth}")
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield path, key, item
            if key in {"properties", "$defs", "patternProperties"} and isinstance(item, Mapping):
                for name, schema in item.items():
                    yield from _walk(schema, f"{path}.{key}.{name}")
            elif key not in {"enum", "const", "default", "examples"} and not key.startswith("x-"):
                yield from _walk(item, f"{path}.{key}")


def _places(form: Form) -> Iterator[Complaint]:
    properties = form.json_schema.get("properties")
    known = set(properties) if isinstance(properties, Mapping) else set()
    for template in ("subject", "body"):
        if template in form.model_fields_set:
            for name in PLACE.findall(getattr(form, template) or ""):
                if name.partition(".")[0] not in known:
                    cure = f"one of: {', '.join(sorted(known)) or 'none'}"
                    yield Complaint(f"spec.{template}", f"there is no field {name!r}", cure)


def _fields(form: Form, fields: tuple[FormField, ...]) -> Iterator[Complaint]:
    if form.json_schema.get("type", "object") != "object":
        yield Complaint(f"{SCHEMA}.type", "a form is an object", "write type: object")
    if len(fields) > MOST_FIELDS:
        yield Complaint(f"{SCHEMA}.properties", f"has {len(fields)} fields", f"use at most {MOST_FIELDS}")
    known = {field.name for field in fields}
    required = form.json_schema.get("required")
    for nth, name in enumerate(required if isinstance(required, list) else ()):
        if name not in known:
            yield Complaint(f"{SCHEMA}.required.{nth}", f"there is no field {name!r}", "add it, or leave this out")


def _field(field: FormField, above: str) -> Iterator[Complaint]:
    path, schema = f"{above}.{field.name}", field.schema
    if not NAME.fullmatch(field.name) or field.name in RESERVED:
        cure = "use letters, digits and _, beginning with a letter; titles go into x-i18n"
        yield Complaint(path, f"{field.name!r} is no name for a field", cure)
    widget, kind = schema.get("x-widget"), schema.get("type")
    if widget is not None and widget not in WIDGETS:
        yield Complaint(f"{path}.x-widget", f"{widget!r} is not known", f"one of: {', '.join(sorted(WIDGETS))}")
    elif kind is not None and TYPES.get(field.kind, kind) != kind:
        yield Complaint(f"{path}.type", f"a {field.kind} is no {kind}", f"write type: {TYPES[field.kind]}")
    if field.kind in {"select", "multi_select", "tree_select"} and not choices(field):
        cure = "add x-tree: [{value, children}]" if field.kind == "tree_select" else "add enum: [...]"
        yield Complaint(path, "has nothing to choose from", cure)
    yield from _extensions(field, path)
    if field.kind == "table":
        yield from _table(field, path)


def _extensions(field: FormField, path: str) -> Iterator[Complaint]:
    shapes: Mapping[str, tuple[tuple[type, ...], str]] = {
        "x-order": ((int, float), "write a number"),
        "x-roles": ((list,), "write a list of roles"),
        "x-accept": ((list,), "write a list of types, such as image/*"),
        "x-max-bytes": ((int,), "write a whole number of bytes"),
        "x-i18n": ((dict,), "write {zh: {title: ...}, en: {title: ...}}"),
        "x-currencies": ((list,), "write a list of codes, such as [CNY, EUR]"),
    }
    for name, (types, cure) in shapes.items():
        if name in field.schema and not isinstance(field.schema[name], types):
            yield Complaint(f"{path}.{name}", "is of the wrong type", cure)


def _table(field: FormField, path: str) -> Iterator[Complaint]:
    found = columns(field)
    if not found:
        yield Complaint(f"{path}.items", "has no columns", "add items: {type: object, properties: {...}}")
    for column in found:
        if column.kind in {"table", "file"}:
            yield Complaint(f"{path}.items.properties.{column.name}", f"a column is no {column.kind}", "move it out")
        yield from _field(column, f"{path}.items.properties")
