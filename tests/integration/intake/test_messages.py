"""API messages, calls and commands: kept once, told once, refused in words."""

import asyncio
import json
from typing import Any

import pytest

from gongdan.intake.domain import limits
from tests.integration.intake.desk import Intake, accepted, refused
from tests.kit.files import PNG

MESSAGE = {"requester": {"email": "a@example.com"}, "subject": "Printer", "text": "It does not print."}
CALL = {"from": "+14155550199", "notes": "Call back.", "call_id": "c-1"}


async def test_an_accepted_message_is_kept_and_told_in_one_transaction(intake: Intake) -> None:
    message_id = accepted(await intake.post("messages", MESSAGE))
    (event,) = await intake.said("MessageReceived")
    assert event["message_id"] == str(message_id)
    assert (event["channel"], event["source"], event["subject"]) == ("api", "admin", "Printer")
    row = await intake.tables.fetchrow("SELECT * FROM messages")
    assert row is not None
    assert (row["message_id"], row["received_at"]) == (message_id, intake.clock.at)


async def test_a_repetition_is_the_same_message_and_is_told_once(intake: Intake) -> None:
    first = await intake.post("messages", MESSAGE, Idempotency_Key="k-1")
    again = await intake.post("messages", MESSAGE, Idempotency_Key="k-1")
    assert accepted(first) == accepted(again)
    assert (first.json()["duplicate"], again.json()["duplicate"]) == (False, True)
    assert len(await intake.said("MessageReceived")) == 1


async def test_a_repetition_by_the_senders_own_id_is_the_same_message(intake: Intake) -> None:
    body = MESSAGE | {"external_id": "order-7"}
    assert accepted(await intake.post("messages", body)) == accepted(await intake.post("messages", body))


async def test_without_a_key_every_request_is_a_message(intake: Intake) -> None:
    assert accepted(await intake.post("messages", MESSAGE)) != accepted(await intake.post("messages", MESSAGE))


async def test_the_same_key_with_another_body_is_a_recorded_conflict(intake: Intake) -> None:
    kept = accepted(await intake.post("messages", MESSAGE, Idempotency_Key="k-1"))
    for _ in range(2):
        answer = await intake.post("messages", MESSAGE | {"text": "Other"}, Idempotency_Key="k-1")
        assert refused(answer, 409) == ["Idempotency-Key"]
    assert await intake.count("conflicts") == 1
    assert await intake.tables.fetchval("SELECT message_id FROM conflicts") == kept
    assert len(await intake.said("MessageReceived")) == 1


async def test_a_storm_of_repetitions_is_kept_once_each(intake: Intake) -> None:
    answers = await asyncio.gather(
        *(intake.post("messages", MESSAGE, Idempotency_Key=f"k-{n % 40}") for n in range(200))
    )
    assert len({accepted(answer) for answer in answers}) == 40
    assert sum(not answer.json()["duplicate"] for answer in answers) == 40
    assert len(await intake.said("MessageReceived")) == 40


async def test_a_reply_names_its_ticket_and_keeps_its_order(intake: Intake) -> None:
    accepted(await intake.post("messages", MESSAGE | {"ticket": "GD-7"}))
    (event,) = await intake.said("MessageReceived")
    assert event["thread"]["ticket_number"] == "GD-7"
    assert await intake.tables.fetchval("SELECT aggregateid FROM outbox WHERE type = 'MessageReceived'") == "GD-7"


async def test_a_call_is_kept_once_by_its_id(intake: Intake) -> None:
    assert accepted(await intake.post("calls", CALL)) == accepted(await intake.post("calls", CALL))
    (event,) = await intake.said("MessageReceived")
    assert (event["channel"], event["requester"]["phone"]) == ("call", "+14155550199")


async def test_a_command_is_told_as_the_agents(intake: Intake) -> None:
    body = {"command": "reply", "text": "Here it is."}
    message_id = accepted(await intake.post("tickets/GD-7/commands", body, Idempotency_Key="k-1"))
    accepted(await intake.post("tickets/GD-7/commands", body, Idempotency_Key="k-1"))
    (event,) = await intake.said("CommandReceived")
    assert (event["message_id"], event["ticket"]) == (str(message_id), "GD-7")
    assert event["command"] == {"command": "Reply", "text": "Here it is.", "attachments": []}
    headers = await intake.tables.fetchval("SELECT headers FROM outbox WHERE type = 'CommandReceived'")
    assert ["ce_actor", "agent:admin"] in json.loads(headers)


async def test_an_uploaded_file_can_be_attached(intake: Intake) -> None:
    upload = await intake.http.post("/intake/v1/uploads", files={"f": ("报告.pdf", b"%PDF", "application/pdf")})
    assert upload.status_code == 201, upload.text
    files = upload.json()["attachments"]
    accepted(await intake.post("messages", MESSAGE | {"attachments": files}))
    accepted(await intake.post("tickets/GD-7/commands", {"command": "note", "text": "x", "attachments": files}))
    (message,), (command,) = await intake.said("MessageReceived"), await intake.said("CommandReceived")
    assert [file["name"] for file in message["attachments"]] == ["报告.pdf"]
    assert command["command"]["attachments"][0]["size"] == 4


async def test_a_raw_upload_is_named_in_the_query(intake: Intake) -> None:
    upload = await intake.http.post("/intake/v1/uploads?name=a.png", content=PNG, headers={"Content-Type": "image/png"})
    (file,) = upload.json()["attachments"]
    assert (file["name"], file["content_type"], file["size"]) == ("a.png", "image/png", len(PNG))


@pytest.mark.parametrize(
    ("path", "body", "status", "fields"),
    [
        ("messages", {"text": "x"}, 422, ["requester"]),
        ("messages", MESSAGE | {"workspace": "nowhere"}, 422, ["workspace"]),
        ("messages", MESSAGE | {"ticket": "XX-1"}, 404, ["ticket"]),
        ("messages", MESSAGE | {"occurred_at": "2030-01-01T00:00:00Z"}, 422, ["occurred_at"]),
        ("messages", MESSAGE | {"attachments": [{"name": "a", "sha256": "0" * 64}]}, 422, ["attachments.0.sha256"]),
        ("messages", [1], 422, ["body"]),
        ("calls", {"notes": "x"}, 422, ["from"]),
        ("calls", CALL | {"from": "12"}, 422, ["from"]),
        ("tickets/XX-1/commands", {"command": "Reply", "text": "x"}, 404, ["ticket"]),
        ("tickets/7/commands", {"command": "Reply", "text": "x"}, 404, ["ticket"]),
        ("tickets/GD-7/commands", {"command": "Explode"}, 422, ["command"]),
        ("tickets/GD-7/commands", {"command": "Reply"}, 422, ["text"]),
    ],
)
async def test_a_request_that_must_be_changed_is_told_how(
    intake: Intake,
    path: str,
    body: Any,
    status: int,
    fields: list[str],
) -> None:
    assert refused(await intake.post(path, body), status) == fields
    assert await intake.count("messages") == 0


@pytest.mark.parametrize("path", ["messages", "calls", "tickets/GD-7/commands"])
async def test_broken_json_and_too_much_of_it_are_refused_at_every_door(intake: Intake, path: str) -> None:
    url = f"/intake/v1/{path}"
    assert refused(await intake.http.post(url, content=b'{"text": '), 400) == ["body"]
    assert refused(await intake.http.post(url, content=b" " * (limits.JSON_BYTES + 1)), 413) == ["body"]

    async def endless() -> Any:
        for _ in range(40):
            yield b" " * 64 * 1024

    assert refused(await intake.http.post(url, content=endless()), 413) == ["body"]


@pytest.mark.parametrize(
    "path",
    [
        "messages",
        "calls",
        "tickets/GD-7/commands",
        "uploads",
        "definitions",
        "quarantine/00000000-0000-4000-8000-000000000000/release",
    ],
)
async def test_nobody_gets_in_without_the_token(intake: Intake, path: str) -> None:
    for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic x"}):
        answer = await intake.public.post(f"/intake/v1/{path}", json=MESSAGE, headers=headers)
        assert refused(answer, 401) == ["Authorization"]
        assert answer.headers["www-authenticate"] == "Bearer"


async def test_an_idempotency_key_that_cannot_be_used_is_refused(intake: Intake) -> None:
    assert refused(await intake.post("messages", MESSAGE, Idempotency_Key="x" * 600), 422) == ["Idempotency-Key"]


async def test_what_is_not_there_is_a_problem_document_too(intake: Intake) -> None:
    assert refused(await intake.http.get("/intake/v1/nothing"), 404) == ["path"]
    assert refused(await intake.http.get("/intake/v1/messages"), 405) == ["method"]


async def test_the_examples_of_the_openapi_document_are_taken_as_they_are(intake: Intake) -> None:
    document = (await intake.public.get("/intake/v1/openapi.json")).json()
    tried = 0
    for path, methods in document["paths"].items():
        content = methods.get("post", {}).get("requestBody", {}).get("content", {})
        for example in content.get("application/json", {}).get("examples", {}).values():
            accepted(await intake.http.post(path.replace("{number}", "GD-1"), json=example["value"]))
            tried += 1
    assert tried >= 9


async def test_the_openapi_document_describes_every_door(intake: Intake) -> None:
    document = (await intake.public.get("/intake/v1/openapi.json")).json()
    paths = [str(getattr(route, "path", "")) for route in intake.service.app.routes]
    served = {path for path in paths if path.startswith("/intake")}
    assert served == {*document["paths"], "/intake/v1/openapi.json"}
    body = document["paths"]["/intake/v1/messages"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert set(body["required"]) == {"requester", "text"}
