"""The controls of a form's page: each kind of field, what was typed, what is wrong with it, in both languages."""

from typing import Any, get_args

import pytest

from gongdan.intake.domain.form_controls import Control, Sent
from gongdan.intake.domain.form_messages import Language
from gongdan.intake.domain.form_page import MOST_ROWS, controls, faults
from gongdan.intake.domain.form_view import view
from gongdan.intake.domain.form_words import WORDS, size
from gongdan.intake.domain.forms import Submitter, compile_form
from gongdan.shared.definitions import form as definition
from gongdan.shared.errors import Complaint

FIRST = Sent()
TREE = [{"value": "hardware", "zh": "硬件", "children": [{"value": "printer", "zh": "打印机"}]}, {"value": "software"}]


def shown(schema: dict[str, Any], sent: Sent = FIRST, language: Language = "zh", required: bool = False) -> Control:
    """The control of a field."""
    whole = {"type": "object", "properties": {"field": schema}, "required": ["field"] if required else []}
    form = compile_form("any", "support", definition.Form.model_validate({"schema": whole}))
    return controls(view(form, None, Submitter(language))["fields"], language, sent, "Asia/Shanghai")[0]


@pytest.mark.parametrize(
    ("schema", "look", "attributes"),
    [
        ({"type": "string"}, "line", {"type": "text", "maxlength": 1000}),
        ({"type": "string", "format": "email"}, "line", {"type": "email", "autocomplete": "email", "maxlength": 1000}),
        ({"x-widget": "phone"}, "line", {"type": "tel", "autocomplete": "tel", "maxlength": 1000}),
        ({"x-widget": "textarea", "minLength": 3}, "text", {"minlength": 3, "maxlength": 50000}),
        ({"type": "number", "minimum": 0}, "line", {"type": "number", "step": "any", "min": 0}),
        ({"type": "integer"}, "line", {"type": "number", "step": 1}),
        ({"x-widget": "link"}, "line", {"type": "url", "maxlength": 2000}),
        ({"type": "string", "format": "date"}, "line", {"type": "date"}),
        ({"x-widget": "datetime"}, "line", {"type": "datetime-local"}),
        ({"type": "string", "enum": ["a"]}, "select", {}),
        ({"type": "string", "enum": ["a"], "x-widget": "radio"}, "radios", {}),
        ({"x-widget": "multi", "items": {"enum": ["a"]}}, "boxes", {}),
        ({"type": "boolean"}, "tick", {}),
        ({"x-widget": "money"}, "money", {"step": "any", "min": -1e15, "max": 1e15}),
        ({"type": "string", "format": "file", "x-accept": ["image/*"]}, "files", {"accept": "image/*"}),
        ({"type": "array", "items": {"type": "string", "format": "file"}}, "files", {"multiple": "multiple"}),
        ({"x-widget": "table", "items": {"properties": {"a": {"type": "string"}}}}, "rows", {}),
        ({"type": "array", "items": {"type": "number"}}, "absent", {}),
    ],
)
def test_each_kind_of_field_has_its_control(schema: dict[str, Any], look: str, attributes: dict[str, Any]) -> None:
    control = shown(schema)
    assert (control.look, control.attributes) == (look, attributes)


def test_a_yes_or_no_that_must_be_given_can_be_no_but_a_consent_cannot() -> None:
    must = shown({"type": "boolean"}, required=True)
    assert (must.look, [one.label for one in must.choices]) == ("radios", ["是", "否"])
    assert shown({"type": "boolean", "const": True}, required=True).look == "tick"


def test_stars_are_as_many_as_the_form_says_and_a_long_scale_is_a_number() -> None:
    assert [one.value for one in shown({"x-widget": "rating"}).choices] == ["1", "2", "3", "4", "5"]
    assert [one.value for one in shown({"x-widget": "rating", "minimum": 0, "maximum": 2}).choices] == ["0", "1", "2"]
    for bounds in ({"maximum": 100}, {"minimum": -(10**9)}, {"minimum": 7}):
        assert shown({"x-widget": "rating", **bounds}).look == "line"


def test_what_is_in_a_tree_is_called_by_all_that_is_above_it() -> None:
    found = shown({"x-widget": "tree", "x-tree": TREE}).choices
    assert [(one.value, one.label) for one in found] == [
        ("hardware/printer", "硬件 / 打印机"), ("software", "software")
    ]  # fmt: skip


TABLE = {
    "x-widget": "table",
    "title": "Parts",
    "items": {
        "required": ["part"],
        "properties": {"part": {"type": "string", "title": "Part"}, "count": {"type": "integer"}},
    },
}


def test_a_table_has_blank_rows_after_what_was_typed_and_as_many_as_it_may_have() -> None:
    first = shown(TABLE)
    assert [[cell.name for cell in row] for row in first.rows[:2]] == [
        ["field.0.part", "field.0.count"], ["field.1.part", "field.1.count"]
    ]  # fmt: skip
    assert (len(first.rows), len(shown(TABLE | {"maxItems": 2}).rows)) == (MOST_ROWS, 2)
    assert not any(cell.required for row in first.rows for cell in row)
    typed = shown(TABLE | {"maxItems": 2}, Sent({f"field.{nth}.part": ["x"] for nth in (0, 3, 7)}))
    assert [[cell.value for cell in row] for row in typed.rows] == [["x", ""]] * 3
    wide = {"properties": {f"c{nth}": {"type": "string"} for nth in range(70)}}
    assert len(shown({"x-widget": "table", "items": wide}).rows) == 1


def test_what_is_wrong_in_a_table_stands_at_its_cell_though_blank_rows_were_left_out() -> None:
    typed = {"field.0.part": [""], "field.2.part": ["bolt"], "field.4.count": ["2"]}
    wrong = [Complaint("field.1.part", "is missing", "add it"), Complaint("field", "is too short", "add a row")]
    table = shown(TABLE, Sent(typed, wrong), "en")
    assert [cell.value for cell in table.rows[1]] == ["", "2"]
    assert table.rows[1][0].faults == ["Parts 2, Part is missing: add it."]
    assert faults([table], wrong, "en") == [
        ("field", "Parts is too short: add a row."),
        ("field.1.part", "Parts 2, Part is missing: add it."),
    ]


def test_what_was_typed_stays_and_a_default_is_only_for_the_first_time() -> None:
    schema = {"type": "string", "default": "x"}
    assert shown(schema).value == "x"
    assert shown(schema, Sent({"field": ["typed"]})).value == "typed"
    assert shown(schema, Sent({})).value == ""
    boxes = shown({"x-widget": "multi", "items": {"enum": ["a", "b", "c"]}}, Sent({"field": ["a", "c"]}))
    assert [one.chosen for one in boxes.choices] == [True, False, True]
    money = shown({"x-widget": "money", "x-currencies": ["CNY", "EUR"]},
                  Sent({"field.amount": ["1.5"], "field.currency": ["EUR"]}))  # fmt: skip
    assert (money.value, [one.chosen for one in money.choices]) == ("1.5", [False, True])


def test_hints_say_the_time_zone_and_the_size_of_files() -> None:
    assert "Asia/Shanghai" in shown({"x-widget": "datetime"}).hint
    assert "2 MB" in shown({"type": "string", "format": "file", "x-max-bytes": 2 * 1024 * 1024}).hint
    assert [size(one) for one in (12, 1536, 25 * 1024 * 1024)] == ["12 B", "1.5 KB", "25 MB"]


@pytest.mark.parametrize(
    ("language", "told"),
    [("en", "Name is missing: fill it in."), ("zh", "姓名未填写：请填写此项。")],
)
def test_what_is_wrong_is_said_at_its_field_and_above_all(language: Language, told: str) -> None:
    words = {"en": ("is missing", "fill it in"), "zh": ("未填写", "请填写此项")}[language]
    sent = Sent({}, [Complaint("field.amount", *words), Complaint("conflict", ""), Complaint("shape", "p", "c")])
    schema = {"type": "string", "title": "Name", "x-i18n": {"zh": {"title": "姓名"}}}
    control = shown(schema, sent, language)
    assert control.faults == [told]
    others = [
        ("", WORDS[language]["conflict"]),
        ("", WORDS[language]["fault"].format(title="shape", problem="p", cure="c")),
    ]
    assert faults([control], sent.complaints, language) == [*others, ("field", told)]


def test_both_languages_say_the_same_things() -> None:
    assert [list(WORDS[one]) for one in get_args(Language)] == [list(WORDS["en"])] * 2
    assert {key for key, text in WORDS["en"].items() if not text.isascii()} <= {"language", "sending", "working"}
