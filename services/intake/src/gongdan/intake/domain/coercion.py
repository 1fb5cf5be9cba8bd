"""Answers from a browser's own form, where everything is text: as the fields' types, blanks left out.

The parts of money have names with a point: `price.amount`, `price.currency`. A time without an offset from UTC, as
browsers send it, is of the form's time zone. Ends of lines are single characters, as in JSON. What cannot be converted
stays text, and is refused as such. Limit: rows of tables are not sent so.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from typing import Any

from pydantic import JsonValue

from gongdan.intake.domain.forms import Form
from gongdan.shared.definitions.form_schema import strict_field

WHOLE = re.compile(r"[+-]?\d{1,18}")
NUMBER = re.compile(r"[+-]?\d{1,18}(\.\d{1,18})?([eE][+-]?\d{1,2})?")
LOCAL_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?", re.ASCII)
TRUTH = {"true": True, "on": True, "1": True, "false": False, "off": False, "0": False}


def coerce(form: Form, sent: Sequence[tuple[str, str]], zone: tzinfo = UTC) -> dict[str, JsonValue]:
    """The answers. `zone` is that of times without an offset."""
    texts: dict[str, list[str]] = {}
    for name, value in sent:
        if value != "":
            texts.setdefault(name, []).append(value.replace("\r\n", "\n"))
    answers: dict[str, JsonValue] = {}
    for name, values in texts.items():
        field, _, part = name.partition(".")
        if part and field in form.fields and form.fields[field].kind == "money":
            whole = answers.setdefault(field, {})
            if isinstance(whole, dict):
                whole[part] = _typed(_schema(form, field)["properties"].get(part, {}), values)
        else:
            answers[name] = _typed(_schema(form, name), [_timed(form, name, one, zone) for one in values])
    return answers


def _timed(form: Form, field: str, text: str, zone: tzinfo) -> str:
    if field not in form.fields or form.fields[field].kind != "datetime" or not LOCAL_TIME.fullmatch(text):
        return text
    try:
        return datetime.fromisoformat(text).replace(tzinfo=zone).isoformat()
    except ValueError:
        return text


def _schema(form: Form, field: str) -> Mapping[str, Any]:
    return strict_field(form.fields[field]) if field in form.fields else {}


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
