"""Mails that no person wrote, at a running installation: they start no exchange of machines, and none is lost."""

import asyncio
from email.message import EmailMessage
from uuid import uuid4

import pytest

from tests.e2e.desk import Desk, Json, mail

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="session")]

SUPPORT = "support@gongdan.localhost"


def somebody() -> str:
    """The address of somebody who has not written yet."""
    return f"{uuid4().hex[:12]}@example.com"


async def acknowledged(desk: Desk, customer: str) -> tuple[str, Json]:
    """The number of a ticket that a customer opened by mail, and the notice that the customer got of it."""
    await desk.mail(mail(customer, "Pump", "It leaks."))
    (notice,) = await desk.caught(customer)
    ticket = await desk.ticket_of(customer)
    return str(ticket["number"]), dict(notice)


async def automatic(desk: Desk, number: str) -> list[Json]:
    """What machines wrote to a ticket, once anything did."""
    async with asyncio.timeout(60):
        while True:
            timeline = await desk.get(f"/v1/tickets/{number}/timeline")
            added = [item["data"] for item in timeline["items"] if item["type"] == "MessageAdded"]
            if found := [data for data in added if data["automatic"] != "no"]:
                return found
            await asyncio.sleep(0.1)


async def test_an_out_of_office_reply_is_kept_on_its_ticket_and_not_answered(desk: Desk) -> None:
    customer = somebody()
    number, notice = await acknowledged(desk, customer)
    away = mail(customer, "Automatic reply: Pump", "I am out of office until Monday.")
    away["In-Reply-To"] = notice["message_id"]
    await desk.mail(away)
    (kept,) = await automatic(desk, number)
    assert (kept["automatic"], kept["text"].strip()) == ("auto_reply", "I am out of office until Monday.")
    assert any("automatic reply" in told for told in kept["warnings"])
    await desk.mail(mail(customer, "Another pump", "It leaks, too."))
    assert len(await desk.caught(customer, 2)) == 2


async def test_a_bounce_marks_on_the_ticket_whom_our_mail_did_not_reach(desk: Desk) -> None:
    customer = somebody()
    number, notice = await acknowledged(desk, customer)
    await desk.mail(bounce(customer, notice["message_id"]))
    (kept,) = await automatic(desk, number)
    assert (kept["automatic"], kept["visibility"]) == ("bounce", "internal")
    assert kept["bounce"] == {"addresses": [customer], "permanent": True}
    assert f"not reached: {customer}" in kept["warnings"]
    assert len(await desk.caught(customer)) == 1


def bounce(customer: str, returned: str) -> EmailMessage:
    """What a mail system says that could not deliver our mail."""
    text = f"Your message could not be delivered:\n\n<{customer}>: 550 5.1.1 No such user\n\nMessage-ID: {returned}\n"
    message = mail("MAILER-DAEMON@mx.example.com", "Undelivered Mail Returned to Sender", text, to=SUPPORT)
    message["Auto-Submitted"] = "auto-replied"
    return message
