"""Small functions, small files: the hard stops, and the 95th percentile that keeps the rest honest."""

from pathlib import Path

import pytest

from tests.architecture.house import Function, files_of_tests, functions, sources, where

LONGEST_FUNCTION = 50
USUAL_FUNCTION = 35
LONGEST_FILE = 350

TREES = pytest.mark.parametrize("files", [sources(), files_of_tests()], ids=["sources", "tests"])


def length(function: Function) -> int:
    """Lines from `def` to the end, docstring included."""
    return (function.end_lineno or function.lineno) - function.lineno + 1


def percentile_95(lengths: list[int]) -> int:
    """The length that 95 of 100 functions do not exceed; 0 of none."""
    return sorted(lengths)[int(len(lengths) * 0.95)] if lengths else 0


@TREES
def test_no_function_is_longer_than_a_screen(files: list[Path]) -> None:
    long = [
        f"{where(path, function)} {function.name}: {length(function)} lines"
        for path in files
        for function in functions(path)
        if length(function) > LONGEST_FUNCTION
    ]
    assert long == []


@TREES
def test_most_functions_are_short(files: list[Path]) -> None:
    assert percentile_95([length(f) for path in files for f in functions(path)]) <= USUAL_FUNCTION


@TREES
def test_no_file_outgrows_its_subject(files: list[Path]) -> None:
    lines = {where(path): len(path.read_text(encoding="utf-8").splitlines()) for path in files}
    assert {path: count for path, count in lines.items() if count > LONGEST_FILE} == {}
