"""Streams of YAML: every bound holds before anything is expanded, and every fault has its place."""

import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from gongdan.intake.domain import yaml_stream
from gongdan.intake.domain.yaml_parts import MOST_FAULTS, TooMuch


def one(text: str) -> Any:
    """The only document of a stream without faults."""
    stream = yaml_stream.read(text.encode())
    assert stream.faults == []
    (document,) = stream.documents
    return document


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("on", "on"),
        ("no", "no"),
        ("y", "y"),
        ("true", True),
        ("False", False),
        ("~", None),
        ("", None),
        ("null", None),
        ("12", 12),
        ("-0", 0),
        ("0o17", 15),
        ("0x1F", 31),
        ("017", 17),
        ("1_000", "1_000"),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("1.", 1.0),
        ("10:30", "10:30"),
        ("2026-10-10", "2026-10-10"),
        ("'12'", "12"),
        ('"true"', "true"),
        ("!!str 12", "12"),
        ("! 12", "12"),
        ("工单 😀", "工单 😀"),
        ("http://x.example.com:8080/a?b", "http://x.example.com:8080/a?b"),
    ],
)
def test_a_scalar_means_what_the_core_schema_says(text: str, value: object) -> None:
    found = one(f"a: {text}\n")["a"]
    assert (type(found), found) == (type(value), value)


def test_names_are_text_as_they_are_written() -> None:
    assert one("1: a\ntrue: b\n2026-10-10: c\n") == {"1": "a", "true": "b", "2026-10-10": "c"}


def test_an_alias_stands_for_what_its_anchor_names() -> None:
    assert one("a: &a [1, {b: 2}]\nc: *a\n") == {"a": [1, {"b": 2}], "c": [1, {"b": 2}]}


@pytest.mark.parametrize(
    ("text", "path", "place", "problem"),
    [
        ("a: 1\nb:\n  c: 1\n  c: 2\n", "b.c", (4, 3), "given twice"),
        ("a: {?b: 1}\n", "a.b", (1, 6), "question mark"),
        ("a: [?b]\n", "a.0.b", (1, 6), "question mark"),
        ("a: &a [*a]\n", "a.0", (1, 8), "no complete &a"),
        ("a: *b\n", "a", (1, 4), "no complete &b"),
        ("a: !!python/object:os.system {}\n", "a", (1, 4), "tag"),
        ("a: !!timestamp 2026-10-10\n", "a", (1, 4), "tag"),
        ("a: 99999999999999999999\n", "a", (1, 4), "64 bits"),
        ("a: .nan\n", "a", (1, 4), "no number"),
        ("a: 1e999\n", "a", (1, 4), "too large"),
        ("? [1, 2]\n: x\n", "", (1, 3), "no text"),
        ('a: "b\\0"\n', "a", (1, 4), "NUL"),
        ('"b\\0": a\n', "", (1, 1), "NUL"),
        ("a: [1\n", "", (2, 1), "not YAML"),
        ("a: 'x\n", "", (2, 1), "not YAML"),
        ("a: b: c\n", "", (1, 5), "not YAML"),
    ],
)
def test_a_fault_is_named_with_its_path_and_place(text: str, path: str, place: tuple[int, int], problem: str) -> None:
    (fault,) = yaml_stream.read(text.encode()).faults
    assert (fault.document, fault.path, fault.place) == (0, path, place)
    assert problem in fault.problem


def test_a_broken_document_does_not_hide_the_faults_of_others() -> None:
    stream = yaml_stream.read(b"a: 1\n---\nb: [\n---\nc: 1\n---\nd: 'x\n---\ne: 1\ne: 2\n")
    assert [(fault.document, fault.place[0]) for fault in stream.faults] == [(1, 4), (3, 8), (4, 10)]
    assert stream.documents == [{"a": 1}, None, {"c": 1}, None, {"e": 2}]


def laughs(levels: int, width: int = 10) -> bytes:
    """A few lines that stand for width ** levels values."""
    lines = [f"a0: &a0 [{', '.join(['x'] * width)}]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * width)}]" for n in range(1, levels)]
    return "\n".join(lines).encode()


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(laughs(9), id="a billion values"),
        pytest.param(laughs(40, 2), id="a deep tower of aliases"),
        pytest.param(b"a: &a " + b"x" * 100_000 + b"\nb: [" + b"*a, " * 5_000 + b"]", id="a long text many times"),
        pytest.param(b"a: &a x\nb: [" + b"*a, " * 20_000 + b"]", id="many aliases"),
        pytest.param(b"[" * 100_000, id="brackets"),
        pytest.param(b"{a: " * 100_000, id="braces"),
        pytest.param(b"- " * 100_000, id="dashes"),
        pytest.param(b"? " * 100_000, id="question marks"),
    ],
)
def test_what_would_become_too_much_is_refused_before_it_is(body: bytes) -> None:
    with pytest.raises(TooMuch) as refused:
        yaml_stream.read(body)
    assert refused.value.place >= (1, 1)


def test_no_stream_has_more_than_so_many_faults() -> None:
    assert len(yaml_stream.read(b"a: 1\n" * 5_000).faults) == MOST_FAULTS
    assert len(yaml_stream.read(b"a: '\n---\n" * 5_000).faults) == MOST_FAULTS


def test_places_are_kept_for_the_documents_asked_for() -> None:
    text = b"a: 1\n---\nspec:\n  when: x\n  then: [{b: 1}, {c: 2}]\n"
    (places,) = yaml_stream.read(text, {1}).places.values()
    assert places["spec.when"] == (4, 3)
    assert places["spec.then.1.c"] == (5, 19)


texts = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=20)
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=20,
)


@given(st.dictionaries(texts, values, min_size=1, max_size=5))
def test_what_ruamel_writes_is_read_as_it_was(document: dict[str, Any]) -> None:
    text = io.StringIO()
    writer = YAML(typ="safe", pure=True)
    writer.allow_unicode = True
    writer.default_flow_style = False
    writer.dump(document, text)
    assert one(text.getvalue()) == document


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_no_bytes_do_anything_but_be_read_or_refused(body: bytes) -> None:
    stream = yaml_stream.read(body)
    assert all(fault.place >= (1, 1) for fault in stream.faults)
