"""One mail, one message: identity, thread, requester, attachments, and the reasons why there is none."""

import hashlib
from datetime import UTC, datetime

import pytest

from gongdan.intake.domain.mail.message import Inbox, RawMail, Unreadable, normalise
from gongdan.shared.contracts.messages import MailIds, Person
from tests.unit.intake.mail.mails import AT, INBOX, OURS, OWN, mail, message_of, normalised

TICKET_MAIL = OWN.make("GD-7", "0123456789abcdef")


def test_a_plain_mail_becomes_a_message() -> None:
    raw = mail(
        b"The pump is broken.\r\n\r\nOn 2 Mar 2026, S <s@example.com> wrote:\r\n> x\r\n",
        From="=?utf-8?b?5byg5LiJ?= <Z@Example.com>",
        To="support@gongdan.example",
        Cc="b@example.com",
        Subject="=?utf-8?b?5rC05rO1?=",
        Message_ID="<one@example.com>",
    )
    found = message_of(raw)
    assert found.requester == Person(name="张三", email="z@example.com")
    assert (found.subject, found.reply_text) == ("水泵", "The pump is broken.")
    assert (found.channel, found.source, found.workspace) == ("email", "support@gongdan.example", "support")
    assert found.to == (Person(email="support@gongdan.example"),)
    assert found.cc == (Person(email="b@example.com"),)
    assert found.mail == MailIds(message_id="one@example.com", written_at=AT)
    assert found.raw_sha256 == hashlib.sha256(raw).hexdigest()


def test_the_same_mail_to_two_inboxes_is_two_messages_and_twice_to_one_is_one() -> None:
    raw = mail(Message_ID="<one@example.com>")
    billing = normalise(RawMail(raw, Inbox("billing@gongdan.example", "billing"), AT), OURS)
    again = normalised(b"Received: from elsewhere\r\n" + raw)
    assert not isinstance(billing, Unreadable)
    assert billing.message.message_id != message_of(raw).message_id == again.message.message_id
    assert again.body_hash == normalised(raw).body_hash


def test_another_mail_with_the_same_id_has_another_hash() -> None:
    first, second = (normalised(mail(body, Message_ID="<x@example.com>")) for body in (b"one", b"two"))
    assert first.message.message_id == second.message.message_id
    assert first.body_hash != second.body_hash


@pytest.mark.parametrize(
    "field", [{}, {"Message_ID": ""}, {"Message_ID": "<>"}, {"Message_ID": "<" + "x" * 600 + "@a>"}]
)
def test_without_a_usable_message_id_the_content_is_the_identity(field: dict[str, str]) -> None:
    first, second = message_of(mail(b"one", **field)), message_of(mail(b"two", **field))
    assert first.external_id.startswith("sha256:")
    assert first.message_id != second.message_id
    assert first.message_id == message_of(mail(b"one", **field)).message_id


def test_our_signed_id_proves_the_ticket() -> None:
    found = message_of(mail(In_Reply_To=f"<{TICKET_MAIL}>", Subject="[GD-9] Re: pump"))
    assert (found.thread.ticket_number, found.thread.subject_token) == ("GD-7", "GD-9")
    assert found.conversation_key == "GD-7"


def test_an_altered_id_proves_nothing() -> None:
    found = message_of(mail(In_Reply_To=f"<{TICKET_MAIL.replace('GD-7', 'GD-8')}>"))
    assert found.thread.ticket_number is None


def test_the_newest_of_our_ids_counts() -> None:
    other = OWN.make("GD-3", "0123456789abcdef")
    found = message_of(mail(References=f"<{other}> <{TICKET_MAIL}>", In_Reply_To="<x@example.com>"))
    assert found.thread.ticket_number == "GD-7"
    assert found.thread.foreign_ids == ("x@example.com",)


def test_foreign_ids_come_newest_first_and_once() -> None:
    found = message_of(mail(In_Reply_To="<c@x>", References="<a@x> <b@x>\r\n <c@x>", Message_ID="<d@x>"))
    assert found.thread.foreign_ids == ("c@x", "b@x", "a@x")


def test_a_thread_has_one_conversation_key() -> None:
    first = message_of(mail(Message_ID="<a@x>"))
    second = message_of(mail(Message_ID="<b@x>", In_Reply_To="<a@x>"))
    third = message_of(mail(Message_ID="<c@x>", In_Reply_To="<b@x>", References="<a@x> <b@x>"))
    assert first.conversation_key == second.conversation_key == third.conversation_key


def test_a_very_long_thread_keeps_its_root_and_its_newest_ids() -> None:
    references = " ".join(f"<{number}@x>" for number in range(5_000))
    found = message_of(mail(References=references))
    assert found.mail is not None
    assert (found.mail.references[0], found.mail.references[-1], len(found.mail.references)) == ("0@x", "4999@x", 50)


@pytest.mark.parametrize(
    ("subject", "checked"),
    [("Re: [GD-1-4] pump", True), ("Re: 回复：【GD-1-4】pump", True), ("Fwd: [ GD-1 ] pump", False)],
)
def test_a_ticket_number_in_the_subject_is_a_hint(subject: str, checked: bool) -> None:
    thread = message_of(mail(Subject=subject)).thread
    assert (thread.ticket_number, thread.subject_token, thread.subject_checked) == (None, "GD-1", checked)


@pytest.mark.parametrize("subject", ["GD-1", "[gd-1]", "[GD-]", "[1]", "[GD-1-5]"])
def test_not_every_bracket_is_a_ticket_number(subject: str) -> None:
    assert message_of(mail(Subject=subject)).thread.subject_token is None


def test_a_bounce_belongs_to_the_ticket_whose_mail_it_returns() -> None:
    body = (
        b"--b\r\n\r\nIt failed.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nAction: failed\r\n"
        b"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <" + TICKET_MAIL.encode() + b">\r\n--b--\r\n"
    )
    raw = mail(body, Content_Type="multipart/report; report-type=delivery-status; boundary=b", From="x@example.com")
    assert message_of(raw).thread.ticket_number == "GD-7"


def test_a_bounce_that_quotes_our_id_in_its_text_belongs_to_that_ticket() -> None:
    raw = mail(
        b"Message-Id: <" + TICKET_MAIL.encode() + b">", From="MAILER-DAEMON@example.com", Subject="failure notice"
    )
    assert message_of(raw).thread.ticket_number == "GD-7"


@pytest.mark.parametrize(
    ("fields", "sender", "email"),
    [
        ({"From": "a@x.example"}, None, "a@x.example"),
        ({"From": "a@x.example", "Reply_To": "b@x.example"}, None, "a@x.example"),
        ({"From": INBOX.address, "Reply_To": "b@x.example"}, None, "b@x.example"),
        ({"From": "no-reply@shop.example", "Reply_To": "b@x.example"}, None, "b@x.example"),
        ({"From": "DoNotReply+7@shop.example", "Reply_To": "b@x.example"}, None, "b@x.example"),
        ({"From": "noreply@shop.example"}, None, "noreply@shop.example"),
        ({"From": "nora@x.example", "Reply_To": "no-reply@x.example"}, None, "nora@x.example"),
        ({"From": f"'A via Support' <{INBOX.address}>", "Reply_To": f"{INBOX.address}"}, None, INBOX.address),
        ({"From": "nobody at all", "Sender": "c@x.example"}, None, "c@x.example"),
        ({"From": "", "Subject": "x"}, "D@x.example", "d@x.example"),
    ],
)
def test_the_requester_is_whoever_is_to_be_answered(fields: dict[str, str], sender: str | None, email: str) -> None:
    assert message_of(mail(**fields), sender).requester.email == email


def test_a_daemon_without_an_address_is_still_somebody() -> None:
    found = message_of(mail(From="MAILER-DAEMON (Mail Delivery System)", Subject="failure notice"), sender="")
    assert found.requester.key == "id:mailer-daemon"


def test_a_name_that_only_repeats_the_address_is_none() -> None:
    assert message_of(mail(From='"A@x.example" <a@x.example>')).requester == Person(email="a@x.example")


@pytest.mark.parametrize(
    ("raw", "cause"),
    [
        (b"", "no-header"),
        (b"just words\r\n", "no-header"),
        (b"\xff\xd8\xff\xe0JFIF", "no-header"),
        (b"Subject: x\r\n\r\n", "no-sender"),
    ],
)
def test_what_is_no_mail_has_a_reason(raw: bytes, cause: str) -> None:
    found = normalise(RawMail(raw, INBOX, AT), OURS)
    assert isinstance(found, Unreadable)
    assert found.cause == cause


@pytest.mark.parametrize(
    ("fields", "written_at"),
    [
        ({"Date": "Mon, 2 Mar 2026 08:30:00 +0100"}, datetime(2026, 3, 2, 7, 30, tzinfo=UTC)),
        ({"Date": "soon", "Received": "by mx.example.com; Mon, 2 Mar 2026 08:00:00 +0000"}, AT.replace(hour=8)),
        ({"Date": "soon"}, AT),
    ],
)
def test_a_mail_without_a_date_was_written_when_it_was_taken(fields: dict[str, str], written_at: datetime) -> None:
    found = message_of(mail(**fields))
    assert found.mail is not None
    assert found.mail.written_at == written_at


def test_the_message_says_what_could_not_be_read() -> None:
    assert message_of(mail()).warnings == ()
    long = message_of(mail(b"word " * 30_000, Content_Type="text/plain"))
    assert long.warnings == ("its text is too long to be shown as a whole",)


def test_files_are_named_by_what_they_contain() -> None:
    body = b"--b\r\n\r\ntext\r\n--b\r\nContent-Disposition: attachment; filename=a.bin\r\n\r\n\x00\x01\r\n--b--\r\n"
    found = normalised(mail(body, Content_Type="multipart/mixed; boundary=b"))
    file = found.message.attachments[0]
    assert (file.name, file.size, file.sha256) == ("a.bin", 2, hashlib.sha256(b"\x00\x01").hexdigest())
    assert found.files == (b"\x00\x01",)


def test_a_mail_too_long_to_show_brings_itself_as_a_file() -> None:
    raw = mail("很长的一行\n".encode() * 20_000, Content_Type="text/plain; charset=utf-8")
    found = normalised(raw)
    assert [file.name for file in found.message.attachments] == ["original.eml"]
    assert found.files == (raw,)
    assert len(found.message.model_dump_json()) < 900_000
