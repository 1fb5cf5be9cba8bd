"""All kinds of form fields: what each takes, what it refuses, what is shown to whom, and in which language."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from gongdan.intake.domain.coercion import coerce
from gongdan.intake.domain.filled import GivenFile, check, kept
from gongdan.intake.domain.form_messages import language
from gongdan.intake.domain.form_view import view
from gongdan.intake.domain.forms import Form, Submitter, compile_form
from gongdan.shared.definitions import form as definition
from gongdan.shared.errors import FixInput
from tests.kit.files import PNG, sent_file

TREE = [
    {"value": "hardware", "zh": "硬件", "children": [{"value": "printer", "zh": "打印机"}, {"value": "screen"}]},
    {"value": "software"},
]
PROPERTIES: dict[str, Any] = {
    "fault": {"x-widget": "textarea", "maxLength": 30, "x-i18n": {"zh": {"title": "故障"}, "en": {"title": "Fault"}}},
    "cost": {"type": "number", "exclusiveMinimum": 0},
    "price": {"x-widget": "money", "x-currencies": ["CNY", "EUR"]},
    "level": {"type": "string", "enum": ["a", "b"], "x-i18n": {"zh": {"options": {"a": "甲"}}}},
    "colours": {"x-widget": "multi", "maxItems": 2, "items": {"enum": ["red", "blue", "green"]}},
    "place": {"x-widget": "tree", "x-tree": TREE},
    "urgent": {"type": "boolean"},
    "day": {"x-widget": "date"},
    "moment": {"x-widget": "datetime"},
    "engineer": {"x-widget": "person"},
    "device": {"x-widget": "asset"},
    "manual": {"x-widget": "link"},
    "stars": {"x-widget": "rating", "maximum": 10},
    "photo": {"type": "string", "format": "file", "x-accept": ["image/*"], "x-max-bytes": len(PNG)},
    "parts": {
        "x-widget": "table",
        "maxItems": 2,
        "items": {
            "required": ["part"],
            "properties": {"part": {"type": "string"}, "count": {"type": "integer", "minimum": 1}},
        },
    },
    "downtime": {"type": "number", "x-visible-when": {"field": "urgent", "operator": "=", "value": True}},
    "reason": {"type": "string", "x-visible-when": {"field": "downtime", "operator": ">", "value": 10}},
    "margin": {"type": "number", "x-roles": ["finance"]},
}


def form(properties: dict[str, Any] = PROPERTIES, **schema: Any) -> Form:
    """A form of these fields, which takes no others."""
    whole = {"type": "object", "additionalProperties": False, "properties": properties, **schema}
    return compile_form("repair", "maintenance", definition.Form.model_validate({"schema": whole}))


FORM = form()
ANYBODY = Submitter(agents={"li.wei"})


def refused(answers: dict[str, Any], *files: GivenFile, by: Submitter = ANYBODY, of: Form = FORM) -> list[str]:
    """The fields a submission is refused for."""
    with pytest.raises(FixInput) as error:
        check(of, answers, files, by)
    assert all(one.problem and one.cure for one in error.value.complaints)
    return [one.field for one in error.value.complaints]


@pytest.mark.parametrize(
    "answers",
    [
        {"fault": "坏了"},
        {"cost": 0.5},
        {"price": {"amount": 12.5, "currency": "CNY"}},
        {"level": "a"},
        {"colours": ["red", "blue"]},
        {"place": "hardware/printer"},
        {"place": "software"},
        {"day": "2026-02-28"},
        {"moment": "2026-03-01T09:30:00+08:00"},
        {"engineer": "li.wei"},
        {"engineer": "guest@example.com"},
        {"device": "GD-PRN-7"},
        {"manual": "https://example.com/手册"},
        {"stars": 10},
        {"parts": [{"part": "belt", "count": 2}, {"part": "screw"}]},
        {"urgent": True, "downtime": 11, "reason": "no spare"},
    ],
    ids=str,
)
def test_what_fits_is_taken_as_it_is(answers: dict[str, Any]) -> None:
    assert check(FORM, answers, (), ANYBODY) == answers


@pytest.mark.parametrize(
    ("answers", "fields"),
    [
        ({"fault": "x" * 31}, ["fault"]),
        ({"cost": 0}, ["cost"]),
        ({"cost": "5"}, ["cost"]),
        ({"price": 5}, ["price"]),
        ({"price": {"amount": 5}}, ["price.currency"]),
        ({"price": {"amount": "5", "currency": "USD"}}, ["price.amount", "price.currency"]),
        ({"price": {"amount": 5, "currency": "CNY", "tax": 1}}, ["price.tax"]),
        ({"level": "c"}, ["level"]),
        ({"colours": ["red", "red"]}, ["colours"]),
        ({"colours": ["red", "blue", "green"]}, ["colours"]),
        ({"colours": ["black"]}, ["colours.0"]),
        ({"place": "hardware"}, ["place"]),
        ({"place": "printer"}, ["place"]),
        ({"urgent": "true"}, ["urgent"]),
        ({"day": "2026-02-30"}, ["day"]),
        ({"moment": "2026-03-01T09:30:00"}, ["moment"]),
        ({"engineer": "nobody"}, ["engineer"]),
        ({"device": "x" * 201}, ["device"]),
        ({"manual": "javascript:alert(1)"}, ["manual"]),
        ({"stars": 11}, ["stars"]),
        ({"stars": 2.5}, ["stars"]),
        (
            {"parts": [{"count": 0}, {"part": "x", "colour": "red"}]},
            ["parts.0.count", "parts.0.part", "parts.1.colour"],
        ),
        ({"parts": [{"part": "x"}] * 3}, ["parts"]),
        ({"margin": 5}, ["margin"]),
        ({"fault": "x" * 31, "cost": -1, "nothing": 1}, ["cost", "fault", "nothing"]),
    ],
    ids=str,
)
def test_what_does_not_fit_is_refused_field_by_field(answers: dict[str, Any], fields: list[str]) -> None:
    assert refused(answers) == fields


def test_people_are_known_in_the_rows_of_tables_too() -> None:
    visits = {"x-widget": "table", "items": {"properties": {"who": {"x-widget": "person"}}}}
    rows = [{"who": "li.wei"}, {"who": "nobody"}]
    assert refused({"visits": rows}, of=form({"visits": visits})) == ["visits.1.who"]


def test_a_file_is_held_to_its_field_and_its_name_is_the_answer() -> None:
    png = sent_file("photo", "a.png", "image/png", PNG)
    assert check(FORM, {}, [png], ANYBODY) == {"photo": "a.png"}
    assert refused({}, sent_file("photo", "a.png", "image/png", PNG + b"x")) == ["photo"]
    assert refused({}, sent_file("photo", "a.txt", "text/plain", b"a")) == ["photo"]
    assert refused({"photo": "a.png"}) == ["photo"]


def test_blanks_count_as_not_filled_in() -> None:
    needy = form(required=["fault"])
    assert refused({"fault": ""}, of=needy) == refused({"fault": None}, of=needy) == ["fault"]


def test_what_is_not_shown_is_dropped_and_never_asked_for() -> None:
    needy = form(required=["downtime", "reason"])
    assert check(needy, {"urgent": False, "downtime": 99, "reason": "x"}, (), ANYBODY) == {"urgent": False}
    assert check(needy, {"urgent": True, "downtime": 5, "reason": "x"}, (), ANYBODY) == {"urgent": True, "downtime": 5}
    assert refused({"urgent": True}, of=needy) == ["downtime"]
    assert refused({"urgent": True, "downtime": 11}, of=needy) == ["reason"]


def test_a_file_of_a_field_that_is_not_shown_is_not_kept() -> None:
    hiding = {"field": "urgent", "operator": "=", "value": True}
    shy = form({"urgent": {"type": "boolean"}, "photo": {**PROPERTIES["photo"], "x-visible-when": hiding}})
    png = sent_file("photo", "a.png", "image/png", PNG)
    answers = check(shy, {}, [png], ANYBODY)
    assert (answers, kept(answers, [png])) == ({}, [])
    assert kept(check(shy, {"urgent": True}, [png], ANYBODY), [png]) == [png]


def test_a_field_for_some_roles_is_there_for_them_alone() -> None:
    needy = form(required=["margin"])
    assert check(needy, {}, (), ANYBODY) == {}
    for finance in (Submitter(roles=frozenset({"finance"})), Submitter(roles=None)):
        assert refused({}, by=finance, of=needy) == ["margin"]
        assert check(needy, {"margin": 7}, (), finance) == {"margin": 7}
    assert "margin" not in [field["name"] for field in view(FORM, None, ANYBODY)["fields"]]
    assert "margin" not in view(FORM, None, ANYBODY)["schema"]["properties"]


@pytest.mark.parametrize(
    ("answers", "zh", "en"),
    [
        ({"cost": 0}, ("太小", "请填写大于 0 的数"), ("is too small", "write more than 0")),
        ({"level": "c"}, ("不在可选项内", "请选择:a, b"), ("is none of the choices", "choose one of: a, b")),
        ({"cost": "x"}, ("类型不对", "请填写数字"), ("is of the wrong type", "write a number")),
        ({"day": "x"}, ("不是有效的日期", "请填写 2026-03-01"), ("is no date", "write 2026-03-01")),
        ({"fault": "x" * 31}, ("太长", "请最多填写 30 个字符"), ("is too long", "write at most 30 characters")),
    ],
)  # fmt: skip
def test_people_are_told_in_their_language(answers: dict[str, Any], zh: tuple[str, str], en: tuple[str, str]) -> None:
    for spoken, expected in (("zh", zh), ("en", en)):
        with pytest.raises(FixInput) as error:
            check(FORM, answers, (), Submitter(language(spoken)))
        (complaint,) = error.value.complaints
        assert (
            error.value.title
            == {"zh": "提交的内容不符合表单要求", "en": "the submission does not fit the form"}[spoken]
        )
        assert (complaint.problem, complaint.cure) == expected


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("en-US,en;q=0.9,zh;q=0.8", "en"),
        ("fr, zh;q=0.5, en;q=0.4", "zh"),
        ("de", "en"),
        ("", "en"),
        ("zh;q=x", "en"),
        ("zh_TW", "zh"),
    ],
)
def test_the_language_is_what_the_reader_prefers(accepted: str, expected: str) -> None:
    assert language(accepted) == expected


def test_a_form_is_shown_in_order_with_texts_choices_and_conditions() -> None:
    shown = view(FORM, {"zh": "报修单", "en": "Repair"}, Submitter("zh"))
    fields = {field["name"]: field for field in shown["fields"]}
    assert (shown["title"], fields["fault"]["title"], fields["fault"]["kind"]) == ("报修单", "故障", "long_text")
    assert fields["level"]["options"] == [{"value": "a", "label": "甲"}, {"value": "b", "label": "b"}]
    assert [one["value"] for one in fields["place"]["options"]] == ["hardware/printer", "hardware/screen", "software"]
    assert fields["place"]["options"][0]["label"] == "打印机"
    assert fields["downtime"]["visible_when"] == PROPERTIES["downtime"]["x-visible-when"]
    assert [column["name"] for column in fields["parts"]["columns"]] == ["part", "count"]
    assert (fields["photo"]["accept"], fields["photo"]["max_bytes"]) == (["image/*"], len(PNG))
    assert fields["stars"]["schema"]["maximum"] == 10
    assert view(FORM, {"zh": "报修单"}, Submitter("en"))["title"] == "报修单"


def test_a_browsers_own_form_sends_money_in_parts() -> None:
    sent = [("price.amount", "12.50"), ("price.currency", "CNY"), ("stars", "4"), ("colours", "red")]
    assert coerce(FORM, sent) == {"price": {"amount": 12.5, "currency": "CNY"}, "stars": 4, "colours": ["red"]}


def test_the_rows_of_a_table_come_by_their_numbers_and_blank_ones_are_none() -> None:
    sent = [("parts.7.part", "nut"), ("parts.0.part", ""), ("parts.2.part", "bolt"), ("parts.2.count", "3"),
            ("parts.x.part", "?"), ("parts.100.part", "?")]  # fmt: skip
    assert coerce(FORM, sent) == {
        "parts": [{"part": "bolt", "count": 3}, {"part": "nut"}], "parts.x.part": "?", "parts.100.part": "?",
    }  # fmt: skip
    assert check(FORM, coerce(FORM, sent[:4]), [], ANYBODY)["parts"] == [{"part": "bolt", "count": 3}, {"part": "nut"}]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("2026-03-01T09:30", "2026-03-01T09:30:00+08:00"),
        ("2026-03-01T09:30:15", "2026-03-01T09:30:15+08:00"),
        ("2026-03-01T09:30:00Z", "2026-03-01T09:30:00Z"),
        ("2026-02-30T09:30", "2026-02-30T09:30"),
        ("tomorrow", "tomorrow"),
    ],
)
def test_a_time_without_an_offset_is_of_the_forms_time_zone(sent: str, kept: str) -> None:
    assert coerce(FORM, [("moment", sent)], ZoneInfo("Asia/Shanghai")) == {"moment": kept}
