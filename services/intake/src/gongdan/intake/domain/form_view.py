"""A form as it is shown to somebody: their fields in order, with texts in their language, and the schema they are
held to. Conditions of visibility are given as trees, which the browser asks itself.
"""

from collections.abc import Mapping
from typing import Any

from gongdan.intake.domain.form_messages import Language
from gongdan.intake.domain.forms import Form, Submitter
from gongdan.shared.definitions.base import LocalText
from gongdan.shared.definitions.form_fields import FormField, columns
from gongdan.shared.definitions.form_schema import choices, nodes, strict_field, strict_schema
from gongdan.shared.definitions.form_visibility import CONDITION

Shown = dict[str, Any]


def view(form: Form, title: object, submitter: Submitter) -> Shown:
    """The form for somebody. `title` is its definition's: a text, one in each language, or nothing."""
    fields = tuple(field for field in form.fields.values() if submitter.sees(field))
    found: Shown = {
        "name": form.name,
        "workspace": form.workspace,
        "title": text(title, submitter.language) or form.name,
        "description": text(form.spec.description, submitter.language),
        "audience": form.spec.audience,
        "language": submitter.language,
        "fields": [_field(field, submitter.language) for field in fields],
        "schema": strict_schema(form.spec.json_schema, fields),
    }
    return found


def text(given: object, language: Language) -> str | None:
    """A text for people in a language, whether it has several or one."""
    if isinstance(given, Mapping):
        other = given.get("en" if language == "zh" else "zh")
        return given.get(language) or other
    return given.best(language) if isinstance(given, LocalText) else given if isinstance(given, str) else None


def _field(field: FormField, language: Language) -> Shown:
    schema = field.schema
    found: Shown = {
        "name": field.name,
        "kind": field.kind,
        "widget": schema.get("x-widget", field.kind),
        "title": field.title(language),
        "description": field.text("description", language),
        "required": field.required,
        "visible_when": schema.get(CONDITION),
        "schema": strict_field(field),
    }
    if field.kind in {"select", "multi_select", "tree_select"}:
        found["options"] = options(field, language)
    if field.kind == "table":
        found["columns"] = [_field(column, language) for column in columns(field)]
    if field.kind == "file":
        found["accept"], found["max_bytes"] = schema.get("x-accept"), schema.get("x-max-bytes")
    return found


def options(field: FormField, language: Language) -> list[Shown]:
    """What one can choose from, each value with what people call it."""
    if field.kind == "tree_select":
        return [{"value": path, "label": _label(node, language)} for path, node in nodes(field)]
    labels = [_labels(field.schema, one) for one in (language, "en" if language == "zh" else "zh")]
    return [
        {"value": value, "label": next((one[str(value)] for one in labels if str(value) in one), str(value))}
        for value in choices(field)
    ]


def _label(node: Mapping[str, Any], language: Language) -> str:
    return text({key: node.get(key) for key in ("zh", "en")}, language) or str(node["value"])


def _labels(schema: Mapping[str, Any], language: str) -> Mapping[str, Any]:
    texts = schema.get("x-i18n")
    own = texts.get(language) if isinstance(texts, Mapping) else None
    labels = own.get("options") if isinstance(own, Mapping) else None
    return labels if isinstance(labels, Mapping) else {}
