"""What bounces say, in the words of many mail systems: who was not reached, and whether for good."""

# ruff: noqa: E501 - the words of others stand as they are

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongdan.intake.domain.mail import bounces, content, mime
from gongdan.intake.domain.mail.bounces import Bounce

GONE = Bounce(("gone@example.net",), permanent=True)
LATE = Bounce(("gone@example.net",), permanent=False)

TEXTS = {
    "postfix": (
        "This is the mail system at host mx.example.org.\n\nI'm sorry to have to inform you that your message could not\n"
        "be delivered to one or more recipients. It's attached below.\n\nFor further assistance, please send mail to "
        "postmaster.\n\n<gone@example.net>: host mx.example.net said: 550 5.1.1 <gone@example.net>: User unknown",
        GONE,
    ),
    "exim": (
        "This message was created automatically by mail delivery software.\n\nA message that you sent could not be delivered "
        "to one or more of its\nrecipients. The following address(es) failed:\n\n  gone@example.net\n    Unrouteable address\n\n"
        "------ This is a copy of the message, including all the headers. ------\n\nTo: other@example.net",
        GONE,
    ),
    "exim waits": (
        "A message that you sent has not yet been delivered to one or more of its\nrecipients after more than 24 hours on the "
        "queue on mx.example.org.\n\nThe address to which the message has not yet been delivered is:\n\n  gone@example.net\n\n"
        "No action is required on your part. Delivery attempts will continue for some time.",
        LATE,
    ),
    "qmail": (
        "Hi. This is the qmail-send program at example.org.\nI'm afraid I wasn't able to deliver your message to the following "
        "addresses.\nThis is a permanent error; I've given up. Sorry it didn't work out.\n\n<gone@example.net>:\n"
        "Sorry, no mailbox here by that name. (#5.1.1)\n\n--- Below this line is a copy of the message.\n\nTo: <x@example.net>",
        GONE,
    ),
    "sendmail": (
        "The original message was received at Mon, 2 Mar 2026 10:20:30 GMT\nfrom localhost\n\n"
        "   ----- The following addresses had permanent fatal errors -----\n<gone@example.net>\n    (reason: 550 No such user)\n\n"
        "   ----- Transcript of session follows -----\n... while talking to mx.example.net.:",
        GONE,
    ),
    "sendmail waits": (
        "    **********************************************\n    **      THIS IS A WARNING MESSAGE ONLY      **\n"
        "    **  YOU DO NOT NEED TO RESEND YOUR MESSAGE  **\n    **********************************************\n\n"
        "   ----- The following addresses had transient non-fatal errors -----\n<gone@example.net>\n\n"
        "Warning: message still undelivered after 4 hours\nWill keep trying until message is 5 days old",
        LATE,
    ),
    "exchange": (
        "Your message did not reach some or all of the intended recipients.\n\n      Subject:\tPump\n      Sent:\t02.03.2026 10:20\n\n"
        "The following recipient(s) cannot be reached:\n\n      gone@example.net on 02.03.2026 10:20\n            The e-mail account "
        "does not exist at the organization this message was sent to.",
        GONE,
    ),
    "exchange online": (
        "Delivery has failed to these recipients or groups:\n\ngone@example.net<mailto:gone@example.net>\nThe email address you "
        "entered couldn't be found.\n\nDiagnostic information for administrators:\n\nGenerating server: mx.example.com",
        GONE,
    ),
    "gmail": (
        "** Address not found **\n\nYour message wasn't delivered to gone@example.net because the address couldn't be found, or "
        "is unable to receive mail.\n\nLearn more here: https://support.example.com/mail/?p=NoSuchUser",
        GONE,
    ),
    "gmail waits": (
        "** Delivery incomplete **\n\nThere was a temporary problem delivering your message to gone@example.net. We will retry for "
        "46 more hours. You'll be notified if the delivery fails permanently.",
        LATE,
    ),
    "yahoo": (
        "Sorry, we were unable to deliver your message to the following address.\n\n<gone@example.net>:\n554: delivery error: dd "
        "This user doesn't have an account\n\n--- Below this line is a copy of the message.",
        GONE,
    ),
    "lotus": (
        "Your message\n\n  Subject: Pump\n\nwas not delivered to:\n\n  gone@example.net\n\nbecause:\n\n  User gone "
        "(gone@example.net) not listed in Domino Directory",
        GONE,
    ),
    "aol": ("Your mail to the following recipients could not be delivered because they are not accepting mail from "
            "support@gongdan.example:\n\tgone\n", GONE),
    "smtp32": ("User mailbox exceeds allowed size: gone@example.net\n\nOriginal message follows.\n\nTo: x@example.net", GONE),
    "qq": (
        "抱歉，您的邮件被退回来了……\n\n原邮件信息：\n时间 2026-03-02 10:20:30\n主题 水泵\n收件人 gone@example.net\n\n"
        "退信原因：收件人邮件地址（gone@example.net）不存在，邮件无法送达。",
        GONE,
    ),
    "netease": (
        "抱歉，您的邮件被退回来了……\n原邮件信息：\n收件人：gone@example.net\n退信原因：对方服务器拒收\nSMTP error, RCPT TO: "
        "550 User not found: gone@example.net\n建议解决方案：请联系 postmaster@example.org",
        GONE,
    ),
    "chinese, waits": ("您的邮件暂时无法投递到以下地址：\n\ngone@example.net\n\n系统将继续尝试投递，无需重新发送。", LATE),
    "japanese": ("以下の宛先にメールを送信できませんでした。\n\n<gone@example.net>: 550 Unknown user\n\n元のメッセージ\nTo: x@example.net", GONE),
    "german": (
        "Ihre Nachricht konnte an folgende Empfänger nicht zugestellt werden:\n\ngone@example.net\n\nGrund: Unbekannter Benutzer", GONE,
    ),
    "english and an alternative": (
        "Your message was not delivered to gone@example.net: the account is closed.\nPlease write to new@example.net instead.", GONE,
    ),
    "groupwise": ("The message that you sent was undeliverable to the following:\n\tgone (user not found)\n", GONE),
    "exchange in Chinese": ("向以下收件人或组传递邮件时失败:\n\n某人 (gone@example.net)\n找不到您输入的电子邮件地址。", GONE),
    "no more attempts": ("Unable to deliver message to: <gone@example.net>\n\nNo further delivery attempts will be made.", GONE),
    "opensmtpd waits": (
        "A message is delayed for more than 4 hours for the following\nlist of recipients:\n\ngone@example.net: Network error\n\n"
        "Please note that this is only a temporary failure report.\nYou DO NOT NEED to re-send the message to these recipients.",
        LATE,
    ),
    "italian": ("Il messaggio non può essere recapitato al seguente indirizzo:\n\n<gone@example.net>\n550 sconosciuto", GONE),
    "exchange after all": (
        "Delivery to these recipients or groups is complete, but no notification was sent:\n\ngone@example.net",
        Bounce((), permanent=False),
    ),
}  # fmt: skip

PARTS = """From: {author}
To: support@gongdan.example
Subject: {subject}
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b

It did not arrive: other@example.net
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net

{groups}
--b--
"""


def report(*groups: str) -> bounces.Bounce:
    """What a report of these groups of fields says."""
    text = PARTS.format(author="postmaster@example.net", subject="Failed", groups="\n\n".join(groups))
    return read(text.encode())


def read(raw: bytes) -> bounces.Bounce:
    """What a bounce says."""
    parsed = mime.parse(raw)
    return bounces.read(parsed, content.read(parsed).text)


@pytest.mark.parametrize(("text", "said"), TEXTS.values(), ids=TEXTS.keys())
def test_the_words_of_mail_systems_are_understood(text: str, said: Bounce) -> None:
    fields = "From: Mail System <mailer-daemon@example.net>\nTo: support@gongdan.example\nSubject: failed\n"
    assert read(f"{fields}Content-Type: text/plain; charset=utf-8\n\n{text}\n".encode()) == said


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ("Final-Recipient: rfc822; gone@example.net\nAction: failed\nStatus: 5.1.1", GONE),
        ("Final-Recipient: rfc822;<Gone@Example.Net>\nAction: Failed\nStatus: 5.0.0 (undefined)", GONE),
        ("Original-Recipient: rfc822;gone@example.net\nFinal-Recipient: rfc822;x@example.net\nAction: failed", GONE),
        ("Final-Recipient: rfc822; gone@example.net\nAction: delayed\nStatus: 4.4.1", LATE),
        ("Final-Recipient: rfc822; gone@example.net\nAction: failed\nStatus: 4.4.1", LATE),
        ("Final-Recipient: rfc822; gone@example.net\nAction: failed\nStatus: 4.4.7", GONE),
        (
            "Final-Recipient: rfc822; gone@example.net\nAction: failed\nDiagnostic-Code: smtp; 550\n  5.1.1 x@example.net",
            GONE,
        ),
    ],
)
def test_reports_for_machines_are_believed_before_the_text(fields: str, said: Bounce) -> None:
    assert report(fields) == said


def test_who_was_reached_or_is_waited_for_is_not_named_beside_who_was_not() -> None:
    groups = (
        "Final-Recipient: rfc822; fine@example.net\nAction: delivered\nStatus: 2.0.0",
        "Final-Recipient: rfc822; late@example.net\nAction: delayed\nStatus: 4.4.1",
        "Final-Recipient: rfc822; gone@example.net\nAction: failed\nStatus: 5.1.1",
        "Final-Recipient: rfc822; away@example.net\nAction: failed\nStatus: 5.2.1",
    )
    assert report(*groups) == Bounce(("gone@example.net", "away@example.net"), permanent=True)


def test_fields_of_two_recipients_without_a_free_line_between_are_told_apart() -> None:
    one = "Final-Recipient: rfc822; {}@example.net\nAction: failed\nStatus: 5.1.1"
    assert report(one.format("a") + "\n" + one.format("b")).addresses == ("a@example.net", "b@example.net")


def test_exims_own_field_names_who_failed() -> None:
    raw = b"From: m@example.net\nX-Failed-Recipients: gone@example.net,\n  away@example.net\n\nfailed"
    assert read(raw).addresses == ("gone@example.net", "away@example.net")


def test_a_report_that_a_scanner_wrapped_into_a_mail_is_found() -> None:
    inner = PARTS.format(
        author="p@example.net", subject="x", groups="Final-Recipient: rfc822;gone@example.net\nAction: failed"
    )
    raw = f"From: p@example.net\nContent-Type: multipart/mixed; boundary=o\n\n--o\nContent-Type: message/rfc822\n\n{inner}\n--o--\n"
    assert read(raw.encode()) == GONE


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=400), st.sampled_from(["plain", "delivery-status"]))
def test_any_text_says_something_or_nothing(text: str, kind: str) -> None:
    head = "message" if kind == "delivery-status" else "text"
    found = read(f"From: a@example.net\nContent-Type: {head}/{kind}\n\n{text}".encode())
    assert all("@" in address and address == address.lower() for address in found.addresses)
