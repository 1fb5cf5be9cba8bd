"""Definitions as they are sent: what is read, what is refused, and that nothing small becomes huge."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongdan.intake.domain.documents import check_all, parse
from gongdan.shared.errors import FixInput

AGENT = {"kind": "Agent", "metadata": {"name": "li.wei"}, "spec": {"display": "Li Wei"}}


def test_yaml_streams_json_lists_and_single_documents_are_read() -> None:
    one = b"kind: Agent\nmetadata: {name: li.wei}\nspec: {display: Li Wei}\n"
    assert parse(one) == [AGENT]
    assert parse(one + b"---\n" + one) == [AGENT, AGENT]
    assert parse(b'[{"kind": "Agent", "metadata": {"name": "li.wei"}, "spec": {"display": "Li Wei"}}]') == [AGENT]


def test_on_and_no_stay_words_and_dates_become_text() -> None:
    (document,) = parse(b"kind: X\nspec: {a: on, b: no, c: 2026-10-10}\n")
    assert document["spec"] == {"a": "on", "b": "no", "c": "2026-10-10"}


def test_empty_documents_in_a_stream_do_not_count() -> None:
    assert len(parse(b"---\n---\nkind: X\n---\n")) == 1


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 422),
        (b"[]", 422),
        (b"just words", 422),
        (b"kind: [", 400),
        (b"a: 1\na: 2\n", 400),
        (b"\xff\xfe", 400),
        (b"a: !!python/object:os.system {}\n", 400),
        (b"? [1, 2]\n: x\n", 422),
        (b'kind: "a\\0b"\n', 422),
        (b"[" * 5_000, 400),
        (b"{a: " * 60 + b"1" + b"}" * 60, 422),
    ],
)
def test_what_is_no_document_is_refused(body: bytes, status: int) -> None:
    with pytest.raises(FixInput) as refused:
        parse(body)
    assert refused.value.status == status


def test_an_alias_cannot_stand_for_a_billion_values() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    with pytest.raises(FixInput, match="too much"):
        parse("\n".join(lines).encode())


def complaints(*documents: dict[str, Any]) -> list[str]:
    """The fields that documents are refused for."""
    with pytest.raises(FixInput) as refused:
        check_all(documents)
    return [item.field for item in refused.value.complaints]


def test_all_documents_at_fault_are_named_at_once() -> None:
    typo = AGENT | {"spec": {"display": "Li Wei", "emial": "x"}}
    assert complaints(AGENT, typo, {"kind": "Agnet", "metadata": {"name": "x"}}) == [
        "documents[1] (Agent li.wei).spec.emial",
        "documents[2] (Agnet x).kind",
    ]


@pytest.mark.parametrize("name", ["", "Li Wei", "../x", "x" * 64, "a/b", None])
def test_a_name_is_safe_in_keys_and_paths(name: str | None) -> None:
    assert complaints(AGENT | {"metadata": {"name": name}})[0].endswith("metadata.name")


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_no_bytes_do_anything_but_be_read_or_refused(body: bytes) -> None:
    try:
        documents = parse(body)
    except FixInput:
        return
    assert all(isinstance(document, dict) for document in documents)
