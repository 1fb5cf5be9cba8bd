"""Definitions as YAML: the same bytes for the same document, and read back as it was."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some
from ruamel.yaml import YAML

from gongdan.intake.domain.documents import read
from gongdan.shared.definitions import schemas
from gongdan.shared.definitions.registry import KINDS
from gongdan.shared.definitions.yaml_text import to_stream, to_yaml

NEVER_IN_YAML = "\ufeff"


def back(text: str) -> list[Any]:
    return list(YAML(typ="safe", pure=True).load_all(text))


@pytest.mark.parametrize("kind", KINDS)
def test_an_example_comes_back_as_it_was_and_is_written_alike_again(kind: str) -> None:
    example = schemas.example(kind)
    text = to_yaml(example)
    assert back(text) == [example]
    assert to_yaml(back(text)[0]) == text


def test_fields_come_in_the_order_of_the_kind_however_they_were_written() -> None:
    spec = {"lead": "a", "assignment": {"capacity": 1, "strategy": "load"}, "members": ["a"]}
    mixed = {"spec": spec, "metadata": {"title": "T", "name": "t"}, "kind": "Team"}
    assert to_yaml(mixed).splitlines() == [
        "kind: Team",
        "metadata: {name: t, title: T}",
        "spec:",
        "  members: [a]",
        "  lead: a",
        "  assignment: {strategy: load, capacity: 1}",
    ]


def test_names_that_people_gave_keep_their_order() -> None:
    states = {"new": {"category": "new"}, "before": {"category": "new"}}
    document = {"kind": "Workflow", "metadata": {"name": "w"}, "spec": {"states": states}}
    assert to_yaml(document).index("new:") < to_yaml(document).index("before:")


def test_what_does_not_fit_its_kind_is_written_all_the_same() -> None:
    odd = {"kind": "Team", "metadata": {"name": "t"}, "spec": {"zebra": 1, "lead": [1]}}
    assert back(to_yaml(odd)) == [odd]
    assert back(to_yaml({"kind": "Unknown", "spec": {"b": 1}})) == [{"kind": "Unknown", "spec": {"b": 1}}]


def test_several_lines_are_written_as_lines() -> None:
    body = "# Title\n\n- one\n- two\n"
    article = {"kind": "Article", "metadata": {"name": "a"}, "spec": {"en": {"title": "A", "body": body}}}
    assert "body: |\n" in to_yaml(article)
    assert back(to_yaml(article)) == [article]


def test_a_stream_has_one_document_after_the_other() -> None:
    documents = [schemas.example("Team"), schemas.example("Agent")]
    assert back(to_stream(documents)) == documents


words = some.text(some.characters(exclude_categories=["Cs"], exclude_characters="\x00" + NEVER_IN_YAML), max_size=30)
odd_words = some.sampled_from(
    ["yes", "no", "on", "off", "null", "~", "1", "1.0", "1e3", "0x1F", "012", "1_000", "12:30", "2026-01-01", "- a",
     "a: b", "a #b", "#a", "&a", "*a", "!a", "|", ">", "%a", "@a", "`a`", "", " ", " a", "a ", "a\n", "\na", "a\n b",
     "a \nb", "---", "...", "? a", "=", "<<", "[", "{", "}", ",", "a,b", "'", '"', "\\", "a\tb", "\x85", "\u2028",
     "中文: 是", "a\n\nb\n", "\n a", "\n\n  a\nb", "a\n\n", "a\"b'c", "a\n#b\n", "b:?.?", "b:", "b:c"]
)  # fmt: skip
texts = words | odd_words
plain = some.recursive(
    some.none()
    | some.booleans()
    | some.integers(-(2**53), 2**53)
    | some.floats(allow_nan=False, allow_infinity=False)
    | texts,
    lambda inner: some.lists(inner, max_size=4) | some.dictionaries(texts, inner, max_size=4),
    max_leaves=20,
)


@given(some.dictionaries(texts, plain, max_size=4))
def test_any_data_comes_back_as_it_was_by_either_reader(schema: dict[str, Any]) -> None:
    form = {"kind": "Form", "metadata": {"name": "f"}, "spec": {"schema": schema}}
    text = to_yaml(form)
    assert back(text) == [form]
    reading = read(text.encode())
    assert reading.complaints == []
    assert [written.data for written in reading.written] == [form]
