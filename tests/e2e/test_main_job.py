"""The main job: a message on any channel becomes a ticket, is timed, and everybody who must know hears of it."""

import asyncio
import base64
import os
import re
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.e2e.desk import Desk, Json, mail
from tests.e2e.receiver import Receiver, listening
from tests.integration.intake import imap_servers
from tests.ports import free_port

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="session")]


def somebody() -> str:
    """The address of somebody who has not written yet."""
    return f"{uuid4().hex[:12]}@example.com"


async def test_an_api_message_becomes_a_ticket_that_is_classified_assigned_and_timed(desk: Desk) -> None:
    body = {"requester": {"email": somebody()}, "subject": "URGENT: server down", "text": "Nobody can work."}
    outcome = await desk.applied(await desk.message(body))
    assert outcome["how"] == "opened"
    ticket = await desk.get(f"/v1/tickets/{outcome['ticket']}")
    assert ticket["priority"] == "urgent"
    assert ticket["assignee"] == "admin"
    async with asyncio.timeout(60):
        while {clock["metric"] for clock in ticket["clocks"]} < {"first_response", "resolution"}:
            ticket = await desk.get(f"/v1/tickets/{outcome['ticket']}")
    assert all(clock["due_at"] for clock in ticket["clocks"])


async def test_a_form_with_a_file_becomes_a_ticket(desk: Desk) -> None:
    answers = {"name": "A person", "email": somebody(), "subject": "投影仪坏了", "message": "会议室的投影仪无法开机。"}
    outcome = await desk.applied(await desk.form(answers, file=b"\x89PNG\r\n\x1a\n not much of a picture"))
    timeline = await desk.get(f"/v1/tickets/{outcome['ticket']}/timeline")
    names = [file["name"] for item in timeline["items"] for file in item["data"].get("attachments", [])]
    assert names == ["photo.png"]


async def test_whoever_fills_in_a_form_is_told_the_number_of_the_ticket_without_signing_in(desk: Desk) -> None:
    answers = {"subject": "Projector", "message": "It does not start.", "email": somebody()}
    browser = {"Accept": "text/html"}
    address = "/intake/v1/forms/contact/submissions"
    thanks = await desk.http.post(address, data=answers, headers=browser, follow_redirects=True)
    (receipt,) = re.findall(r'data-receipt="([^"]+)"', thanks.text)
    told: Json = {}
    async with asyncio.timeout(60):
        while not told.get("ticket"):
            told = (await desk.http.get(receipt)).json()
    outcome = await desk.applied(UUID(told["message_id"]))
    assert (told["ticket"], told["status"]) == (outcome["ticket"], "applied")


async def test_a_phone_log_becomes_a_ticket(desk: Desk) -> None:
    outcome = await desk.applied(
        await desk.call({"from": "+14155550199", "subject": "Asks for an offer", "notes": "Call back."})
    )
    ticket = await desk.get(f"/v1/tickets/{outcome['ticket']}")
    assert (ticket["channel"], ticket["requester"]["phone"]) == ("call", "+14155550199")


async def test_a_mail_in_chinese_is_found_by_any_part_of_what_it_says(desk: Desk) -> None:
    customer = somebody()
    await desk.mail(mail(customer, "三楼打印机卡纸了", "昨天下午就开始这样了，麻烦派工程师来看看。"))
    number = (await desk.ticket_of(customer))["number"]
    for text in ("打印机", "工程师", "下午 卡纸", customer):
        async with asyncio.timeout(60):
            while number not in await _found(desk, text, customer):
                await asyncio.sleep(0.1)
    assert await _found(desk, "没有这句话", customer) == []


async def _found(desk: Desk, text: str, requester: str) -> list[str]:
    page = await desk.get("/v1/search", q=text, requester=requester)
    return [item["ticket"]["number"] for item in page["items"]]


async def test_a_signed_webhook_becomes_a_ticket_and_a_wrong_signature_is_refused(desk: Desk) -> None:
    secret = desk.stack.data.example_source_secret.read_text().strip()
    payload = {"subject": "Disk almost full", "body": "/var at 97 %", "email": somebody()}
    outcome = await desk.applied(await desk.webhook("example", payload, secret))
    assert outcome["channel"] == "webhook"
    other = "whsec_" + base64.b64encode(b"another secret of enough bytes").decode()
    with pytest.raises(AssertionError, match="401"):
        await desk.webhook("example", payload, other)


async def test_a_mail_is_acknowledged_and_the_answer_to_that_joins_its_ticket(desk: Desk) -> None:
    customer = somebody()
    await desk.mail(mail(customer, "无法登录", "登录时提示密码错误。"))
    ticket = await desk.ticket_of(customer)
    (notice,) = await desk.caught(customer)
    answer = mail(customer, f"Re: {notice['subject']}", "还是不行。")
    answer["In-Reply-To"] = notice["message_id"]
    await desk.mail(answer)
    async with asyncio.timeout(60):
        while len(await public_texts(desk, ticket["number"])) < 2:
            await asyncio.sleep(0.1)
    assert (await desk.ticket_of(customer))["number"] == ticket["number"]


async def public_texts(desk: Desk, number: str) -> list[str]:
    """The texts of a ticket's public messages."""
    timeline = await desk.get(f"/v1/tickets/{number}/timeline")
    added = [item["data"] for item in timeline["items"] if item["type"] == "MessageAdded"]
    return [data["text"] for data in added if data["visibility"] == "public"]


async def test_a_mail_in_an_imap_mailbox_becomes_a_ticket(desk: Desk, tmp_path: Path) -> None:
    customer, port, secret = somebody(), free_port(), tmp_path / "imap-password"
    secret.write_text(imap_servers.PASSWORD)
    async with imap_servers.running(imap_servers.pymap_command(port), port) as server:
        question = mail(customer, "发票", "请重新开具发票。", to="billing@example.com")
        await asyncio.to_thread(server.put, question.as_bytes())
        await desk.define(mailbox(port, f"file:{secret}"))
        ticket = await desk.ticket_of(customer)
        await desk.undefine("Mailbox", "billing")
    assert (ticket["channel"], ticket["subject"]) == ("email", "发票")


def mailbox(port: int, reference: str) -> Json:
    """The definition of a mailbox on a server of this test."""
    spec = {
        "host": "127.0.0.1",
        "port": port,
        "tls": False,
        "user": imap_servers.USER,
        "auth": {"secretRef": reference},
        "folder": imap_servers.FOLDER,
        "from": "billing@example.com",
        "poll_seconds": 1,
    }
    return {"apiVersion": "gongdan/v1", "kind": "Mailbox", "metadata": {"name": "billing"}, "spec": spec}


async def test_an_agents_reply_reaches_the_customer_as_a_threaded_mail(desk: Desk) -> None:
    customer = somebody()
    question = mail(customer, "Invoice missing", "I did not get the invoice.")
    await desk.mail(question)
    ticket = await desk.ticket_of(customer)
    await desk.caught(customer)
    await desk.applied(await desk.command(ticket["number"], command="Reply", text="Here it is."))
    mails = await desk.caught(customer, 2)
    raw = (await desk.http.get(f"/mail/{mails[0]['key']}/raw")).text
    headers = re.sub(r"\r?\n[ \t]+", " ", raw.split("\n\n")[0])
    assert question["Message-ID"] in headers.split("References:")[1]
    assert "Here it is." in raw


@pytest.fixture
def partner_secret(tmp_path: Path) -> tuple[str, str]:
    """A signing secret and its reference."""
    secret = "whsec_" + base64.b64encode(os.urandom(32)).decode()
    path = tmp_path / "partner-secret"
    path.write_text(secret)
    return secret, f"file:{path}"


async def test_a_two_second_policy_warns_breaches_and_is_announced_by_a_signed_webhook(
    desk: Desk, partner_secret: tuple[str, str]
) -> None:
    secret, reference = partner_secret
    async with listening(secret) as partner:
        await desk.define(*two_seconds(partner.url, reference))
        async with asyncio.timeout(60):
            # A machine that is too busy for two seconds finds both due at once, and then hears of the breach only.
            while await announced(desk, partner) != ["DeadlineWarned", "DeadlineBreached"]:
                pass
        assert partner.refused == 0


async def announced(desk: Desk, partner: Receiver) -> list[str]:
    """What a partner hears of one more ticket until its breach."""
    body = {"requester": {"email": somebody()}, "subject": "two-second test", "text": "Be quick."}
    outcome = await desk.applied(await desk.message(body))
    while "DeadlineBreached" not in partner.types(outcome["ticket"]):
        await asyncio.sleep(0.1)
    return partner.types(outcome["ticket"])


def two_seconds(url: str, reference: str) -> list[dict[str, Any]]:
    """A policy of two seconds for tickets about it, and a partner who hears of it."""
    policy = {
        "order": 1,
        "when": 'ticket.subject == "two-second test"',
        "targets": {"first_response": {"*": "2s"}},
        "warn": ["50%"],
    }
    channel = {"kind": "webhook", "url": url, "secretRef": reference, "allow_private": True}
    return [
        {"apiVersion": "gongdan/v1", "kind": "SlaPolicy", "metadata": {"name": "two-seconds"}, "spec": policy},
        {"apiVersion": "gongdan/v1", "kind": "Channel", "metadata": {"name": "partner"}, "spec": channel},
    ]
