"""What is said about a form when it is applied: everything that would fail while somebody fills it in."""

from typing import Any

import pytest
from ruamel.yaml import YAML

from gongdan.intake.domain.form_check import complaints
from gongdan.shared.definitions.form import Form
from gongdan.shared.definitions.registry import check
from gongdan.shared.definitions.seed import default_documents
from tests.unit.intake.test_form_fields import PROPERTIES


def faults(properties: dict[str, Any], schema: dict[str, Any] | None = None, **spec: Any) -> dict[str, str]:
    """What is wrong with a form of these fields, by the path below `spec`."""
    whole = {"type": "object", "properties": properties, **(schema or {})}
    found = complaints("repair", Form.model_validate({"schema": whole, **spec}))
    assert all(one.cure for one in found)
    return {one.field.removeprefix("spec.schema.properties."): one.problem for one in found}


def test_a_form_with_all_kinds_of_fields_is_sound() -> None:
    assert faults(PROPERTIES, {"required": ["fault"]}, subject="{device}: {fault}", body="{price.amount}") == {}


def test_the_forms_of_a_first_start_are_sound() -> None:
    documents: list[dict[str, Any]] = list(YAML(typ="safe").load_all(default_documents()))
    forms = [check(one).spec for one in documents if one["kind"] == "Form"]
    assert [complaints("x", form) for form in forms if isinstance(form, Form)] == [[]]


def rule(field: str, operator: str = "notNull", value: Any = None) -> dict[str, Any]:
    return {"type": "string", "x-visible-when": {"field": field, "operator": operator, "value": value}}


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ({"a": {"type": "strin"}}, {"a.type": '"strin" is not valid'}),
        ({"a": {"type": "string", "maxLength": -1}}, {"a.maxLength": "-1 is less"}),
        (
            {"a": {"$ref": "https://example.com/schema.json"}},
            {"a.$ref": "'https://example.com/schema.json' is elsewhere"},
        ),
        ({"a": {"type": "string", "pattern": "^(?=x)"}}, {"a.pattern": "'^(?=x)' cannot be used"}),
        ({"a": {"type": "string", "pattern": r"(a)\1"}}, {"a.pattern": r"'(a)\\1' cannot be used"}),
        ({"a": {"type": "string", "pattern": "(a{1000}){1000}"}}, {"a.pattern": "'(a{1000}){1000}' cannot be used"}),
        ({"a": {"type": "string", "pattern": "x" * 501}}, {"a.pattern": "is no pattern of at most 500"}),
        ({"a": {"type": "string", "x-wdget": "text"}}, {"a.x-wdget": "is not known"}),
        ({"a": {"type": "string", "x-widget": "slider"}}, {"a.x-widget": "'slider' is not known"}),
        ({"a": {"type": "string", "x-widget": "money"}}, {"a.type": "a money is no string"}),
        ({"a": {"type": "number", "x-widget": "rating"}}, {"a.type": "a rating is no number"}),
        ({"a": {"x-widget": "select"}}, {"a": "has nothing to choose from"}),
        ({"a": {"x-widget": "tree", "x-tree": []}}, {"a": "has nothing to choose from"}),
        ({"a": {"x-widget": "table"}}, {"a.items": "has no columns"}),
        (
            {"a": {"x-widget": "table", "items": {"properties": {"b": {"x-widget": "table"}}}}},
            {"a.items.properties.b": "a column is no table", "a.items.properties.b.items": "has no columns"},
        ),
        ({"故障": {"type": "string"}}, {"故障": "'故障' is no name for a field"}),
        ({"in": {"type": "string"}}, {"in": "'in' is no name for a field"}),
        ({"a": {"type": "string", "x-order": "first"}}, {"a.x-order": "is of the wrong type"}),
        ({"a": rule("b")}, {"a.x-visible-when.rules.0.field": "there is no field 'b'"}),
        (
            {"a": rule("b", "<", 5), "b": {"type": "string"}},
            {"a.x-visible-when.rules.0.operator": "'<' does not fit b"},
        ),
        ({"a": rule("a")}, {"a.x-visible-when": "waits for itself, by way of a"}),
        (
            {"a": rule("b"), "b": rule("c"), "c": rule("a"), "d": rule("a")},
            dict.fromkeys(
                ["a.x-visible-when", "b.x-visible-when", "c.x-visible-when", "d.x-visible-when"], "waits for"
            ),
        ),
        ({"a": {"type": "string", "x-visible-when": "b == 1"}}, {"a.x-visible-when": "Input should be"}),
    ],
    ids=str,
)
def test_what_cannot_work_is_named_by_its_path(properties: dict[str, Any], expected: dict[str, str]) -> None:
    found = faults(properties)
    assert found.keys() == expected.keys()
    for path, problem in expected.items():
        assert found[path].startswith(problem), found[path]


@pytest.mark.parametrize(
    ("schema", "spec", "path"),
    [
        ({}, {"subject": "{device}"}, "spec.subject"),
        ({}, {"body": "{fault}: {nothing}"}, "spec.body"),
        ({"required": ["nothing"]}, {}, "spec.schema.required.0"),
        ({"type": "array"}, {}, "spec.schema.type"),
        ({"allOf": [{"$ref": "file:///etc/passwd"}]}, {}, "spec.schema.allOf.0.$ref"),
        ({"patternProperties": {"(": {}}}, {}, "spec.schema"),
    ],
    ids=str,
)
def test_what_is_wrong_with_the_whole_is_named_too(schema: dict[str, Any], spec: dict[str, Any], path: str) -> None:
    assert list(faults({"fault": {"type": "string"}}, schema, **spec)) == [path]


def test_names_in_data_are_not_taken_for_keywords() -> None:
    sneaky = {"pattern": {"type": "string", "enum": ["$ref"]}, "a": {"const": {"pattern": "("}}}
    assert faults(sneaky) == {}


def test_more_fields_than_people_fill_in_are_refused() -> None:
    many = {f"f{number}": {"type": "string"} for number in range(101)}
    assert list(faults(many)) == ["spec.schema.properties"]
