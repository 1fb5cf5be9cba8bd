"""Types of CEL variables, and the environments that know them: one that checks expressions, one that runs them.

A type with `?` may be null. The checker knows such types as wrappers, the engine as `dyn`. The engine takes a time only
for a variable that is declared a time, and no null for one: which times are null decides the environment in which
values are bound. The engine puts whole numbers and others in one order, as the specification has it; the checker must
be told that they can be compared. Limit: it goes on refusing `==` between them.
Source: CEL specification, section Numbers.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from cel_expr_python import cel
from cel_expr_python.ext import ext_strings

TYPES: dict[str, Any] = {
    "dyn": cel.Type.DYN,
    "string": cel.Type.STRING,
    "int": cel.Type.INT,
    "double": cel.Type.DOUBLE,
    "bool": cel.Type.BOOL,
    "timestamp": cel.Type.TIMESTAMP,
    "map": cel.Type.MAP,
    "list": cel.Type.LIST,
    "list<string>": cel.Type.List(cel.Type.STRING),
    "string?": cel.Type("google.protobuf.StringValue"),
    "int?": cel.Type("google.protobuf.Int64Value"),
    "double?": cel.Type("google.protobuf.DoubleValue"),
    "timestamp?": cel.Type.TIMESTAMP,
}
WRAPPED = frozenset({"string?", "int?", "double?"})
ORDER = {"_<_": "less", "_<=_": "less_equals", "_>_": "greater", "_>=_": "greater_equals"}
MIXED = (("int64_double", [cel.Type.INT, cel.Type.DOUBLE]), ("double_int64", [cel.Type.DOUBLE, cel.Type.INT]))
MIXED_ORDER = cel.CelExtension(
    "gongdan.mixed_order",
    [
        cel.FunctionDecl(sign, [cel.Overload(f"{word}_{name}", cel.Type.BOOL, kinds) for name, kinds in MIXED])
        for sign, word in ORDER.items()
    ],
)
Variables = Mapping[str, str]
Declared = frozenset[tuple[str, str]]


def compiled(expression: str, declared: Declared) -> tuple[Any, str]:
    """The engine's program, and the type it gives as far as that is known. Raises RuntimeError with all errors."""
    engine = checker(declared).compile(expression)
    returned = engine.return_type()
    names = [name for name, kind in TYPES.items() if kind == returned]
    runs = _runner(declared, may_lack_times(declared)).deserialize(engine.serialize())
    return runs, names[0] if names else str(returned.name()).lower()


def activation(declared: Declared, values: Mapping[str, object]) -> Any:  # noqa: ANN401 - the engine has no types
    """Values as the engine's programs take them."""
    times = may_lack_times(declared)
    missing = frozenset(name for name in times if values.get(name) is None) if times else times
    return _runner(declared, missing).Activation(values)


@lru_cache(maxsize=256)
def may_lack_times(declared: Declared) -> frozenset[str]:
    """The variables that are a time or null."""
    return frozenset(name for name, kind in declared if kind == "timestamp?")


@lru_cache(maxsize=256)
def checker(declared: Declared) -> cel.Env:
    """The environment that knows every type as it is declared."""
    return _environment({name: TYPES[kind] for name, kind in declared}, MIXED_ORDER)


@lru_cache(maxsize=256)
def _runner(declared: Declared, missing: frozenset[str]) -> cel.Env:
    unknown = {name for name, kind in declared if kind in WRAPPED} | missing
    return _environment({name: cel.Type.DYN if name in unknown else TYPES[kind] for name, kind in declared})


def _environment(variables: dict[str, Any], *more: cel.CelExtension) -> cel.Env:
    found = cel.NewEnv(variables=variables, extensions=[ext_strings.ExtStrings(), *more])
    # Before its first expression an environment binds values as if it knew none of its variables.
    found.compile("true")
    return found
