"""The fields that forms give: what each is, how conditions see it, and what becomes of values that do not fit."""

from datetime import UTC, datetime
from typing import Any

import pytest

from gongdan.shared.definitions import expressions
from gongdan.shared.definitions.catalog import catalog_of
from gongdan.shared.definitions.conditions import holds, program_of
from gongdan.shared.definitions.field_types import Fields, field_values
from gongdan.shared.definitions.form import Form
from gongdan.shared.definitions.form_fields import columns, form_fields
from gongdan.shared.definitions.registry import Definition, check
from gongdan.shared.definitions.tree import ConditionTree

PROPERTIES: dict[str, Any] = {
    "fault": {"type": "string", "x-widget": "textarea"},
    "device": {"type": "string", "x-widget": "asset", "x-order": 1},
    "cost": {"type": "number"},
    "floor": {"type": "integer"},
    "price": {"type": "object", "x-widget": "money"},
    "severity": {"type": "string", "enum": ["low", "high"]},
    "colours": {"type": "array", "items": {"type": "string", "enum": ["red", "blue"]}},
    "place": {"type": "string", "x-tree": [{"value": "hq"}]},
    "urgent": {"type": "boolean"},
    "day": {"type": "string", "format": "date"},
    "moment": {"type": "string", "format": "date-time"},
    "engineer": {"type": "string", "x-widget": "person"},
    "manual": {"type": "string", "format": "uri"},
    "photos": {"type": "array", "items": {"type": "string", "format": "file"}},
    "stars": {"type": "integer", "x-widget": "rating"},
    "parts": {"type": "array", "items": {"type": "object", "properties": {"part": {"type": "string"}}}},
    "shared": {"$ref": "#/$defs/size"},
    "odd": {},
}


def form(name: str = "repair", workspace: str | None = "maintenance", **properties: Any) -> Definition:
    schema = {
        "type": "object",
        "required": ["device"],
        "properties": properties or PROPERTIES,
        "$defs": {"size": {"type": "number"}},
    }
    return check({"kind": "Form", "metadata": {"name": name, "workspace": workspace}, "spec": {"schema": schema}})


def spec(item: Definition) -> Form:
    assert isinstance(item.spec, Form)
    return item.spec


def test_every_kind_of_field_is_known_by_its_schema_and_widget() -> None:
    assert {field.name: field.kind for field in form_fields(spec(form()))} == {
        "device": "asset", "fault": "long_text", "cost": "number", "floor": "integer", "price": "money",
        "severity": "select", "colours": "multi_select", "place": "tree_select", "urgent": "checkbox", "day": "date",
        "moment": "datetime", "engineer": "person", "manual": "link", "photos": "file", "stars": "rating",
        "parts": "table", "shared": "number", "odd": "other",
    }  # fmt: skip


def test_fields_come_in_their_order_then_as_they_are_written() -> None:
    fields = form_fields(spec(form()))
    assert [field.name for field in fields[:3]] == ["device", "fault", "cost"]
    assert [field.required for field in fields[:2]] == [True, False]


def test_the_columns_of_a_table_are_fields_too() -> None:
    (parts,) = [field for field in form_fields(spec(form())) if field.name == "parts"]
    assert [(column.name, column.kind) for column in columns(parts)] == [("part", "text")]


def test_each_field_is_a_variable_of_its_type() -> None:
    assert Fields(catalog_of(1, [form()])).of("maintenance").variables == {
        "fields.device": "string", "fields.fault": "string", "fields.cost": "double?", "fields.floor": "int?",
        "fields.price.amount": "double?", "fields.price.currency": "string", "fields.severity": "string",
        "fields.colours": "list<string>", "fields.place": "string", "fields.urgent": "bool",
        "fields.day": "timestamp?", "fields.moment": "timestamp?", "fields.engineer": "string",
        "fields.manual": "string", "fields.photos": "list<string>", "fields.stars": "int?", "fields.parts": "list",
        "fields.shared": "double?", "fields.odd": "dyn",
    }  # fmt: skip


def test_a_workspace_has_the_fields_of_its_own_forms_and_of_the_common_ones() -> None:
    common = form("common", None, note={"type": "string"})
    other = form("other", "it", note={"type": "string"}, cost={"type": "string"})
    fields = Fields(catalog_of(1, [form(), common, other]))
    assert fields.of("it").variables == {"fields.note": "string", "fields.cost": "string"}
    assert "fields.note" in fields.of("maintenance").variables
    assert "fields.cost" not in fields.of(None).variables
    assert fields.of(None).variables["fields.urgent"] == "bool"


def test_two_forms_of_a_workspace_that_disagree_on_a_field_are_both_named() -> None:
    fields = Fields(catalog_of(1, [form(), form("second", cost={"type": "string"})]))
    (conflict,) = fields.of("maintenance").conflicts
    assert (conflict.field, conflict.form, conflict.kind) == ("cost", "second", "text")
    assert (conflict.other_form, conflict.other_kind) == ("repair", "number")


def test_values_that_no_longer_fit_their_field_count_as_not_given() -> None:
    types = Fields(catalog_of(1, [form()])).of("maintenance").variables
    stored = {"cost": "much", "price": 5, "colours": "red", "urgent": "yes", "day": "soon", "stars": 4.5, "device": 7}
    found = field_values(types, stored)
    assert found["fields.cost"] is found["fields.price.amount"] is found["fields.day"] is found["fields.stars"] is None
    assert (found["fields.colours"], found["fields.urgent"], found["fields.device"]) == ([], False, "")


def test_values_that_fit_are_typed() -> None:
    types = Fields(catalog_of(1, [form()])).of("maintenance").variables
    stored = {"cost": 5, "price": {"amount": 9, "currency": "CNY"}, "day": "2026-03-01", "parts": [{"part": "belt"}]}
    found = field_values(types, stored)
    assert (found["fields.cost"], found["fields.price.amount"], found["fields.price.currency"]) == (5.0, 9.0, "CNY")
    assert found["fields.day"] == datetime(2026, 3, 1, tzinfo=UTC)
    assert found["fields.parts"] == [{"part": "belt"}]


@pytest.mark.parametrize(
    "condition",
    [
        "fields.cost > 100.0",
        "fields.cost > 100 && 101 >= fields.cost && fields.cost <= 101 && fields.cost < 102",
        "fields.floor > 2.5 && 3.0 >= fields.floor && fields.floor < 3.5 && fields.floor <= 3.0",
        "fields.price.amount >= 9.5 && fields.price.currency == 'CNY'",
        "fields.cost != null && fields.day != null && fields.day < timestamp('2027-01-01T00:00:00Z')",
        "'red' in fields.colours && !fields.urgent",
        "fields.parts.exists(row, row.count > 1)",
        "size(fields.photos) == 2",
        {"field": "fields.day", "operator": "<", "value": "2027-01-01"},
        {"field": "fields.price.amount", "operator": "between", "value": [9, 10]},
    ],
)
def test_conditions_over_fields_hold(condition: Any) -> None:
    types = Fields(catalog_of(1, [form()])).of("maintenance").variables
    stored = {
        "cost": 101, "floor": 3, "price": {"amount": 9.5, "currency": "CNY"}, "day": "2026-03-01", "colours": ["red"],
        "parts": [{"part": "belt", "count": 2}], "photos": ["a.png", "b.png"],
    }  # fmt: skip
    given = condition if isinstance(condition, str) else ConditionTree.model_validate(condition)
    assert holds(program_of(given, types), field_values(types, stored))


@pytest.mark.parametrize(
    ("when", "problem"),
    [
        ("fields.cost > 'a lot'", "line 1, column 13: found no matching overload"),
        ("fields.urgent &&\n fields.cots > 1.0", "line 2, column 8: undeclared reference to 'fields.cots'"),
        ("fields.cost == 5000", "line 1, column 13: found no matching overload for '_==_' applied to '(double, int)'"),
        ("has(fields.cost) && true", "line 1, column 18: found no matching overload"),
    ],
)
def test_a_rule_that_misuses_a_field_is_refused_with_line_and_column(when: str, problem: str) -> None:
    rule = check({"kind": "RoutingRule", "metadata": {"name": "r"}, "spec": {"when": when, "then": []}})
    fields = Fields(catalog_of(1, [form()])).of(None).variables
    (found,) = expressions.complaints(rule.spec, fields)
    assert found.field == "spec.when"
    assert found.problem.startswith(problem)
    assert expressions.looks_at_fields(rule.spec)
