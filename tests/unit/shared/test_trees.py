"""Condition trees: CEL made from a tree and the tree itself always agree, and no value reaches beyond its quotes."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from gongdan.shared.definitions.clauses import CelClause, clauses, names
from gongdan.shared.definitions.conditions import Program, holds, program_of
from gongdan.shared.definitions.tree import DEEPEST, MOST_RULES, ConditionTree
from gongdan.shared.definitions.tree_cel import to_cel
from gongdan.shared.definitions.tree_check import check_tree
from gongdan.shared.definitions.tree_holds import holds as tree_holds
from gongdan.shared.definitions.typed_values import fit_all
from gongdan.shared.errors import FixInput
from tests.kit import trees

FIXTURES = json.loads((Path(__file__).parents[2] / "fixtures" / "conditions.json").read_text(encoding="utf-8"))


def program(raw: dict[str, Any]) -> Program:
    return program_of(ConditionTree.model_validate(raw), trees.VARIABLES)


def both(raw: dict[str, Any], values: dict[str, Any], variables: Any = trees.VARIABLES) -> tuple[bool, bool]:
    """What the tree says, and what the CEL made from it says."""
    tree = ConditionTree.model_validate(raw)
    fitted = fit_all(variables, values)
    return tree_holds(check_tree(tree, variables), fitted), holds(program_of(tree, variables), fitted)


@pytest.mark.parametrize("case", FIXTURES["cases"], ids=lambda case: case["says"])
def test_both_engines_give_what_the_shared_table_says(case: dict[str, Any]) -> None:
    variables = FIXTURES["fields"] | case.get("fields", {})
    values = {"now": FIXTURES["now"]} | case["values"]
    assert both(case["tree"], values, variables) == (case["expected"], case["expected"])


@given(trees.trees(), trees.values())
def test_cel_and_the_tree_agree_on_every_tree_and_all_values(raw: dict[str, Any], values: dict[str, Any]) -> None:
    by_tree, by_cel = both(raw, values)
    assert by_tree is by_cel


@given(trees.TEXTS, trees.values())
def test_no_text_changes_the_truth_of_its_neighbours(text: str, values: dict[str, Any]) -> None:
    rule = {"field": "t.text", "operator": "=", "value": text}
    never, always = (
        {"field": "t.urgent", "operator": "=", "value": True},
        {"field": "t.urgent", "operator": "=", "value": False},
    )
    fitted = fit_all(trees.VARIABLES, values | {"t.urgent": False})
    assert not holds(program({"combinator": "and", "rules": [never, rule]}), fitted)
    assert not holds(program({"combinator": "and", "rules": [rule, never]}), fitted)
    assert holds(program({"combinator": "or", "rules": [rule, always]}), fitted)
    assert holds(program({"combinator": "or", "rules": [always, rule]}), fitted)


@given(st.sampled_from(["=", "!=", "contains", "beginsWith", "endsWith"]), trees.TEXTS)
def test_a_text_is_one_literal_and_nothing_else(operator: str, text: str) -> None:
    made = program({"field": "t.text", "operator": operator, "value": text}).expression
    plain = program({"field": "t.text", "operator": operator, "value": "x"}).expression
    before, after = plain.split('"x"')
    assert made.startswith(before + '"')
    assert made.endswith('"' + after)
    inside = made[len(before) + 1 : len(made) - len(after) - 1]
    assert '"' not in inside.replace("\\\\", "").replace('\\"', "")
    assert inside.isprintable()


def shape(clause: CelClause) -> Any:
    """How clauses are joined, and nothing of what they say."""
    return [clause.joined, *map(shape, clause.parts)]


@given(trees.rules(), st.data())
def test_no_value_changes_the_shape_of_what_is_compiled(rule: dict[str, Any], data: st.DataObject) -> None:
    field, operator = rule["field"], rule["operator"]
    same = trees.rules({field: trees.VARIABLES[field]}).filter(lambda other: other["operator"] == operator)
    first, other = program(rule), program(data.draw(same))
    assert names(first.expression) == names(other.expression)
    if operator not in {"in", "notIn"}:
        assert shape(clauses(first.expression)) == shape(clauses(other.expression))


@given(trees.trees())
def test_a_tree_survives_being_written_down(raw: dict[str, Any]) -> None:
    tree = ConditionTree.model_validate(raw)
    assert ConditionTree.model_validate_json(tree.model_dump_json(by_alias=True)) == tree


def test_the_largest_tree_there_can_be_compiles() -> None:
    rule = {"field": "t.tags", "operator": "notIn", "value": ["词" * 10] * 20}
    tree: dict[str, Any] = {"not": True, "rules": [rule] * (MOST_RULES - DEEPEST + 1)}
    for _ in range(DEEPEST - 1):
        tree = {"not": True, "rules": [tree]}
    assert both(tree, {"now": "2026-01-01"}) == (False, False)


@pytest.mark.parametrize(
    ("rule", "part", "problem"),
    [
        ({"field": "t.nothing", "operator": "=", "value": 1}, "field", "there is no field 't.nothing'"),
        ({"field": "t.text", "operator": "<", "value": "a"}, "operator", "'<' does not fit t.text, a string"),
        ({"field": "t.urgent", "operator": "null"}, "operator", "'null' does not fit t.urgent, a bool"),
        ({"field": "t.text", "operator": "=", "value": 5}, "value", "5 is no text"),
        ({"field": "t.text", "operator": "="}, "value", "needs one value"),
        ({"field": "t.cost", "operator": ">", "value": "5"}, "value", "'5' is no number"),
        ({"field": "t.cost", "operator": ">", "value": True}, "value", "True is no number"),
        ({"field": "t.count", "operator": "=", "value": 2.5}, "value", "2.5 is no whole number"),
        ({"field": "t.urgent", "operator": "=", "value": "true"}, "value", "'true' is neither true nor false"),
        ({"field": "t.due", "operator": ">", "value": "tomorrow"}, "value", "'tomorrow' is no date or time"),
        ({"field": "t.due", "operator": ">", "value": "2026-01-01T09:30:00"}, "value", "'2026-01-01T09:30:00' is no"),
        ({"field": "t.due", "operator": "olderThan", "value": "4 hours"}, "value", "'4 hours' is no span of time"),
        ({"field": "t.cost", "operator": "between", "value": [1]}, "value", "between needs a list of two values"),
        ({"field": "t.text", "operator": "in", "value": "a,b"}, "value", "in needs a list of one or more values"),
        ({"field": "t.anything", "operator": "in", "value": [None]}, "value", "null is no value"),
    ],
)
def test_a_rule_that_does_not_fit_is_refused_by_its_path_with_a_cure(
    rule: dict[str, Any], part: str, problem: str
) -> None:
    tree = ConditionTree.model_validate(
        {"rules": [{"rules": [{"field": "t.urgent", "operator": "=", "value": True}, rule]}]}
    )
    with pytest.raises(FixInput) as refused:
        program_of(tree, trees.VARIABLES, field="spec.when")
    (complaint,) = refused.value.complaints
    assert complaint.field == f"spec.when.rules.0.rules.1.{part}"
    assert complaint.problem.startswith(problem)
    assert complaint.cure


def test_every_rule_that_does_not_fit_is_named_at_once() -> None:
    wrong = [{"field": name, "operator": "=", "value": 1} for name in ("a", "t.text", "b")]
    with pytest.raises(FixInput) as refused:
        program({"rules": wrong})
    assert [one.field for one in refused.value.complaints] == [
        "when.rules.0.field", "when.rules.1.value", "when.rules.2.field"
    ]  # fmt: skip


def test_an_age_needs_the_present_time() -> None:
    tree = ConditionTree.model_validate({"field": "due", "operator": "olderThan", "value": "3d"})
    with pytest.raises(FixInput, match="there is no present time here"):
        check_tree(tree, {"due": "timestamp?"})


def test_what_cel_is_made_reads_like_what_a_person_writes() -> None:
    tree = ConditionTree.model_validate(
        {
            "combinator": "or",
            "rules": [
                {"field": "t.cost", "operator": ">=", "value": 1000},
                {"not": True, "rules": [{"field": "t.text", "operator": "contains", "value": 'VIP "x"'}]},
                {"field": "t.due", "operator": "olderThan", "value": "4h"},
            ],
        }
    )
    assert to_cel(check_tree(tree, trees.VARIABLES)) == (
        '(t.cost >= 1000.0) || (!((t.text.lowerAscii().contains("vip \\"x\\"")))) '
        '|| (t.due != null && t.due < now - duration("14400s"))'
    )


@pytest.mark.parametrize(
    ("raw", "path", "problem"),
    [
        ({"rules": []}, (), "the group is empty"),
        ({"rules": [{"rules": []}]}, ("rules", 0), "the group is empty"),
        ({"rules": [5]}, ("rules", 0), "write a rule"),
        ({"rules": [{"field": "a"}]}, ("rules", 0, "operator"), "Field required"),
        ({"rules": [{"field": "a || true", "operator": "null"}]}, ("rules", 0, "field"), "String should match"),
        ({"field": "a", "operator": "~"}, ("rules", 0, "operator"), "Input should be"),
        ({"field": "a", "operator": "=", "value": {"b": 1}}, ("rules", 0, "value"), "write a text"),
        ({"field": "a", "operator": "=", "value": [[1]]}, ("rules", 0, "value"), "write a text"),
        ({"field": "a", "operator": "=", "value": 2**53}, ("rules", 0, "value"), "the number is beyond"),
        ({"field": "a", "operator": "=", "value": float("nan")}, ("rules", 0, "value"), "not a finite"),
        ({"field": "a", "operator": "=", "value": "\ud800"}, ("rules", 0, "value"), "the text has a character"),
        ({"field": "a", "operator": "=", "value": "a\x00"}, ("rules", 0, "value"), "the text has a character"),
        ({"field": "a", "operator": "=", "value": "x" * 1_001}, ("rules", 0, "value"), "the text has 1001"),
        ({"field": "a", "operator": "in", "value": ["x"] * 201}, ("rules", 0, "value"), "the list has 201"),
        ({"rules": [{"field": "a", "operator": "=", "value": "x" * 999}] * 21}, (), "its values have"),
        ({"rules": [{"field": "a", "operator": "null"}] * 101}, (), "has more than 100 rules"),
        ({"combinator": "xor", "rules": [{"field": "a", "operator": "null"}]}, ("combinator",), "Input should be"),
        ({"not": "yes", "rules": [{"field": "a", "operator": "null"}]}, ("not",), "Input should be a valid boolean"),
        ({"nope": 1, "rules": [{"field": "a", "operator": "null"}]}, ("nope",), "Extra inputs"),
    ],
)  # fmt: skip
def test_a_tree_out_of_shape_or_bounds_is_refused_where_it_is(raw: Any, path: tuple[Any, ...], problem: str) -> None:
    with pytest.raises(ValidationError) as refused:
        ConditionTree.model_validate(raw)
    (error,) = refused.value.errors()
    assert error["loc"] == path
    assert error["msg"].removeprefix("Value error, ").startswith(problem)


def test_a_tree_that_holds_itself_is_refused() -> None:
    endless: dict[str, Any] = {}
    endless["rules"] = [endless]
    with pytest.raises(ValueError, match="groups are nested"):
        ConditionTree.model_validate(endless)
