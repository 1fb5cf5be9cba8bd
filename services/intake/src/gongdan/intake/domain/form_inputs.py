"""Which input a field of a form has on its page, and what the input knows of the field's schema. Pure."""

from collections.abc import Callable, Mapping
from typing import Any, Literal

from gongdan.intake.domain.form_view import Shown

Look = Literal["line", "text", "select", "radios", "boxes", "tick", "files", "money", "rows", "absent"]
LOOKS: Mapping[str, Look] = {
    "long_text": "text", "select": "select", "tree_select": "select", "multi_select": "boxes", "checkbox": "tick",
    "rating": "radios", "file": "files", "money": "money", "table": "rows",
}  # fmt: skip
INPUTS = {"number": "number", "integer": "number", "rating": "number", "date": "date", "datetime": "datetime-local",
          "link": "url"}  # fmt: skip
TEXTS = {"email": "email", "phone": "tel"}
MOST_STARS = 10
Schema = Mapping[str, Any]
Attributes = Mapping[str, object]


def look_of(given: Shown) -> Look:
    """How a field looks. A yes or no that must be given needs a way to say no."""
    kind, schema = given["kind"], given["schema"]
    if kind == "select" and given["widget"] == "radio":
        return "radios"
    if kind == "checkbox" and given["required"] and schema.get("const") is not True:
        return "radios"
    if kind == "rating" and not 0 <= least_stars(schema) <= most_stars(schema) <= MOST_STARS:
        return "line"
    if kind == "table" and not given.get("columns"):
        return "absent"
    if kind == "other" and schema.get("type", "string") != "string":
        return "absent"
    return LOOKS.get(kind, "line")


def most_stars(schema: Schema) -> int:
    """The last star."""
    most = schema.get("maximum")
    return most if isinstance(most, int) else 0


def least_stars(schema: Schema) -> int:
    """The first star."""
    least = schema.get("minimum")
    return least if isinstance(least, int) else 1


def attributes_of(look: Look, given: Shown) -> Attributes:
    """The attributes of a field's input beside its name."""
    make = ATTRIBUTES.get(look)
    return make(given, given["schema"]) if make else {}


def _line(given: Shown, schema: Schema) -> Attributes:
    texts = TEXTS.get(given["widget"]) or ("email" if schema.get("format") in {"email", "idn-email"} else "text")
    kind = INPUTS.get(given["kind"], texts)
    found: dict[str, object] = {"type": kind}
    if kind in {"email", "tel"}:
        found["autocomplete"] = kind
    if kind == "number":
        step = 1 if schema.get("type") == "integer" else "any"
        found |= {"step": schema.get("multipleOf", step), "min": schema.get("minimum"), "max": schema.get("maximum")}
    return _known({**found, **(_lengths(given, schema) if kind != "number" else {})})


def _lengths(_: Shown, schema: Schema) -> Attributes:
    return _known({"minlength": schema.get("minLength"), "maxlength": schema.get("maxLength")})


def _files(given: Shown, schema: Schema) -> Attributes:
    accept = given.get("accept")
    found = {"accept": ",".join(map(str, accept))} if isinstance(accept, list) else {}
    return found | ({"multiple": "multiple"} if schema.get("type") == "array" else {})


def _money(_: Shown, schema: Schema) -> Attributes:
    amount = schema["properties"]["amount"]
    return _known({"step": amount.get("multipleOf", "any"), "min": amount.get("minimum"), "max": amount.get("maximum")})


def _known(given: Attributes) -> Attributes:
    return {name: value for name, value in given.items() if isinstance(value, str | int | float)}


ATTRIBUTES: Mapping[Look, Callable[[Shown, Schema], Attributes]] = {
    "line": _line,
    "text": _lengths,
    "files": _files,
    "money": _money,
}
