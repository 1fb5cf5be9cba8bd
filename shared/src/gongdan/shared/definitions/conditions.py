"""Conditions and expressions in definitions: CEL (Common Expression Language), compiled once, evaluated often.

A wrapper over `cel-expr-python` (Google's C++ engine) that closes its traps: run-time errors come back from
it as a truthy *value*, its compile errors are one long text, and a value it cannot take is only noticed when
it is looked at. Expressions are bounded in length and, by the engine, in nesting and iterations; they cannot
reach anything but the variables they are given. The `strings` extension (`lowerAscii`, `split`, …) is on.
A condition may also be a tree (`tree`); it becomes CEL here and nowhere else.
`has(a.b)` asks a map; of a variable `a.b` ask `a.b != null`.
Source: CEL specification, https://github.com/google/cel-spec
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from cel_expr_python import cel

from gongdan.shared.definitions import cel_faults, cel_types
from gongdan.shared.definitions.cel_types import Declared, Variables
from gongdan.shared.definitions.tree import ConditionTree
from gongdan.shared.definitions.tree_cel import to_cel
from gongdan.shared.definitions.tree_check import check_tree
from gongdan.shared.errors import Complaint, FixInput, GongdanError

LONGEST = 4_000
REMEMBERED = 4_096


class ConditionError(GongdanError):
    """The expression is sound but failed on these values: a missing key, a division by zero, …"""

    def __init__(self, expression: str, why: str) -> None:
        super().__init__(f"{why}, in: {expression}")
        self.expression = expression
        self.why = why


@dataclass(frozen=True, slots=True)
class Bound:
    """Values made ready once for many programs over the same variables: three times as fast as giving a mapping."""

    engine: Any


@dataclass(frozen=True, slots=True)
class Program:
    """A compiled expression. `returns` is its type as far as it is known at compile time (`dyn`: not known)."""

    expression: str
    returns: str
    engine: Any
    variables: Declared = frozenset()


def compile(expression: str, variables: Variables, *, field: str = "expression") -> Program:  # noqa: A001
    """Compile and type-check an expression over `variables` (name to one of TYPES). The same one comes from a cache.

    Raises FixInput that names `field` and gives line and column of every error.
    """
    if not expression.strip():
        raise _refused(Complaint(field, "is empty", "write an expression, for instance: true"))
    if len(expression) > LONGEST:
        raise _refused(Complaint(field, f"has {len(expression)} characters", f"use at most {LONGEST}"))
    return _compile(expression, variables, field)


def _compile(expression: str, variables: Variables, field: str) -> Program:
    try:
        return _compiled(expression, frozenset(variables.items()))
    except RuntimeError as error:
        raise _refused(*cel_faults.complaints(str(error), expression, variables, field)) from error


def compile_condition(expression: str, variables: Variables, *, field: str = "when") -> Program:
    """The same for an expression that must be true or false. Raises FixInput when it can only be something else."""
    program = compile(expression, variables, field=field)
    if program.returns not in {"bool", "dyn"}:
        complaint = Complaint(field, f"gives a {program.returns}", "write a condition that is true or false")
        raise _refused(complaint)
    return program


def program_of(condition: str | ConditionTree, variables: Variables, *, field: str = "when") -> Program:
    """A condition's program, be it CEL or a tree. Raises FixInput with the place of every error: a line and column of
    the CEL, a path in the tree.
    """
    if isinstance(condition, str):
        return compile_condition(condition, variables, field=field)
    return _compile(to_cel(check_tree(condition, variables, field=field)), variables, field)


def check_syntax(expression: str, *, field: str = "when") -> str:
    """The expression, when it is CEL at all, whatever its variables and types. Raises FixInput as `compile` does."""
    if len(expression) > LONGEST or not expression.strip():
        return compile(expression, {}, field=field).expression
    try:
        cel_types.checker(frozenset()).compile(expression, disable_check=True)
    except RuntimeError as error:
        cure = "write CEL, for instance: ticket.priority == 'high'"
        raise _refused(*(Complaint(field, problem, cure) for problem in cel_faults.problems(str(error)))) from error
    return expression


def condition_over(variables: Variables) -> Callable[[str], str]:
    """A validator for definitions: returns the condition; raises ValueError with each problem and its cure."""

    def check(when: str) -> str:
        try:
            return compile_condition(when, variables).expression
        except FixInput as error:
            raise ValueError("; ".join(f"{one.problem}; {one.cure}" for one in error.complaints)) from error

    return check


def declared(variables: Variables) -> Declared:
    """Variables as `bind` takes them without more ado, for whoever binds values for the same ones again and again."""
    return frozenset(variables.items())


def bind(variables: Variables | Declared, values: Mapping[str, object]) -> Bound:
    """Make `values` ready for programs that were compiled over `variables`, or over more of which they look at no
    more. They must not change meanwhile.
    """
    known = variables if isinstance(variables, frozenset) else declared(variables)
    return Bound(cel_types.activation(known, values))


def evaluate(program: Program, values: Mapping[str, object] | Bound) -> object:
    """The expression's value, as plain Python data.

    `values` must hold every variable the expression looks at. Times are aware datetimes and must be variables of
    their own: inside a map or list only None, bool, int (64 bits), float, str, lists and dicts are understood.
    Raises ConditionError when the expression fails on these values.
    """
    try:
        found = _evaluated(program, values)
    except RuntimeError as error:
        raise ConditionError(program.expression, cel_faults.plain(str(error))) from error
    value: object = found.plain_value()
    if isinstance(value, str) and found.type() == cel.Type.ERROR:
        raise ConditionError(program.expression, cel_faults.plain(value))
    return value


def _evaluated(program: Program, values: Mapping[str, object] | Bound) -> Any:  # noqa: ANN401 - the engine's value
    if isinstance(values, Bound):
        return program.engine.eval(activation=values.engine)
    if cel_types.may_lack_times(program.variables):
        return program.engine.eval(activation=cel_types.activation(program.variables, values))
    # For one program alone this saves a third.
    return program.engine.eval(data=values)


def holds(program: Program, values: Mapping[str, object] | Bound) -> bool:
    """Whether a condition is met. Only `true` counts; raises ConditionError as `evaluate` does."""
    return evaluate(program, values) is True


@lru_cache(maxsize=REMEMBERED)
def _compiled(expression: str, declared: Declared) -> Program:
    engine, returns = cel_types.compiled(expression, declared)
    return Program(expression, returns, engine, declared)


def _refused(*complaints: Complaint) -> FixInput:
    return FixInput("invalid-condition", "the expression cannot be used", *complaints)
