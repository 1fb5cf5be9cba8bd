"""Every kind explains itself: its example works, every field says what it is for, and nothing is without bounds."""

from collections.abc import Iterator
from typing import Any, get_args

import jsonschema_rs
import pytest

from gongdan.shared.definitions import expressions, references, schemas
from gongdan.shared.definitions.registry import KINDS, check
from gongdan.shared.definitions.vocabulary import KindName
from tests.architecture.house import ROOT

EVERY_KIND = pytest.mark.parametrize("kind", KINDS)


def test_the_kinds_are_those_of_the_language() -> None:
    assert set(KINDS) == set(get_args(KindName))


@EVERY_KIND
def test_the_example_in_its_explanation_is_a_definition_of_the_kind(kind: str) -> None:
    example = schemas.example(kind)
    found = check(example)
    assert found.kind == kind
    assert expressions.complaints(found.spec, {"fields.parts_cost": "double?"}) == ()
    assert list(references.doubts([found])) == []


@EVERY_KIND
def test_it_says_what_it_is_for(kind: str) -> None:
    assert schemas.explanation(kind).startswith(f"{kind}: ")


@EVERY_KIND
def test_its_schema_takes_the_example_and_nothing_it_does_not_know(kind: str) -> None:
    validator = jsonschema_rs.Draft202012Validator(schemas.schema_of(kind))
    example = schemas.example(kind)
    assert validator.is_valid(example)
    assert not validator.is_valid(example | {"spec": example["spec"] | {"unknown": 1}})
    assert not validator.is_valid(example | {"kind": "Other"})


def test_one_schema_knows_all_kinds() -> None:
    validator = jsonschema_rs.Draft202012Validator(schemas.any_schema())
    assert [kind for kind in KINDS if not validator.is_valid(schemas.example(kind))] == []
    assert not validator.is_valid({"kind": "Team", "metadata": {"name": "x"}, "spec": {"members": "nobody"}})


def parts(schema: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every schema within a schema, with its place."""
    if isinstance(schema, dict):
        yield path, schema
        for name, value in schema.items():
            if name not in ("default", "examples", "const", "enum"):
                yield from parts(value, f"{path}/{name}")
    elif isinstance(schema, list):
        for value in schema:
            yield from parts(value, path)


def fields() -> Iterator[tuple[str, dict[str, Any]]]:
    for place, schema in parts(schemas.any_schema()["$defs"]):
        if place.count("/") == 3 and place.split("/")[2] == "properties":
            yield place, schema


def test_every_field_says_what_it_is_for() -> None:
    assert [place for place, schema in fields() if "description" not in schema and "const" not in schema] == []


def test_every_list_map_and_text_has_a_bound() -> None:
    bounds = {
        "array": ("maxItems",),
        "object": ("maxProperties", "properties"),
        "string": ("maxLength", "pattern", "enum", "const"),
    }
    unbound = [
        place
        for place, schema in parts(schemas.any_schema()["$defs"])
        for kind in [schema.get("type")]
        if isinstance(kind, str) and kind in bounds and not any(bound in schema for bound in bounds[kind])
    ]
    assert unbound == []


def test_editors_are_told_which_kind_a_name_is_of_and_where_there_is_cel() -> None:
    team = schemas.schema_of("Team")["$defs"]["Team"]["properties"]
    assert team["members"]["items"]["x-refers"] == "Agent"
    policy = schemas.schema_of("SlaPolicy")["$defs"]["SlaPolicy"]["properties"]
    assert policy["when"]["x-cel"] == "ticket"


@EVERY_KIND
def test_the_architecture_lists_it_with_what_it_is(kind: str) -> None:
    purpose = " ".join(schemas.explanation(kind).split("\n\n")[0].split()).removeprefix(f"{kind}: ").rstrip(".")
    table = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    assert f"| {kind} | {purpose} | {KINDS[kind].belongs} |" in table
