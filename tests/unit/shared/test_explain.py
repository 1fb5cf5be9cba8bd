"""Which clause of a condition failed: taking CEL apart, and telling for each part what it gave on which values."""

from typing import Any

import pytest
from hypothesis import given

from gongdan.shared.definitions.clauses import CelClause, clauses, names
from gongdan.shared.definitions.conditions import ConditionError, holds, program_of
from gongdan.shared.definitions.explain import Finding, explain, to_blame
from gongdan.shared.definitions.samples import sample_values
from gongdan.shared.definitions.tree import ConditionTree
from gongdan.shared.definitions.typed_values import fit_all
from gongdan.shared.errors import FixInput
from tests.kit import trees

VARIABLES = {"a": "bool", "b": "bool", "c": "bool", "n": "int", "cost": "double?", "s": "string", "m": "map"}
VALUES = fit_all(VARIABLES, {"a": True, "n": 7, "s": "x"})


def outline(clause: CelClause) -> Any:
    """A clause as nested lists: `["and", "a", "b"]`."""
    return [clause.joined, *map(outline, clause.parts)] if clause.joined else clause.text


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("a", "a"),
        ("a && b", ["and", "a", "b"]),
        ("a || b && c", ["or", "a", ["and", "b", "c"]]),
        ("(a || b) && c", ["and", ["or", "a", "b"], "c"]),
        ("((a)) && ((b || c))", ["and", "((a))", ["or", "b", "c"]]),
        ("!(a && b) || !c", ["or", ["not", ["and", "a", "b"]], "!c"]),
        ("(a) == (b)", "(a) == (b)"),
        ("a ? b : c && a", "a ? b : c && a"),
        ("(a ? b : c) && a", ["and", "(a ? b : c)", "a"]),
        ('s == "x && y" && a', ["and", 's == "x && y"', "a"]),
        ("s == '\\' || a' && b", ["and", "s == '\\' || a'", "b"]),
        ('s == r"\\" || a', ["or", 's == r"\\"', "a"]),
        ('s == """x" || "y""" || a', ["or", 's == """x" || "y"""', "a"]),
        ("a // and so on && b\n && c", ["and", "a", "c"]),
        ("[1, 2].exists(x, x > 1 && x < 3) && a", ["and", "[1, 2].exists(x, x > 1 && x < 3)", "a"]),
        ('{"k": a && b}["k"] || c', ["or", '{"k": a && b}["k"]', "c"]),
        ('m["||"] == "(" && a', ["and", 'm["||"] == "("', "a"]),
    ],
)
def test_cel_is_taken_apart_at_what_joins_clauses_and_nowhere_else(expression: str, expected: Any) -> None:
    assert outline(clauses(expression)) == expected


def test_names_in_texts_and_comments_are_none() -> None:
    assert names('a.b == "c.d" && e . f > 1e+16 && h == true // g') == ("a.b", "e.f", "h")


def blamed(condition: Any, values: dict[str, Any] | None = None) -> list[tuple[str, str, Any]]:
    """The clauses to blame, each with its place and the values it looked at."""
    found = explain(condition, VARIABLES, {**VALUES, **(values or {})})
    return [(one.clause, one.place, dict(one.values)) for one in to_blame(found)]


def test_the_clause_that_does_not_hold_is_named_with_its_place_and_values() -> None:
    assert blamed("a &&\n  n > 9 && s == 'x'") == [("n > 9", "line 2, column 3", {"n": 7})]


def test_of_alternatives_every_one_is_to_blame() -> None:
    assert [one[0] for one in blamed("a && (b || n < 3)")] == ["b", "n < 3"]


def test_nothing_is_to_blame_for_what_holds() -> None:
    assert blamed("a && n == 7") == []


def test_a_clause_that_fails_is_told_with_its_error() -> None:
    found = explain("a && cost > 5.0", VARIABLES, VALUES)
    assert (found.holds, found.parts[0].holds, found.parts[1].holds) == (None, True, None)
    assert "No matching overloads" in (found.parts[1].error or "")
    assert explain("b && cost > 5.0", VARIABLES, VALUES).holds is False


def test_a_rule_of_a_tree_is_named_by_its_path() -> None:
    tree = ConditionTree.model_validate(
        {
            "rules": [
                {"field": "a", "operator": "=", "value": True},
                {"not": True, "combinator": "or", "rules": [{"field": "n", "operator": ">", "value": 3}]},
                {"field": "cost", "operator": ">=", "value": 10},
            ]
        }
    )
    assert blamed(tree) == [
        ("!((n > 3))", "when.rules.1", {}),
        ("(cost != null && cost >= 10.0)", "when.rules.2", {"cost": None}),
    ]


@given(trees.trees(), trees.values())
def test_what_is_explained_is_what_holds_for_trees_and_their_cel(raw: dict[str, Any], values: dict[str, Any]) -> None:
    tree = ConditionTree.model_validate(raw)
    fitted = fit_all(trees.VARIABLES, values)
    program = program_of(tree, trees.VARIABLES)
    expected = holds(program, fitted)
    assert explain(tree, trees.VARIABLES, fitted).holds is expected
    if len(program.expression) < 4_000:
        by_cel = explain(program.expression, trees.VARIABLES, fitted)
        assert by_cel.holds is expected
        assert expected or list(to_blame(by_cel))


@pytest.mark.parametrize(
    "expression", ["a && 1 / 0 == 1", "b && 1 / 0 == 1", "1 / 0 == 1 || a", "!(1 / 0 == 1 || b)", "a ? b : c"]
)
def test_errors_count_as_cel_counts_them(expression: str) -> None:
    try:
        expected: bool | None = holds(program_of(expression, VARIABLES), VALUES)
    except ConditionError:
        expected = None
    assert explain(expression, VARIABLES, VALUES).holds is expected


def test_a_condition_that_cannot_be_used_is_refused() -> None:
    with pytest.raises(FixInput, match="undeclared reference"):
        explain("nothing == 1", VARIABLES, VALUES)


SAMPLED = {"ticket.priority": "string", "ticket.fields": "map", "ticket.requester": "map", "fields.cost": "double?",
           "fields.price.amount": "double?", "now": "timestamp"}  # fmt: skip


def test_a_sample_is_nested_and_what_is_left_out_is_empty() -> None:
    found = sample_values(SAMPLED, {"fields": {"price": {"amount": 5}}, "now": "2026-03-01"})
    assert (found["fields.price.amount"], found["fields.cost"], found["ticket.priority"]) == (5.0, None, "")
    ticket = sample_values(SAMPLED, {"ticket": {"priority": "high", "fields": {"cost": 3}, "requester": {"a": 1}}})
    assert (ticket["fields.cost"], ticket["ticket.fields"], ticket["ticket.requester"]) == (3.0, {"cost": 3}, {"a": 1})


def test_a_ticket_can_have_fields_that_no_form_gives_where_there_are_none_too() -> None:
    fields = {"severity": "high", "cost": 3}
    found = sample_values(SAMPLED, {"ticket": {"fields": fields}})
    assert (found["ticket.fields"], found["fields.cost"]) == (fields, 3.0)
    plain = {"ticket.priority": "string", "ticket.fields": "map"}
    assert sample_values(plain, {"ticket": {"priority": "low"}}) == {"ticket.priority": "low", "ticket.fields": {}}
    assert sample_values(plain, {"ticket": {"fields": fields}})["ticket.fields"] == fields


def test_a_variable_can_be_a_word_and_have_parts() -> None:
    both = {"ticket.organisation": "dyn", "ticket.organisation.tier": "dyn", "ticket.fields": "map"}
    for said, word, tier in (
        ("example.com", "example.com", None),
        ({"tier": "gold"}, None, "gold"),
        (None, None, None),
    ):
        found = sample_values(both, {"ticket": {"organisation": said}})
        assert (found["ticket.organisation"], found["ticket.organisation.tier"]) == (word, tier)


def test_what_is_misspelt_in_a_sample_is_refused() -> None:
    with pytest.raises(FixInput) as refused:
        sample_values(SAMPLED, {"ticket": {"priorty": "high"}, "fields": {"costs": 1, "cost": None}, "tickets": {}})
    assert [one.field for one in refused.value.complaints] == [
        "sample.ticket.priorty",
        "sample.fields.costs",
        "sample.tickets",
    ]


def test_a_finding_of_a_single_clause_has_no_parts() -> None:
    assert explain("a", VARIABLES, VALUES) == Finding("a", "line 1, column 1", holds=True, values={"a": True})
