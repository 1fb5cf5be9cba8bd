"""Webhooks: verified over the raw body, mapped by their Source, kept once."""

import asyncio
from datetime import timedelta

import httpx

from gongdan.intake.domain import limits
from tests.integration.intake.desk import SECRET, Intake, accepted, hmac_of, refused

PAYLOAD = {"subject": "Disk almost full", "body": "/var at 97 %", "email": "Ops@example.com", "severity": "page"}
MONITOR = {
    "kind": "Source",
    "metadata": {"name": "monitor"},
    "spec": {
        "verify": {
            "scheme": "hmac",
            "header": "X-Sign",
            "prefix": "sha256=",
            "secretRef": "env:GONGDAN_EXAMPLE_SOURCE_SECRET",
        },
        "map": {"idempotency_key": "body.id + body.status", "conversation": "body.id", "closes": 'body.status == "ok"'},
    },
}


async def test_a_signed_webhook_is_mapped_and_its_raw_body_kept(intake: Intake) -> None:
    message_id = accepted(await intake.webhook(PAYLOAD))
    (event,) = await intake.said("MessageReceived")
    assert (event["message_id"], event["channel"], event["source"]) == (str(message_id), "webhook", "example")
    assert (event["subject"], event["text"]) == ("Disk almost full", "/var at 97 %")
    assert event["requester"]["email"] == "ops@example.com"
    assert event["fields"] == {"severity": "page"}
    assert len(event["raw_sha256"]) == 64


async def test_a_webhook_sent_again_under_its_id_is_the_same_message(intake: Intake) -> None:
    first = accepted(await intake.webhook(PAYLOAD, "msg_7"))
    intake.clock.move(timedelta(minutes=30))
    again = await intake.webhook(PAYLOAD, "msg_7")
    assert (accepted(again), again.json()["duplicate"]) == (first, True)
    assert refused(await intake.webhook(PAYLOAD | {"subject": "Other"}, "msg_7"), 409) == ["Idempotency-Key"]
    assert await intake.count("conflicts") == 1


async def test_what_cannot_be_verified_is_refused_before_it_is_read(intake: Intake) -> None:
    unsigned = await intake.public.post("/intake/v1/hooks/example", content=b"{broken")
    assert refused(unsigned, 401) == ["webhook-id"]
    stale = intake.clock.at - timedelta(minutes=6)
    intake.clock.at, now = stale, intake.clock.at
    headers = (await intake.webhook(PAYLOAD)).request.headers
    intake.clock.at = now
    replay = await intake.public.post("/intake/v1/hooks/example", json=PAYLOAD, headers=dict(headers))
    assert refused(replay, 401) == ["webhook-timestamp"]


async def test_requests_that_are_no_webhook_are_refused(intake: Intake) -> None:
    assert refused(await intake.webhook(PAYLOAD, source="nothing"), 404) == ["source"]
    assert refused(await intake.webhook(b"{"), 400) == ["body"]
    assert refused(await intake.webhook(b" " * (limits.JSON_BYTES + 1)), 413) == ["body"]
    assert refused(await intake.webhook(b"[" * 100 + b"]" * 100), 422) == ["body"]


async def test_a_missing_secret_asks_to_come_back_and_does_not_say_where_it_looked(intake: Intake) -> None:
    source = {
        "kind": "Source",
        "metadata": {"name": "bare"},
        "spec": {"verify": {"scheme": "hmac", "secretRef": "env:GONGDAN_NOT_SET"}},
    }
    assert (await intake.post("definitions", source)).status_code == 200
    answer = await intake.webhook(PAYLOAD, source="bare")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "60")
    assert "GONGDAN_NOT_SET" not in answer.text
    # the answer does not wait for a database that is slow
    async with asyncio.timeout(60):
        while await intake.count("quarantine") == 0:
            await asyncio.sleep(0.05)


async def test_a_plain_hmac_source_takes_its_key_and_conversation_from_the_payload(intake: Intake) -> None:
    assert (await intake.post("definitions", MONITOR)).status_code == 200
    opened = accepted(await monitored(intake, b'{"id": "disk-7", "status": "bad"}'))
    again = accepted(await monitored(intake, b'{"id": "disk-7", "status": "bad"}'))
    closed = accepted(await monitored(intake, b'{"id": "disk-7", "status": "ok"}'))
    assert (opened == again, opened == closed) == (True, False)
    first, second = await intake.said("MessageReceived")
    assert first["conversation_key"] == second["conversation_key"] == "webhook:monitor:disk-7"
    assert (first["closes"], second["closes"]) == (False, True)


async def monitored(intake: Intake, body: bytes) -> httpx.Response:
    """A webhook of the monitor."""
    headers = {"X-Sign": f"sha256={hmac_of(SECRET, body)}"}
    return await intake.public.post("/intake/v1/hooks/monitor", content=body, headers=headers)


async def test_a_payload_other_than_expected_is_taken_as_it_is(intake: Intake) -> None:
    accepted(await intake.webhook({"message": "\x00 nobody expected this"}))
    (event,) = await intake.said("MessageReceived")
    assert "nobody expected this" in event["text"]
    assert event["requester"]["id"] == "source:example"
