"""Answers to our mails whose mail program kept none of our headers, at a running installation."""

import asyncio
import email
from email.message import Message
from uuid import uuid4

import pytest

from tests.e2e.desk import Desk, Json, mail

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="session")]


def somebody() -> str:
    """The address of somebody who has not written yet."""
    return f"{uuid4().hex[:12]}@example.com"


async def acknowledged(desk: Desk, customer: str) -> tuple[str, Message]:
    """The number of a ticket that a customer opened by mail, and the mail that the customer got of it."""
    await desk.mail(mail(customer, "Pump", "It leaks."))
    (notice,) = await desk.caught(customer)
    ticket = await desk.ticket_of(customer)
    raw = (await desk.http.get(f"/mail/{notice['key']}/raw")).content
    return str(ticket["number"]), email.message_from_bytes(raw)


async def added(desk: Desk, sender: str) -> tuple[str, Json]:
    """The number of the ticket that somebody's newest mail became part of, and the mail there."""
    async with asyncio.timeout(60):
        while True:
            for ticket in (await desk.get("/v1/tickets"))["items"]:
                timeline = await desk.get(f"/v1/tickets/{ticket['number']}/timeline")
                said = [item["data"] for item in timeline["items"] if item["type"] == "MessageAdded"]
                if found := [one for one in said if one["author"]["email"] == sender and "Answer" in one["text"]]:
                    return str(ticket["number"]), found[0]
            await asyncio.sleep(0.1)


async def test_an_answer_to_the_address_of_the_ticket_joins_it_without_any_header(desk: Desk) -> None:
    number, notice = await acknowledged(desk, somebody())
    colleague = somebody()
    await desk.mail(mail(colleague, "An afterthought", "Answer", to=notice["Reply-To"]))
    assert (await added(desk, colleague))[0] == number


async def test_an_answer_with_the_number_in_its_subject_joins_where_its_sender_takes_part(desk: Desk) -> None:
    customer = somebody()
    number, notice = await acknowledged(desk, customer)
    await desk.mail(mail(customer, f"回复：{notice['Subject']}", "Answer"))
    assert (await added(desk, customer))[0] == number


async def test_a_strangers_number_opens_a_ticket_that_knows_the_other(desk: Desk) -> None:
    number, notice = await acknowledged(desk, somebody())
    stranger = somebody()
    await desk.mail(mail(stranger, str(notice["Subject"]), "Answer"))
    own, message = await added(desk, stranger)
    assert own != number
    assert message["warnings"] == [f"its subject names {number}, to which the sender is not known to belong"]
    assert (await desk.get(f"/v1/tickets/{own}"))["tags"] == ["possible_follow_up"]
