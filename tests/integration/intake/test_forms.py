"""Form submissions as JSON and as browsers send them, from the public and from those who are signed in."""

from pathlib import Path
from typing import Any

import pytest

from gongdan.intake.domain import limits
from tests.integration.intake.desk import Intake, accepted, refused
from tests.kit.files import PNG

CONTACT = "/intake/v1/forms/contact/submissions"
ANSWERS = {"email": "A@example.com", "name": "A", "subject": "投影仪", "message": "无法开机。"}


async def test_anybody_may_submit_a_public_form(intake: Intake) -> None:
    message_id = accepted(await intake.public.post(CONTACT, json=ANSWERS))
    (event,) = await intake.said("MessageReceived")
    assert (event["message_id"], event["channel"], event["source"]) == (str(message_id), "form", "contact")
    assert (event["subject"], event["text"], event["requester"]["email"]) == ("投影仪", "无法开机。", "a@example.com")
    assert event["fields"] == ANSWERS


async def test_a_browsers_form_with_a_file_keeps_the_file(intake: Intake, tmp_path: Path) -> None:
    files = {"file": ("../photo.png", PNG, "image/png")}
    accepted(await intake.public.post(CONTACT, data=ANSWERS, files=files))
    (event,) = await intake.said("MessageReceived")
    (file,) = event["attachments"]
    assert (file["name"], file["content_type"], file["size"]) == ("photo.png", "image/png", len(PNG))
    assert (tmp_path / "blobs" / file["sha256"][:2] / file["sha256"]).read_bytes() == PNG


async def test_a_file_field_left_blank_is_no_file(intake: Intake) -> None:
    files = {"file": ("", b"", "application/octet-stream")}
    accepted(await intake.public.post(CONTACT, data=ANSWERS, files=files))
    (event,) = await intake.said("MessageReceived")
    assert event["attachments"] == []


async def test_a_plain_html_form_works_too(intake: Intake) -> None:
    accepted(await intake.public.post(CONTACT, data=ANSWERS | {"name": ""}))
    (event,) = await intake.said("MessageReceived")
    assert "name" not in event["fields"]


async def test_the_same_form_sent_twice_with_a_key_is_one_message(intake: Intake) -> None:
    headers = {"Idempotency-Key": "k-1"}
    sent = [
        await intake.public.post(CONTACT, data=ANSWERS, files={"file": ("a", b"x", "text/plain")}, headers=headers)
        for _ in range(2)
    ]
    assert accepted(sent[0]) == accepted(sent[1])
    other = await intake.public.post(CONTACT, data=ANSWERS, files={"file": ("a", b"y", "text/plain")}, headers=headers)
    assert refused(other, 409) == ["Idempotency-Key"]


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"email": None}, ["email"]),
        ({"email": "nobody"}, ["email"]),
        ({"message": ""}, ["message"]),
        ({"color": "red"}, ["color"]),
        ({"file": "0" * 64}, ["file"]),
        ({"name": ["A"]}, ["name"]),
    ],
)
async def test_an_answer_that_does_not_fit_is_named(intake: Intake, changes: dict[str, Any], fields: list[str]) -> None:
    answers = {name: value for name, value in (ANSWERS | changes).items() if value is not None}
    assert refused(await intake.public.post(CONTACT, json=answers), 422) == fields


async def test_requests_that_are_no_form_are_refused(intake: Intake) -> None:
    html = {"Content-Type": "multipart/form-data; boundary=x"}
    unknown = await intake.public.post("/intake/v1/forms/nothing/submissions", json=ANSWERS)
    assert refused(unknown, 404) == ["form"]
    assert refused(await intake.public.post(CONTACT, content=b"{"), 415) == ["Content-Type"]
    broken = await intake.public.post(CONTACT, content=b"{", headers={"Content-Type": "application/json"})
    assert refused(broken, 400) == ["body"]
    no_parts = await intake.public.post(CONTACT, content=b"no parts at all", headers=html)
    assert refused(no_parts, 400) == ["body"]
    no_boundary = {"Content-Type": "multipart/form-data"}
    assert refused(await intake.public.post(CONTACT, content=b"x", headers=no_boundary), 400) == ["body"]


@pytest.mark.parametrize("missing", [len(b"--x--"), len(b"--"), len(b"--x--") + 30])
async def test_a_form_that_was_cut_off_is_no_form_with_fewer_files(intake: Intake, missing: int) -> None:
    part = '--x\r\nContent-Disposition: form-data; name="{}"{}\r\n\r\n{}\r\n'
    parts = [part.format(name, "", value) for name, value in ANSWERS.items()]
    whole = "".join([*parts, part.format("file", '; filename="a.txt"', "y" * 100), "--x--"]).encode()
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    assert refused(await intake.public.post(CONTACT, content=whole[:-missing], headers=headers), 400) == ["body"]
    accepted(await intake.public.post(CONTACT, content=whole, headers=headers))
    assert await intake.count("messages") == 1


async def test_too_large_too_many_and_unexpected_files_are_refused(intake: Intake) -> None:
    large = {"file": ("a", b"x" * (limits.UPLOAD_BYTES + 1), "text/plain")}
    assert refused(await intake.public.post(CONTACT, data=ANSWERS, files=large), 413) == ["body"]
    many = [("file", (f"{n}", b"x", "text/plain")) for n in range(limits.FILES + 1)]
    assert refused(await intake.public.post(CONTACT, data=ANSWERS, files=many), 400) == ["body"]
    wrong = {"subject": ("a", b"x", "text/plain")}
    answers = {name: value for name, value in ANSWERS.items() if name != "subject"}
    assert refused(await intake.public.post(CONTACT, data=answers, files=wrong), 422) == ["subject"]
    assert await intake.count("messages") == 0


async def test_a_form_for_agents_is_closed_to_the_public(intake: Intake) -> None:
    form = {
        "kind": "Form",
        "metadata": {"name": "visit"},
        "spec": {
            "audience": "agents",
            "schema": {"type": "object", "properties": {"place": {"type": "string"}}},
            "subject": "{place}",
        },
    }
    assert (await intake.post("definitions", form)).status_code == 200
    path = "/intake/v1/forms/visit/submissions"
    assert refused(await intake.public.post(path, json={"place": "Berlin"}), 401) == ["Authorization"]
    accepted(await intake.http.post(path, json={"place": "Berlin"}))


REPAIR = {
    "kind": "Form",
    "metadata": {"name": "repair", "workspace": "support", "title": {"zh": "报修单", "en": "Repair request"}},
    "spec": {
        "schema": {
            "type": "object",
            "required": ["device", "downtime"],
            "additionalProperties": False,
            "properties": {
                "downtime": {"type": "number", "x-visible-when": {"field": "urgent", "operator": "=", "value": True}},
                "urgent": {"type": "boolean", "x-order": 2},
                "device": {"type": "string", "x-widget": "asset", "x-order": 1, "x-i18n": {"zh": {"title": "设备"}}},
                "margin": {"type": "number", "x-roles": ["admin"]},
            },
        },
        "subject": "{device}",
    },
}


async def test_a_form_is_shown_to_those_who_fill_it_in_in_their_language(intake: Intake) -> None:
    assert (await intake.post("definitions", REPAIR)).status_code == 200
    shown = await intake.public.get("/intake/v1/forms/repair", headers={"Accept-Language": "zh-CN,en;q=0.5"})
    body = shown.json()
    assert (shown.status_code, body["title"], shown.headers["vary"]) == (200, "报修单", "Accept, Accept-Language")
    assert [(field["name"], field["title"]) for field in body["fields"]] == [
        ("device", "设备"), ("urgent", "urgent"), ("downtime", "downtime")
    ]  # fmt: skip
    english = await intake.http.get("/intake/v1/forms/repair?locale=en")
    assert (english.json()["title"], len(english.json()["fields"])) == ("Repair request", 4)


async def test_what_is_hidden_is_neither_asked_for_nor_kept_and_faults_are_told_in_chinese(intake: Intake) -> None:
    assert (await intake.post("definitions", REPAIR)).status_code == 200
    path = "/intake/v1/forms/repair/submissions"
    accepted(await intake.public.post(path, json={"device": "PRN-7", "downtime": 5}))
    (event,) = await intake.said("MessageReceived")
    assert event["fields"] == {"device": "PRN-7"}
    wrong = await intake.public.post(path, json={"urgent": True, "margin": 5}, headers={"Accept-Language": "zh"})
    assert [(one["field"], one["detail"], one["cure"]) for one in wrong.json()["errors"]] == [
        ("device", "未填写", "请填写此项"),
        ("downtime", "未填写", "请填写此项"),
        ("margin", "不是此表单的字段", "请删除,或更正名称"),
    ]


async def test_a_form_that_cannot_work_is_not_applied(intake: Intake) -> None:
    schema = {"properties": {"a": {"type": "string", "pattern": "(?=x)"}}}
    broken = {**REPAIR, "spec": {"schema": schema, "subject": "{b}"}}
    answer = await intake.post("definitions", broken)
    assert [one["path"] for one in answer.json()["errors"]] == ["spec.schema.properties.a.pattern", "spec.subject"]
