"""Forms: what fits them, what message they make."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from gongdan.intake.domain.coercion import coerce
from gongdan.intake.domain.filled import GivenFile, check
from gongdan.intake.domain.forms import Form, Submitter, compile_form
from gongdan.shared.definitions import form as definition
from gongdan.shared.errors import FixInput
from tests.kit.files import PDF, PNG, sent_file

SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["device"],
    "additionalProperties": False,
    "properties": {
        "device": {"type": "string", "maxLength": 40, "title": "Device"},
        "email": {"type": "string", "format": "email"},
        "urgent": {"type": "boolean"},
        "downtime": {"type": "number", "minimum": 0},
        "floor": {"type": "integer"},
        "tags": {"type": "array", "items": {"type": "string"}},
        "photos": {
            "type": "array",
            "maxItems": 2,
            "items": {"type": "string", "format": "file"},
            "x-accept": ["image/*"],
        },
        "paper": {"type": "string", "format": "file"},
    },
}


def form(schema: dict[str, Any] = SCHEMA, **spec: str) -> Form:
    """A form of this schema."""
    return compile_form("repair", "support", definition.Form.model_validate({"schema": schema, **spec}))


REPAIR = form(subject="{device}: {fault}", body="{device} ({tags})")
ANYBODY = Submitter()
PHOTO = sent_file("photos", "a.png", "image/png", PNG)


def fields_at_fault(answers: dict[str, Any], *files: GivenFile) -> list[str]:
    """The fields a submission is refused for."""
    with pytest.raises(FixInput) as refused:
        check(REPAIR, answers, files, ANYBODY)
    assert refused.value.status == 422
    return [item.field for item in refused.value.complaints]


@pytest.mark.parametrize(
    ("answers", "files", "fields"),
    [
        ({}, [], ["device"]),
        ({"device": "x" * 41}, [], ["device"]),
        ({"device": 7}, [], ["device"]),
        ({"device": "x", "email": "nobody"}, [], ["email"]),
        ({"device": "x", "color": "red", "shape": "round"}, [], ["color", "shape"]),
        ({"device": "x", "tags": ["a", 1]}, [], ["tags.1"]),
        ({"device": "x", "downtime": -1}, [], ["downtime"]),
        ({"device": "x", "photos": "a.png"}, [], ["photos"]),
        ({"device": "x"}, [sent_file("device", "a", "image/png", PNG)], ["device"]),
        ({"device": "x"}, [sent_file("photos", "a.pdf", "application/pdf", PDF)], ["photos"]),
        ({"device": "x"}, [PHOTO, PHOTO, PHOTO], ["photos"]),
        ({"device": [[[[[[[[[[1]]]]]]]]]]}, [], ["body"]),
    ],
)
def test_every_field_at_fault_is_named(answers: dict[str, Any], files: list[GivenFile], fields: list[str]) -> None:
    assert fields_at_fault(answers, *files) == fields


def test_what_fits_is_taken_without_nul_characters() -> None:
    assert check(REPAIR, {"device": "pr\x00inter"}, [PHOTO], ANYBODY) == {"device": "printer", "photos": ["a.png"]}


def test_a_browsers_texts_become_what_the_schema_says() -> None:
    sent = [
        ("device", "printer"),
        ("email", ""),
        ("urgent", "on"),
        ("downtime", "1.5"),
        ("floor", "2"),
        ("tags", "a"),
        ("tags", "b"),
    ]
    assert coerce(REPAIR, sent) == {
        "device": "printer",
        "urgent": True,
        "downtime": 1.5,
        "floor": 2,
        "tags": ["a", "b"],
    }


def test_ends_of_lines_are_single_characters() -> None:
    assert coerce(REPAIR, [("device", "a\r\nb\rc")]) == {"device": "a\nb\rc"}


def test_what_cannot_be_converted_stays_text_and_is_refused() -> None:
    assert coerce(REPAIR, [("floor", "second")]) == {"floor": "second"}
    assert fields_at_fault({"device": "x", "floor": "second"}) == ["floor"]


def test_patterns_are_filled_with_answers_and_nothing_else() -> None:
    answers: dict[str, JsonValue] = {"device": "{email}", "tags": ["a", "b"], "email": "a@example.com"}
    assert REPAIR.subject(answers) == "{email}:"
    assert REPAIR.text(answers) == "{email} (a, b)"


def test_a_subject_is_one_line() -> None:
    assert REPAIR.subject({"device": "a\r\nBcc: b", "fault": "c"}) == "a Bcc: b: c"


def test_without_a_pattern_the_text_lists_all_answers() -> None:
    assert form().text({"device": "printer", "urgent": True}) == "Device: printer\nurgent: yes"


@pytest.mark.parametrize(
    ("answers", "known"),
    [
        ({"email": "A@Example.com", "name": "A"}, {"email": "a@example.com", "name": "A"}),
        ({"email": "nobody"}, {}),
        ({"email": ["a@example.com"]}, {}),
        ({}, {}),
    ],
)
def test_the_requester_is_known_by_a_mail_address(answers: dict[str, Any], known: dict[str, str]) -> None:
    assert REPAIR.requester(answers).model_dump(exclude_none=True) == known


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "objekt"},
        {"properties": {"a": {"pattern": "("}}},
        {"$ref": "https://example.com/schema.json"},
        {"$ref": "#/$defs/nowhere"},
    ],
)
def test_a_schema_that_cannot_be_used_is_refused(schema: dict[str, Any]) -> None:
    with pytest.raises(FixInput) as refused:
        form(schema)
    assert refused.value.complaints[0].field == "spec.schema"


@pytest.mark.parametrize(
    ("name", "harmless"),
    [
        ("photo.png", "photo.png"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\报告.pdf", "报告.pdf"),
        ("a\r\nb\x00.txt", "ab.txt"),
        ("/", "file"),
        ("", "file"),
    ],
)
def test_a_files_name_is_made_harmless(name: str, harmless: str) -> None:
    assert sent_file("f", name, "text/plain; charset=utf-8", b"").name == harmless


@pytest.mark.parametrize("kind", [None, "", "text", "text/html\r\nX: y", "a/b/c"])
def test_a_files_type_that_is_none_is_any(kind: str | None) -> None:
    assert sent_file("f", "a", kind, b"").content_type == "application/octet-stream"


@given(st.dictionaries(st.text(max_size=20), st.text() | st.lists(st.text()) | st.integers(), max_size=5))
def test_no_answers_break_a_form(answers: dict[str, Any]) -> None:
    plain = form({"type": "object"})
    try:
        checked = check(plain, answers, (), ANYBODY)
    except FixInput:
        return
    assert "\n" not in plain.subject(checked)
    assert isinstance(plain.text(checked), str)
