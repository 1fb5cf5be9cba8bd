"""CSV comes back as it was read, whatever is in it, and holds nothing that a spreadsheet would run."""

import csv
import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongdan.api.domain.exports.texts import DANGEROUS, csv_lines, guarded, json_lines

# Half a surrogate pair is no character.
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
NUMBERS = st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.none() | st.booleans() | NUMBERS | TEXTS


def read(data: bytes) -> list[list[str]]:
    """What a reader of RFC 4180 makes of it."""
    return list(csv.reader(io.StringIO(data.decode(), newline=""), strict=True))


@given(st.lists(st.lists(TEXTS, min_size=1, max_size=5), min_size=1, max_size=5))
def test_texts_come_back_but_for_the_guard(rows: list[list[str]]) -> None:
    assert read(csv_lines(rows)) == [[guarded(text) for text in row] for row in rows]


@given(st.lists(st.lists(VALUES, min_size=1, max_size=5), min_size=1, max_size=5))
def test_no_cell_of_text_begins_like_a_formula(rows: list[list[Any]]) -> None:
    for given_row, row in zip(rows, read(csv_lines(rows)), strict=True):
        for value, cell in zip(given_row, row, strict=True):
            assert not isinstance(value, str) or not cell.startswith(DANGEROUS)


@given(TEXTS)
def test_the_guard_is_one_apostrophe_and_only_where_it_is_needed(text: str) -> None:
    assert guarded(text) == (f"'{text}" if text.startswith(DANGEROUS) else text)


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (None, '""'),
        (True, '"true"'),
        (-1.5, "-1.5"),
        (12, "12"),
        ("plain", '"plain"'),
        ('say "hi", all', '"say ""hi"", all"'),
        ("=1+1", '"\'=1+1"'),
        ("\uff1dcmd", '"\'\uff1dcmd"'),
        (["a", 1], '"a; 1"'),
        (["=a"], '"\'=a"'),
        ([], '""'),
        ({"amount": 1, "currency": "CNY"}, '"{""amount"":1,""currency"":""CNY""}"'),
        ("half \ud800", '"half ?"'),
    ],
)
def test_cells_by_example(value: Any, cell: str) -> None:
    assert csv_lines([[value, 1]]) == f"{cell},1\r\n".encode()


@given(st.lists(VALUES, min_size=2, max_size=2))
def test_ndjson_has_every_value_as_it_is(row: list[Any]) -> None:
    line = json_lines(["a", "b"], [row])
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    assert json.loads(line) == {"a": row[0], "b": row[1]}
