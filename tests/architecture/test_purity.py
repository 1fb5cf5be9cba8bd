"""Domain code decides; it does not wait, read clocks, draw lots, write files or log.

The import contracts in pyproject.toml forbid the modules; this file forbids what no import shows.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.house import domain_files, parse, where

WAITING = (ast.Await, ast.AsyncFunctionDef, ast.AsyncFor, ast.AsyncWith)
CLOCKS = {"now", "utcnow", "today"}
CHANCE = {"uuid1", "uuid4", "uuid6", "uuid7"}
OUTSIDE = {"open", "print", "input", "exec", "eval", "__import__"}


def impure(tree: ast.Module) -> Iterator[tuple[ast.AST, str]]:
    """Every node that reaches outside, with what it does."""
    for node in ast.walk(tree):
        if isinstance(node, WAITING):
            yield node, "waits"
        elif isinstance(node, ast.Global):
            yield node, "changes a module's state"
        elif isinstance(node, ast.Call) and (reason := impure_call(node)):
            yield node, reason


def impure_call(call: ast.Call) -> str | None:
    """Why a call is not allowed in domain code, or None."""
    match call.func:
        case ast.Attribute(attr=name) if name in CLOCKS:
            return "reads the clock"
        case ast.Attribute(attr=name) | ast.Name(id=name) if name in CHANCE:
            return "draws a random id"
        case ast.Name(id=name) if name in OUTSIDE:
            return f"calls {name}()"
    return None


def complaints(paths: list[Path]) -> list[str]:
    """One line per impurity."""
    return [f"{where(path, node)} {reason}" for path in paths for node, reason in impure(parse(path))]


def test_domain_code_neither_waits_nor_reads_the_clock_nor_reaches_outside() -> None:
    assert complaints(domain_files()) == []


def test_the_check_finds_what_it_looks_for() -> None:
    tree = ast.parse("async def f():\n  await g()\n  datetime.now(UTC)\n  uuid.uuid4()\n  open('x')\n")
    assert [reason for _, reason in impure(tree)] == [
        "waits",
        "waits",
        "reads the clock",
        "draws a random id",
        "calls open()",
    ]
