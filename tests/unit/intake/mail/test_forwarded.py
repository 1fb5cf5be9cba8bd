"""Mails that an agent forwards are their authors' mails; those of anybody else are what they are."""

# ruff: noqa: E501 - the words of others stand as they are

import pytest

from gongdan.intake.domain.mail.message import Normalised, Ourselves, RawMail, normalise
from gongdan.shared.contracts.messages import MessageReceived
from tests.unit.intake.mail.mails import AT, INBOX, OWN, mail

AGENT = "agent@gongdan.example"
OURS = Ourselves(OWN, frozenset({INBOX.address}), frozenset({AGENT}))
CUSTOMER = "Customer Name <customer@example.com>"

BODIES = {
    "gmail": f"Please help her.\n\n---------- Forwarded message ---------\nFrom: {CUSTOMER}\nDate: Mon, 2 Mar 2026\n"
    f"Subject: Pump\nTo: <{AGENT}>\n\nIt leaks.",
    "gmail in chinese": f"---------- 转发的邮件 ---------\n发件人：{CUSTOMER}\n日期：2026年3月2日\n主题：水泵\n\n漏水。",
    "outlook": f"FYI\n\nFrom: Customer Name <customer@example.com>\nSent: Monday, March 2, 2026 10:20\nTo: {AGENT}\n"
    "Subject: Pump\n\nIt leaks.",
    "outlook with mailto": "From: Customer Name [mailto:customer@example.com]\nSent: Monday\nTo: a\nSubject: Pump\n\nIt leaks.",
    "outlook in german": f"Von: {CUSTOMER}\nGesendet: Montag, 2. März 2026 10:20\nAn: {AGENT}\nBetreff: Pumpe\n\nSie tropft.",
    "apple": f"Begin forwarded message:\n\n> From: {CUSTOMER}\n> Subject: Pump\n> Date: 2 March 2026\n> To: {AGENT}\n> \n> It leaks.",
    "thunderbird": f"-------- Forwarded Message --------\nSubject: \tPump\nDate: \tMon, 2 Mar 2026\nFrom: \t{CUSTOMER}\nTo: \t{AGENT}\n\nIt leaks.",
    "qq": '------------------ 转发邮件 ------------------\n发件人: "Customer Name" <customer@example.com>;\n发送时间: 2026年3月2日\n\n漏水。',
    "netease": f"-------- 转发邮件信息 --------\n发件人：{CUSTOMER}\n发送日期：2026-03-02 10:20:30\n收件人：{AGENT}\n主题：水泵\n漏水。",
}


def taken(raw: bytes) -> MessageReceived:
    """The message that a mail becomes."""
    found = normalise(RawMail(raw, INBOX, AT), OURS)
    assert isinstance(found, Normalised)
    return found.message


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
def test_who_wrote_what_an_agent_forwards_is_the_requester(body: str) -> None:
    raw = mail(body.encode(), From=f"An Agent <{AGENT}>", Subject="Fwd: Pump", Content_Type="text/plain; charset=utf-8")
    message = taken(raw)
    assert (message.requester.name, message.requester.email) == ("Customer Name", "customer@example.com")
    assert message.forwarded_by is not None
    assert message.forwarded_by.email == AGENT
    assert message.reply_text == message.text
    assert f"{AGENT} forwarded it; its author is customer@example.com" in message.warnings


def test_the_author_in_a_page_is_found() -> None:
    page = (
        '<div>See below</div><div class="gmail_quote"><div class="gmail_attr">---------- Forwarded message ---------<br>From: '
        '<strong>Customer Name</strong> <span>&lt;<a href="mailto:customer@example.com">customer@example.com</a>&gt;</span><br>'
        "Date: Mon, 2 Mar 2026<br>Subject: Pump<br></div>It leaks.</div>"
    )
    message = taken(mail(page.encode(), From=AGENT, Subject="Fwd: Pump", Content_Type="text/html; charset=utf-8"))
    assert message.requester.email == "customer@example.com"


def test_the_author_of_a_mail_that_is_attached_is_the_requester() -> None:
    attached = mail(b"It leaks.", From=CUSTOMER, Subject="Pump").decode()
    body = f"--b\r\n\r\nSee the mail.\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n{attached}\r\n--b--\r\n"
    message = taken(mail(body.encode(), From=AGENT, Subject="Fwd: Pump", Content_Type="multipart/mixed; boundary=b"))
    assert (message.requester.name, message.requester.email) == ("Customer Name", "customer@example.com")


def test_nobody_but_an_agent_speaks_for_others() -> None:
    message = taken(mail(BODIES["gmail"].encode(), From="stranger@example.net", Subject="Fwd: Pump"))
    assert message.requester.email == "stranger@example.net"
    assert message.forwarded_by is None


def test_an_agents_own_mail_and_answer_are_the_agents() -> None:
    answer = f"It is done.\n\nFrom: {CUSTOMER}\nSent: Monday\nTo: {AGENT}\nSubject: Pump\n\nIt leaks."
    assert taken(mail(answer.encode(), From=AGENT, Subject="Re: Pump")).requester.email == AGENT


def test_what_an_agent_forwards_of_another_agent_is_the_agents() -> None:
    body = BODIES["gmail"].replace(CUSTOMER, f"An Agent <{AGENT}>")
    assert taken(mail(body.encode(), From=AGENT, Subject="Fwd: Pump")).requester.email == AGENT
