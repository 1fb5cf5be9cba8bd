"""Answers from a browser's own form, where everything is text: as the fields' types, blanks left out.

The parts of money have names with a point: `price.amount`, `price.currency`. A time without an offset from UTC, as
browsers send it, is of the form's time zone. Ends of lines are single characters, as in JSON. What cannot be converted
stays text, and is refused as such. Cells of tables have the numbers of their rows in their names, `parts.0.count`; what
is left blank makes no row.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from typing import Any

from pydantic import JsonValue

from gongdan.intake.domain.forms import Form
from gongdan.shared.definitions.form_fields import FormField, columns
from gongdan.shared.definitions.form_schema import strict_field

Texts = dict[str, list[str]]

WHOLE = re.compile(r"[+-]?\d{1,18}")
NUMBER = re.compile(r"[+-]?\d{1,18}(\.\d{1,18})?([eE][+-]?\d{1,2})?")
ROW = re.compile(r"(\d{1,2})\.(.+)", re.ASCII)
LOCAL_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?", re.ASCII)
TRUTH = {"true": True, "on": True, "1": True, "false": False, "off": False, "0": False}


def coerce(form: Form, sent: Sequence[tuple[str, str]], zone: tzinfo = UTC) -> dict[str, JsonValue]:
    """The answers. `zone` is that of times without an offset."""
    texts: Texts = {}
    for name, value in sent:
        if value != "":
            texts.setdefault(name, []).append(value.replace("\r\n", "\n"))
    return _answers(form.fields, texts, zone)


def _answers(fields: Mapping[str, FormField], texts: Texts, zone: tzinfo) -> dict[str, JsonValue]:
    answers: dict[str, JsonValue] = {}
    for name, values in texts.items():
        field, _, part = name.partition(".")
        known = fields.get(field)
        if part and known and known.kind == "money":
            whole = answers.setdefault(field, {})
            if isinstance(whole, dict):
                whole[part] = _typed(strict_field(known)["properties"].get(part, {}), values)
        elif known and known.kind == "table" and ROW.fullmatch(part):
            if field not in answers:
                answers[field] = _rows(known, texts, zone)
        else:
            answers[name] = _answer(fields.get(name), values, zone)
    return answers


def _rows(table: FormField, texts: Texts, zone: tzinfo) -> list[JsonValue]:
    """The rows of a table that are not blank, in the order of their numbers."""
    rows: dict[int, Texts] = {}
    for name, values in texts.items():
        field, _, part = name.partition(".")
        if field == table.name and (place := ROW.fullmatch(part)):
            rows.setdefault(int(place[1]), {})[place[2]] = values
    fields = {column.name: column for column in columns(table)}
    return [_answers(fields, rows[nth], zone) for nth in sorted(rows)]


def _answer(field: FormField | None, values: Sequence[str], zone: tzinfo) -> JsonValue:
    if field and field.kind == "datetime":
        values = [_timed(one, zone) for one in values]
    return _typed(strict_field(field) if field else {}, values)


def _timed(text: str, zone: tzinfo) -> str:
    if not LOCAL_TIME.fullmatch(text):
        return text
    try:
        return datetime.fromisoformat(text).replace(tzinfo=zone).isoformat()
    except ValueError:
        return text


def _typed(schema: Mapping[str, Any], values: Sequence[str]) -> JsonValue:
    if schema.get("type") == "array":
        items = schema.get("items")
        return [_scalar(items if isinstance(items, Mapping) else {}, value) for value in values]
    return _scalar(schema, values[-1])


def _scalar(schema: Mapping[str, Any], text: str) -> JsonValue:
    match schema.get("type"):
        case "boolean":
            return TRUTH.get(text.lower(), text)
        case "integer" if WHOLE.fullmatch(text):
            return int(text)
        case "number" if NUMBER.fullmatch(text):
            return float(text)
    return text
