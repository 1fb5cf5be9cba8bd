"""Conditions: the conformance table that any CEL engine behind the wrapper must pass, and the traps it closes."""

import contextlib
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongdan.shared.definitions import conditions
from gongdan.shared.definitions.conditions import ConditionError, compile_condition, evaluate, holds
from gongdan.shared.errors import FixInput

VARIABLES = {"ticket": "dyn", "message": "dyn", "n": "int", "now": "timestamp", "words": "list", "body": "map"}
VALUES = {
    "ticket": {"priority": "high", "subject": "打印机坏了", "team": None, "fields": {"cost": 5000.5, "count": 3}},
    "message": {"channel": "email", "text": "Printer on FIRE", "tags": ["vip", "eu"]},
    "n": 7,
    "now": datetime(2026, 3, 1, 9, 30, tzinfo=UTC),
    "words": ["a", "b"],
    "body": {"items": [{"id": 1}]},
}


def run(expression: str) -> object:
    """Compile over VARIABLES and evaluate on VALUES."""
    return evaluate(conditions.compile(expression, VARIABLES), VALUES)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("true", True),
        ('ticket.priority in ["high", "urgent"]', True),
        ("ticket.team == null", True),
        ("has(ticket.fields.cost) && ticket.fields.cost > 5000.0", True),
        ("ticket.fields.count > 2.5", True),
        ("has(ticket.missing)", False),
        ("size(ticket.subject)", 5),
        ('ticket.subject.contains("打印机")', True),
        ('message.text.lowerAscii().contains("fire")', True),
        ('message.text.matches("(?i)printer.*fire")', True),
        ('message.tags.exists(tag, tag == "vip")', True),
        ('"vip" in message.tags', True),
        ("words.map(word, word + word)", ["aa", "bb"]),
        ("body.items[0].id", 1),
        ("n * 2 - 1", 13),
        ('now > timestamp("2026-01-01T00:00:00Z")', True),
        ('now.getHours("Asia/Shanghai")', 17),
        ('message.channel == "call" ? 1 : 2', 2),
        ("ticket.missing == 1 || true", True),
        ('{"a": [1, null]}', {"a": [1, None]}),
        ("n > 3 ? message.missing_too : 1 == 1 ? 2 : 3", ConditionError),
        ("ticket.missing", ConditionError),
        ("1 / (n - 7)", ConditionError),
        ("ticket.priority && true", ConditionError),
        ("ticket.fields.cost + 'x' == 'y'", ConditionError),
    ],
)
def test_an_expression_gives_what_the_specification_says(expression: str, expected: object) -> None:
    if expected is ConditionError:
        with pytest.raises(ConditionError, match="in: "):
            run(expression)
    else:
        assert run(expression) == expected


@pytest.mark.parametrize(
    ("expression", "problem"),
    [
        ("ticket.a +", "line 1, column 11: Syntax error"),
        ("n > 1 &&\n tiket.a == 1", "line 2, column 7: undeclared reference to 'tiket.a'"),
        ('n == "seven"', "line 1, column 3: found no matching overload for '_==_' applied to '(int, string)'"),
        ("  ", "is empty"),
        ("n == 1 || " * 500 + "true", "has 5004 characters"),
        ("(" * 400 + "1" + ")" * 400, "Expression recursion limit exceeded"),
    ],
)
def test_what_cannot_be_compiled_is_refused_with_field_place_and_cure(expression: str, problem: str) -> None:
    with pytest.raises(FixInput) as refused:
        conditions.compile(expression, VARIABLES, field="spec.when")
    complaint = refused.value.complaints[0]
    assert (refused.value.slug, complaint.field) == ("invalid-condition", "spec.when")
    assert complaint.problem.startswith(problem)
    assert complaint.cure


@pytest.mark.parametrize(
    ("expression", "cure"),
    [
        ("nobody", "variables are: cost, ticket.priority"),
        ("ticket.priorty == 'high'", "did you mean ticket.priority; variables are: cost, ticket.priority"),
        ("ticket.priority > 1", "ticket.priority is a text"),
        ("cost > 'much'", "cost is a number, or null"),
        ("cost == 5000", "write a number such as 5000 as 5000.0; cost is a number, or null"),
        ("cost in [1, 2]", "write a number such as 5000 as 5000.0; cost is a number, or null"),
        ("has(cost) && true", "of a variable ask `!= null`, not has()"),
        ("1 == 'x'", "compare like with like"),
        ("cost >", "variables are: cost, ticket.priority"),
    ],
)
def test_a_refusal_says_what_to_write(expression: str, cure: str) -> None:
    with pytest.raises(FixInput) as refused:
        conditions.compile(expression, {"ticket.priority": "string", "cost": "double?"})
    assert refused.value.complaints[0].cure.startswith(cure)


@pytest.mark.parametrize("expression", ["1 + 1", '"text"', "[true]", "now"])
def test_a_condition_that_can_never_be_true_or_false_is_refused(expression: str) -> None:
    with pytest.raises(FixInput, match="gives a "):
        compile_condition(expression, VARIABLES)


@pytest.mark.parametrize("expression", ['ticket.subject == "x"', "ticket.anything", "true"])
def test_a_condition_that_may_be_true_or_false_is_taken(expression: str) -> None:
    assert compile_condition(expression, VARIABLES).expression == expression


@pytest.mark.parametrize("expression", ["ticket.priority", "n", "words", "null", "false", "ticket.subject"])
def test_only_true_holds_and_not_what_looks_like_it(expression: str) -> None:
    assert not holds(conditions.compile(expression, VARIABLES), VALUES)


def test_an_error_never_counts_as_true() -> None:
    with pytest.raises(ConditionError, match="Key not found"):
        holds(conditions.compile("ticket.missing", VARIABLES), VALUES)


@pytest.mark.parametrize("value", [datetime(2026, 1, 1, tzinfo=UTC), (1, 2), 2**70, object()])
def test_a_value_inside_a_map_that_cel_does_not_know_is_an_error_and_not_a_silence(value: object) -> None:
    with pytest.raises(ConditionError):
        evaluate(conditions.compile("ticket.odd == 1", VARIABLES), {"ticket": {"odd": value}})


def test_a_variable_that_is_not_given_or_of_another_type_is_an_error() -> None:
    program = conditions.compile("n == 1", VARIABLES)
    for values in ({}, {"n": "one"}):
        with pytest.raises(ConditionError):
            evaluate(program, values)


def test_bound_values_serve_many_programs_and_fail_alike() -> None:
    bound = conditions.bind(VARIABLES, VALUES)
    assert evaluate(conditions.compile("n + 1", VARIABLES), bound) == 8
    assert holds(conditions.compile('message.channel == "email"', VARIABLES), bound)
    with pytest.raises(ConditionError):
        holds(conditions.compile("ticket.missing", VARIABLES), bound)


def test_a_runaway_expression_is_stopped() -> None:
    ten = str(list(range(10)))
    nested = "1"
    for name in "abcde":
        nested = f"{ten}.map({name}, {nested})"
    with pytest.raises(ConditionError, match="budget"):
        evaluate(conditions.compile(nested, {}), {})


def test_the_same_expression_over_the_same_variables_is_compiled_once() -> None:
    first = conditions.compile("n == n", {"n": "int", "ticket": "dyn"})
    assert conditions.compile("n == n", {"ticket": "dyn", "n": "int"}) is first
    assert conditions.compile("n == n", {"ticket": "dyn", "n": "double"}) is not first


@given(st.text(max_size=40))
def test_any_text_compiles_or_is_refused_and_nothing_else(text: str) -> None:
    with contextlib.suppress(FixInput, ConditionError):
        run(text)
