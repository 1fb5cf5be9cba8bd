"""Webhooks over HTTP, for every scheme: what is genuine becomes a message, everything else is set aside."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import orjson
import pytest

from gongdan.intake.domain import limits
from gongdan.intake.domain.kept_request import from_bytes
from gongdan.intake.ports.quarantine import Aside
from gongdan.shared.errors import FixInput, SlowDown
from tests.handlers.intake.hook_kit import NOW, PATH, Desk, send, source
from tests.handlers.intake.quarantined import entry_of
from tests.kit.partners import PARTNERS, SECRET, TOKEN, Call, Partner, callback_signature, sealed, unsealed

BODY = orjson.dumps({"text": "printer on fire", "key": "k-1"})
URL = "http://127.0.0.1"
MAP: dict[str, Any] = {"subject": "'alarm'", "requester": {"email": "'ops@example.com'"}}
ANSWERS = {"slack": 200, "twilio": 200, "shopify": 200, "wecom": 200, "feishu": 200, "dingtalk_callback": 200}

each_partner = pytest.mark.parametrize("name", PARTNERS)


def desk_of(partner: Partner, **spec: Any) -> Desk:
    """A desk that knows one partner."""
    desk = Desk(secrets=dict(partner.secrets))
    desk.define(source({"verify": dict(partner.verify), "map": MAP, **spec}))
    return desk


def usual_answer(partner: Partner) -> int:
    """The status of an answer to this partner."""
    scheme = partner.verify["scheme"]
    return 200 if scheme == "dingtalk_robot" else ANSWERS.get(scheme, 202)


@each_partner
async def test_a_genuine_request_becomes_a_message_once(name: str) -> None:
    partner = PARTNERS[name]
    desk = desk_of(partner)
    async with desk.open() as client:
        call = partner.sign(BODY, NOW, f"{str(client.base_url).rstrip('/')}{PATH}")
        answers = [await send(client, call), await send(client, call)]
    assert [one.status_code for one in answers] == [usual_answer(partner)] * 2
    (message,) = desk.messages
    assert (message.channel, message.source, message.workspace, message.subject) == (
        "webhook",
        "partner",
        "it",
        "alarm",
    )
    assert message.requester.email == "ops@example.com"
    assert "printer on fire" in message.text
    assert desk.quarantine.entries == []


@each_partner
async def test_a_request_that_proves_nothing_is_refused_and_set_aside_as_it_came(name: str) -> None:
    partner = PARTNERS[name]
    desk = desk_of(partner, verify=dict(partner.verify) | ({"from": ["192.0.2.1"]} if name == "ip_list" else {}))
    async with desk.open() as client:
        call = partner.sign(BODY, NOW, URL)
        headers = {key: value for key, value in call.headers.items() if key != call.signature}
        query = {key: value for key, value in call.query.items() if key != call.signature}
        body = call.body if call.signature else call.body.replace(b'"signature":"', b'"signature":"0')
        answer = await send(client, replace(call, headers=headers, query=query, body=body))
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert {"field", "detail", "cure"} <= answer.json()["errors"][0].keys()
    assert not any(secret in answer.text for secret in partner.secrets.values())
    ((kept_of, cause, raw),) = desk.quarantine.entries
    assert (kept_of, desk.messages) == ("partner", [])
    assert cause in ("missing", "mismatch", "wrong-sender")
    assert from_bytes(raw).body == body
    assert SECRET.encode() not in raw


@each_partner
@pytest.mark.parametrize("host", ["[bad", "a b"])
async def test_a_host_that_is_none_does_no_harm(name: str, host: str) -> None:
    desk = desk_of(PARTNERS[name])
    async with desk.open() as client:
        headers = {"x-forwarded-host": host, "x-twilio-signature": "x", "host": "[bad"}
        answer = await client.post(f"{PATH}?a=%zz&=&b", content=b"{}", headers=headers)
    assert answer.status_code == (202 if name == "ip_list" else 401)


async def test_headers_that_hold_secrets_are_not_kept() -> None:
    desk = desk_of(PARTNERS["bearer"])
    async with desk.open() as client:
        await client.post(PATH, content=b"{}", headers={"authorization": "Bearer of-somebody-else", "cookie": "a=b"})
    ((_, cause, raw),) = desk.quarantine.entries
    assert cause == "mismatch"
    assert b"of-somebody-else" not in raw
    assert b"a=b" not in raw


async def test_what_is_set_aside_is_bounded_for_each_source() -> None:
    desk = desk_of(PARTNERS["github"])
    async with desk.open() as client:
        for number in range(70):
            assert (await client.post(PATH, content=str(number))).status_code == 401
        assert len(desk.quarantine.entries) == 60
        desk.clock.move(timedelta(minutes=1))
        await client.post(PATH, content=b"another")
    assert len(desk.quarantine.entries) == 61


async def test_what_was_set_aside_is_taken_once_its_secret_is_right() -> None:
    partner = PARTNERS["stripe"]
    desk = desk_of(partner)
    desk.secrets["KEY"] = "not yet the right one"
    async with desk.open() as client:
        assert (await send(client, partner.sign(BODY, NOW, URL))).status_code == 401
    ((_, cause, raw),) = desk.quarantine.entries
    entry = entry_of("partner", raw, cause, NOW)
    desk.clock.move(timedelta(days=3))
    with pytest.raises(FixInput) as refused:
        await desk.hooks.release(entry, raw)
    assert (refused.value.slug, refused.value.status) == ("still-unverified", 422)
    desk.secrets["KEY"] = SECRET
    receipt = await desk.hooks.release(entry, raw)
    assert [one.message_id for one in desk.messages] == [receipt.message_id]


@pytest.mark.parametrize(("body", "cause"), [(b"{", "invalid-json"), (b'{"alerts": 7}', "invalid-input")])
async def test_a_genuine_request_that_cannot_be_read_is_set_aside(body: bytes, cause: str) -> None:
    partner = PARTNERS["github"]
    desk = desk_of(partner, map={"each": "body.alerts", "subject": "item.name"})
    async with desk.open() as client:
        answer = await send(client, partner.sign(body, NOW, URL))
    assert 400 <= answer.status_code < 500
    assert [entry[1] for entry in desk.quarantine.entries] == [cause]


@each_partner
async def test_a_genuine_request_that_could_not_be_read_is_taken_after_its_source_was_mended(name: str) -> None:
    partner = PARTNERS[name]
    desk = desk_of(partner, map={"each": "body.nothing_of_the_kind"})
    async with desk.open() as client:
        call = partner.sign(BODY, NOW, f"{str(client.base_url).rstrip('/')}{PATH}")
        answer = await send(client, replace(call, headers={**call.headers, "x-gongdan-proven": "no"}))
    assert answer.status_code == 422
    ((_, cause, raw),) = desk.quarantine.entries
    assert (cause, SECRET.encode() in raw) == ("invalid-input", False)
    desk.define(replace(source({"verify": dict(partner.verify), "map": MAP}), version=2))
    receipt = await desk.hooks.release(entry_of("partner", raw, cause, NOW), raw)
    assert [one.message_id for one in desk.messages] == [receipt.message_id]


@pytest.mark.parametrize(
    ("name", "header"), [("bearer", "Authorization"), ("basic", "Authorization"), ("gitlab", "X-Gitlab-Token")]
)
async def test_what_only_a_secret_header_could_prove_stays_and_says_why(name: str, header: str) -> None:
    desk = desk_of(PARTNERS[name])
    async with desk.open() as client:
        wrong = {header: "Bearer wrong", "x-gongdan-proven": "yes"}
        assert (await client.post(PATH, content=BODY, headers=wrong)).status_code == 401
    ((_, cause, raw),) = desk.quarantine.entries
    with pytest.raises(FixInput, match="is not kept, for it holds a secret") as refused:
        await desk.hooks.release(entry_of("partner", raw, cause, NOW), raw)
    assert (refused.value.slug, refused.value.complaints[0].field) == ("still-unverified", header)
    assert desk.messages == []


@pytest.mark.parametrize(
    ("headers", "status", "cause"),
    [({}, 413, "body-too-large"), ({"content-encoding": "gzip"}, 415, "unsupported-content-encoding")],
)
@pytest.mark.parametrize("announced", [True, False])
async def test_what_is_not_read_to_its_end_is_set_aside_by_its_beginning(
    headers: dict[str, str], status: int, cause: str, *, announced: bool
) -> None:
    desk = desk_of(PARTNERS["github"])
    body = b"{" + b" " * limits.JSON_BYTES

    async def in_pieces() -> AsyncIterator[bytes]:
        yield body

    async with desk.open() as client:
        answer = await client.post(PATH, content=body if announced else in_pieces(), headers=headers)
    assert answer.status_code == status
    ((_, found, raw),) = desk.quarantine.entries
    assert found == cause
    assert body.startswith(from_bytes(raw).body)
    assert 0 < len(raw) < 20_000
    with pytest.raises(FixInput, match="was not read to its end"):
        await desk.hooks.release(entry_of("partner", raw, cause, NOW), raw)


async def test_a_batch_becomes_many_messages_each_once() -> None:
    partner = PARTNERS["standard_webhooks"]
    desk = desk_of(partner, map={"each": "body.alerts", "subject": "item.name", "conversation": "item.name"})
    batch = {"alerts": [{"name": "disk"}, {"name": "cpu"}]}
    async with desk.open() as client:
        first = await send(client, partner.sign(orjson.dumps(batch), NOW, URL))
        batch["alerts"].append({"name": "fan"})
        again = await send(client, partner.sign(orjson.dumps(batch), NOW, URL))
    assert [one["duplicate"] for one in first.json()["messages"]] == [False, False]
    assert [one["duplicate"] for one in again.json()["messages"]] == [True, True, False]
    assert [one.subject for one in desk.messages] == ["disk", "cpu", "fan"]


async def test_the_same_key_with_another_body_is_a_conflict() -> None:
    partner = PARTNERS["github"]
    desk = desk_of(partner, map={"idempotency_key": "body.key"})
    async with desk.open() as client:
        await send(client, partner.sign(b'{"key": "a", "n": 1}', NOW, URL))
        answer = await send(client, partner.sign(b'{"key": "a", "n": 2}', NOW, URL))
    assert answer.status_code == 409
    assert desk.quarantine.entries == []


async def test_a_partner_is_told_to_come_back_when_we_are_behind() -> None:
    partner = PARTNERS["github"]
    desk = desk_of(partner)
    desk.acceptor.fault = SlowDown("too many wait")
    async with desk.open() as client:
        answer = await send(client, partner.sign(BODY, NOW, URL))
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "2"


async def test_what_is_not_committed_in_time_is_asked_for_again_and_is_the_same_message() -> None:
    partner = PARTNERS["github"]
    desk = desk_of(partner)
    desk.acceptor.pause = asyncio.Event()
    async with desk.open(patience=timedelta(milliseconds=20)) as client:
        late = await send(client, partner.sign(BODY, NOW, URL))
    desk.acceptor.pause.set()
    async with desk.open(patience=timedelta(minutes=1)) as client:
        again = await send(client, partner.sign(BODY, NOW, URL))
    assert (late.status_code, late.headers["retry-after"], again.status_code) == (503, "2", 202)
    assert len(desk.messages) == 1


async def test_a_refusal_does_not_wait_for_a_quarantine_that_is_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = desk_of(PARTNERS["github"])
    behind, keep = asyncio.Event(), desk.quarantine.put

    async def slow(aside: Aside) -> UUID:
        await behind.wait()
        return await keep(aside)

    monkeypatch.setattr(desk.quarantine, "put", slow)
    proving = replace(desk.hooks.proving, patience=timedelta(seconds=0.05))
    desk.hooks = replace(desk.hooks, proving=proving)
    async with desk.open() as client:
        assert (await client.post(PATH, content=b"{}")).status_code == 401
        assert desk.quarantine.entries == []
        behind.set()
        await asyncio.wait(tuple(proving.keeping), timeout=60)
    assert len(desk.quarantine.entries) == 1


async def test_an_unknown_source_is_told_and_nothing_is_kept() -> None:
    desk = Desk()
    async with desk.open() as client:
        answer = await client.post("/intake/v1/hooks/nobody", content=b"{}")
    assert answer.status_code == 404
    assert desk.quarantine.entries == []


async def test_a_source_may_say_what_its_partner_is_told() -> None:
    partner = PARTNERS["dingtalk_robot"]
    said = '{"msgtype": "text", "text": {"content": "已建单"}}'
    desk = desk_of(partner, answer={"content_type": "application/json", "body": said})
    async with desk.open() as client:
        answer = await send(client, partner.sign(BODY, NOW, URL))
    assert (answer.status_code, answer.json()["text"]["content"]) == (200, "已建单")


async def test_a_mailgun_token_is_not_taken_for_a_second_body() -> None:
    partner = PARTNERS["mailgun"]
    desk = desk_of(partner)
    async with desk.open() as client:
        call = partner.sign(BODY, NOW, URL)
        assert (await send(client, call)).status_code == 202
        assert (await send(client, call)).status_code == 202
        forged = replace(call, body=call.body.replace(b"fire", b"sale"))
        assert (await send(client, forged)).status_code == 401
    assert [entry[1] for entry in desk.quarantine.entries] == ["replayed"]


CHALLENGE = orjson.dumps({"type": "url_verification", "challenge": "c-1"})


@pytest.mark.parametrize("name", ["slack", "feishu"])
async def test_a_challenge_comes_back_though_nothing_can_be_kept(name: str) -> None:
    partner = PARTNERS[name]
    desk = desk_of(partner)
    desk.acceptor.fault = SlowDown("too many wait")
    async with desk.open() as client:
        answer = await send(client, partner.sign(CHALLENGE, NOW, URL))
    assert (answer.status_code, answer.json()) == (200, {"challenge": "c-1"})


async def test_feishu_may_check_the_address_without_a_signature_but_send_nothing_else_so() -> None:
    partner = PARTNERS["feishu"]
    desk = desk_of(partner)
    async with desk.open() as client:
        for body, status in ((CHALLENGE, 200), (BODY, 401)):
            call = partner.sign(body, NOW, URL)
            assert (await send(client, Call(call.body, {"content-type": "application/json"}))).status_code == status


async def test_wecom_checks_the_address_by_an_echo() -> None:
    partner = PARTNERS["wecom"]
    desk = desk_of(partner)
    time, echo = str(int(NOW.timestamp())), sealed(b"echo-1")
    query = {"timestamp": time, "nonce": "n", "echostr": echo}
    query["msg_signature"] = callback_signature(time, "n", echo)
    async with desk.open() as client:
        answer = await send(client, Call(b"", {}, query, method="GET"))
        wrong = await send(client, Call(b"", {}, query | {"nonce": "m"}, method="GET"))
    assert (answer.status_code, answer.content, wrong.status_code) == (200, b"echo-1", 401)
    assert desk.messages == []


@pytest.mark.parametrize("body", [orjson.dumps({"EventType": "check_url"}), BODY])
async def test_dingtalk_gets_a_sealed_success(body: bytes) -> None:
    partner = PARTNERS["dingtalk_callback"]
    desk = desk_of(partner)
    async with desk.open() as client:
        found = (await send(client, partner.sign(body, NOW, URL))).json()
    assert unsealed(found["encrypt"]) == b"success"
    assert found["msg_signature"] == callback_signature(found["timeStamp"], found["nonce"], found["encrypt"])
    assert len(desk.messages) == (1 if body == BODY else 0)
    assert TOKEN not in str(found)
