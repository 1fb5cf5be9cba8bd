"""JSON Schemas (2020-12) of definitions, for editors: what may be written, with descriptions, and each kind's example.

`x-refers` says that a text is the name of a definition of that kind, `x-cel` over which variables a text is CEL.
Limits: what one field demands of another is not in them; the server says that.
"""

import inspect
import sys
import textwrap
from functools import cache
from typing import Any

from pydantic.json_schema import models_json_schema
from ruamel.yaml import YAML

from gongdan.shared.definitions.base import API_VERSION, Document, Kind, Metadata, Scope
from gongdan.shared.definitions.registry import KINDS

DIALECT = "https://json-schema.org/draft/2020-12/schema"
EXAMPLE = "Example:\n"
Schema = dict[str, Any]


def schema_of(kind: str) -> Schema:
    """The schema of a whole document of a kind. Raises KeyError when there is no such kind."""
    model = KINDS[kind]
    made, definitions = _models(((model, "spec"), (Metadata, "metadata")))
    schema = _document(model, made[model], made[Metadata])
    return {"$schema": DIALECT, "title": kind, **schema, "$defs": definitions}


def all_schemas() -> dict[str, Schema]:
    """The schema of each kind's documents."""
    return {kind: schema_of(kind) for kind in KINDS}


def any_schema() -> Schema:
    """One schema for documents of every kind, by what their `kind` says."""
    made, definitions = _models((*((model, "spec") for model in KINDS.values()), (Metadata, "metadata")))
    cases = [
        {
            "if": {"properties": {"kind": {"const": kind}}, "required": ["kind"]},
            "then": _document(model, made[model], made[Metadata]),
        }
        for kind, model in KINDS.items()
    ]
    head = {"type": "object", "required": ["kind", "metadata"], "properties": {"kind": {"enum": list(KINDS)}}}
    about = inspect.getdoc(Document)
    return {
        "$schema": DIALECT,
        "title": "Definition",
        "description": about,
        **head,
        "allOf": cases,
        "$defs": definitions,
    }


def explanation(kind: str) -> str:
    """What a kind is for and how it is read, in words."""
    return _docstring(kind).partition(EXAMPLE)[0].strip()


def example(kind: str) -> dict[str, Any]:
    """A document of a kind, as its explanation shows it."""
    text = textwrap.dedent(_docstring(kind).partition(EXAMPLE)[2])
    found: dict[str, Any] = YAML(typ="safe", pure=True).load(text) or {}
    return found


def _docstring(kind: str) -> str:
    return sys.modules[KINDS[kind].__module__].__doc__ or ""


def _document(model: type[Kind], spec: Schema, metadata: Schema) -> Schema:
    kind = model.__name__
    return {
        "description": explanation(kind),
        "type": "object",
        "additionalProperties": False,
        "required": ["kind", "metadata", *(["spec"] if _needs_spec(model) else [])],
        "properties": {
            "apiVersion": {"const": API_VERSION, "description": "The language."},
            "kind": {"const": kind, "description": "What is defined."},
            "metadata": {**metadata, **_placed(model)},
            "spec": spec,
        },
        "examples": [example(kind)],
    }


def _placed(model: type[Kind]) -> Schema:
    if model.belongs is Scope.NEVER:
        return {"properties": {"workspace": False}}
    return {"required": ["workspace"]} if model.belongs is Scope.ALWAYS else {}


def _needs_spec(model: type[Kind]) -> bool:
    return any(field.is_required() for field in model.model_fields.values())


@cache
def _models(wanted: tuple[tuple[type[Any], str], ...]) -> tuple[dict[type[Any], Schema], Schema]:
    """The schemas of models, as references, and all that they refer to."""
    made, together = models_json_schema([(model, "validation") for model, _ in wanted], by_alias=True)
    definitions = together["$defs"]
    if "ConditionTree" in definitions:
        # A rule that stands alone is read as a tree of one.
        definitions["ConditionTree"] = {"anyOf": [{"$ref": "#/$defs/Rule"}, definitions["ConditionTree"]]}
    return {model: made[(model, "validation")] for model, _ in wanted}, definitions
