"""Definitions as they are sent: what is read, what is refused, and that nothing small becomes huge."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongdan.intake.domain.documents import MOST_DOCUMENTS, check_all, read
from gongdan.intake.domain.placed import placed
from gongdan.shared.errors import FixInput
from gongdan.shared.json import dumps

AGENT = {"kind": "Agent", "metadata": {"name": "li.wei"}, "spec": {"display": "Li Wei"}}


def data(body: bytes) -> list[dict[str, Any]]:
    """The documents of a request that has no faults."""
    reading = read(body)
    assert reading.complaints == []
    return [written.data for written in reading.written]


def test_yaml_streams_json_lists_and_single_documents_are_read() -> None:
    one = b"kind: Agent\nmetadata: {name: li.wei}\nspec: {display: Li Wei}\n"
    assert data(one) == [AGENT]
    assert data(one + b"---\n" + one) == [AGENT, AGENT]
    assert data(b'[{"kind": "Agent", "metadata": {"name": "li.wei"}, "spec": {"display": "Li Wei"}}]') == [AGENT]
    assert data(b"- {kind: X}\n- {kind: Y}\n---\nkind: Z\n") == [{"kind": "X"}, {"kind": "Y"}, {"kind": "Z"}]


def test_on_and_no_stay_words_and_dates_become_text() -> None:
    (document,) = data(b"kind: X\nspec: {a: on, b: no, c: 2026-10-10}\n")
    assert document["spec"] == {"a": "on", "b": "no", "c": "2026-10-10"}


def test_empty_documents_in_a_stream_do_not_count() -> None:
    assert len(data(b"---\n---\nkind: X\n---\n")) == 1


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 422),
        (b"[]", 422),
        (b"\xff\xfe", 400),
        (b"a: \xff", 400),
        (b"[" * 5_000, 422),
        (b"{a: " * 60 + b"1" + b"}" * 60, 422),
        (b'{"a": ' * 60 + b"1" + b"}" * 60, 422),
        (b"[" + b"[1, 2, 3, 4, 5, 6, 7, 8, 9]," * 120_000 + b"1]", 422),
        (b"- {a: 1}\n" * (MOST_DOCUMENTS + 1), 422),
    ],
)
def test_what_cannot_be_read_at_all_is_refused_at_once(body: bytes, status: int) -> None:
    with pytest.raises(FixInput) as refused:
        read(body)
    assert refused.value.status == status


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (b"just words", [(0, "", None)]),
        (b"kind: [", [(0, "", 2)]),
        (b"kind: X\nkind: Y\n", [(0, "kind", 2)]),
        (b'{"kind": "X",\n "kind": "Y"}', [(0, "kind", 2)]),
        (b'{"kind": "a\\u0000b"}', [(0, "kind", None)]),
        (b"kind: X\n---\nspec: {a: 1, a: 2}\n---\nb: !x 1\n", [(1, "spec.a", 3), (2, "b", 5)]),
    ],
)
def test_faults_in_the_text_are_collected(body: bytes, found: list[tuple[int, str, int | None]]) -> None:
    assert [(one.document, one.path, one.line) for one in read(body).complaints] == found


def complaints(*documents: dict[str, Any]) -> list[str]:
    """The fields that documents are refused for."""
    return [item.field for item in check_all(read(dumps(documents))).complaints]


def test_all_documents_at_fault_are_named_at_once() -> None:
    typo = AGENT | {"spec": {"display": "Li Wei", "emial": "x"}}
    assert complaints(AGENT, typo, {"kind": "Agnet", "metadata": {"name": "x"}}) == [
        "documents[1] (Agent li.wei).spec.emial",
        "documents[2] (Agnet x).kind",
    ]


@pytest.mark.parametrize("name", ["", "Li Wei", "../x", "x" * 64, "a/b", None])
def test_a_name_is_safe_in_keys_and_paths(name: str | None) -> None:
    assert complaints(AGENT | {"metadata": {"name": name}})[0].endswith("metadata.name")


YAML = b"""\
kind: Agent
metadata: {name: a}
spec:
  display: A
---
- kind: Agent
  metadata: {name: b}
  spec: {display: B, emial: x}
- kind: Agent
  metadata: {name: c}
  spec: {}
"""
JSON = b'[{"kind": "Agent", "metadata": {"name": "a"}, "spec": {"display": "\\ud83d\\ude00",\n "emial": 1}}]'


@pytest.mark.parametrize(
    ("body", "places"),
    [
        (YAML, [(1, "spec.emial", 8, 22), (2, "spec.display", 11, 3)]),
        (JSON, [(0, "spec.emial", 2, 2)]),
    ],
)
def test_each_fault_has_its_place_and_a_missing_field_that_of_its_parent(
    body: bytes, places: list[tuple[int, str, int, int]]
) -> None:
    sent = check_all(read(body))
    found = placed(sent.reading, sent.complaints)
    assert [(one.document, one.path, one.line, one.column) for one in found] == places


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_no_bytes_do_anything_but_be_read_or_refused(body: bytes) -> None:
    try:
        sent = check_all(read(body))
    except FixInput:
        return
    assert all(isinstance(written.data, dict) for written in sent.reading.written)
    placed(sent.reading, sent.complaints)
