"""What becomes of a mail: kept with its files, or set aside with its reason, or the sender comes back."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from gongdan.intake.domain.mail.message import Inbox, Normalised, RawMail
from gongdan.intake.handlers import mail as handlers
from gongdan.intake.handlers.mail import Mails
from gongdan.intake.handlers.mailboxes import in_mode
from gongdan.intake.ports.quarantine import SetAside
from gongdan.shared.clock import FakeClock
from gongdan.shared.contracts.envelope import Mode
from gongdan.shared.contracts.messages import MessageReceived
from gongdan.shared.errors import FixInput, RetryLater, SlowDown
from gongdan.shared.mail_ids import OwnMailIds
from tests.handlers.intake.fakes import FakeAcceptor, FakeBlobs, FakeDefinitions, FakeQuarantine

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SUPPORT = "support@gongdan.example"
RAW = (
    b"From: c@example.com\r\nMessage-ID: <1@example.com>\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    b"--b\r\n\r\nHello\r\n--b\r\nContent-Disposition: attachment; filename=a.txt\r\n\r\nfile\r\n--b--\r\n"
)


class Desk:
    """The handler with ports in memory."""

    def __init__(self) -> None:
        self.acceptor, self.quarantine, self.blobs = FakeAcceptor(), FakeQuarantine(), FakeBlobs()
        self.mails = Mails(
            self.acceptor,
            self.quarantine,
            self.blobs,
            FakeDefinitions(),
            FakeClock(NOW),
            OwnMailIds(b"a key for tests", "gongdan.example"),
            ["*@gongdan.example"],
        )

    async def take(self, raw: bytes, received_at: datetime = NOW) -> None:
        """Take a mail for the support inbox."""
        await self.mails.take(RawMail(raw, Inbox(SUPPORT, "support"), received_at))

    @property
    def causes(self) -> list[str]:
        """Why mails were set aside."""
        return [cause for _, cause, _ in self.quarantine.entries]


@pytest.fixture
def desk() -> Desk:
    return Desk()


async def test_the_original_and_every_file_are_kept_before_the_message(desk: Desk) -> None:
    await desk.take(RAW)
    (incoming,) = desk.acceptor.kept.values()
    message = incoming.event.data
    assert isinstance(message, MessageReceived)
    assert sorted(desk.blobs.files.values()) == sorted([RAW, b"file"])
    assert await desk.blobs.get(message.attachments[0].sha256) == b"file"
    assert incoming.event.key == message.conversation_key == f"email:{SUPPORT}:1@example.com"


async def test_a_page_shows_its_images_from_where_files_are_kept_and_warnings_come_along(desk: Desk) -> None:
    page = b'<p>see</p><img src="cid:logo@example.com"><img src="https://example.com/pixel.gif">'
    image = b"Content-Type: image/png\r\nContent-ID: <logo@example.com>\r\n\r\npixels"
    await desk.take(
        b"From: c@example.com\r\nContent-Type: multipart/signed; protocol=application/pgp-signature; boundary=b\r\n\r\n"
        b"--b\r\nContent-Type: text/html\r\n\r\n" + page + b"\r\n--b\r\n" + image + b"\r\n--b--\r\n"
    )
    (incoming,) = desk.acceptor.kept.values()
    message = incoming.event.data
    assert isinstance(message, MessageReceived)
    (file,) = message.attachments
    assert (file.inline, await desk.blobs.get(file.sha256)) == (True, b"pixels")
    shown = f'<img src="/v1/attachments/{file.sha256}"><img data-remote-src="https://example.com/pixel.gif">'
    assert message.html == f"<p>see</p>{shown}"
    assert message.warnings == ("it is signed with OpenPGP; the signature was not verified",)


async def test_a_mail_happened_when_it_reached_its_mailbox_but_never_in_the_future(desk: Desk) -> None:
    await desk.take(RAW, NOW - timedelta(days=3))
    await desk.take(RAW.replace(b"<1@", b"<2@"), NOW + timedelta(days=3))
    moments = [each.event.envelope.occurred_at for each in desk.acceptor.kept.values()]
    assert moments == [NOW - timedelta(days=3), NOW]


@pytest.mark.parametrize(
    ("date", "happened_at"),
    [
        ("Mon, 03 Mar 2025 17:00:00 +0800", datetime(2025, 3, 3, 9, 0, tzinfo=UTC)),
        ("Mon, 01 Mar 2027 09:00:00 +0000", NOW),
        ("some day", NOW),
    ],
)
async def test_a_mail_of_an_archive_happened_when_it_was_written(desk: Desk, date: str, happened_at: datetime) -> None:
    mail = RawMail(b"Date: " + date.encode() + b"\r\n" + RAW, Inbox(SUPPORT, "support"), NOW)
    found = await desk.mails.read(mail)
    assert isinstance(found, Normalised)
    envelope = in_mode(desk.mails.incoming(mail, found), found, Mode.IMPORT).event.envelope
    assert (envelope.mode, envelope.occurred_at) == (Mode.IMPORT, happened_at)


async def test_a_large_mail_is_read_beside_the_loop(desk: Desk) -> None:
    await desk.take(RAW.replace(b"file", b"x" * 2 * handlers.READ_AT_ONCE))
    assert len(desk.acceptor.kept) == 1


def entry() -> SetAside:
    """Something set aside, as far as releasing it looks."""
    return SetAside(UUID(int=1), "email", SUPPORT, "", 0, "no-header", "", NOW)


async def test_what_is_no_mail_is_set_aside(desk: Desk) -> None:
    await desk.take(b"nothing of a mail")
    assert desk.quarantine.entries == [(SUPPORT, "no-header", b"nothing of a mail")]


async def test_another_mail_under_a_known_id_is_set_aside_and_released_under_its_own(desk: Desk) -> None:
    other = RAW.replace(b"Hello", b"Something else")
    await desk.take(RAW)
    await desk.take(other)
    assert desk.causes == ["message-id-conflict"]
    receipt = await desk.mails.release(entry(), other)
    assert (receipt.duplicate, receipt.conflict, len(desk.acceptor.kept)) == (False, False, 2)


@pytest.mark.parametrize("fault", [RetryLater("PostgreSQL is away"), SlowDown("too many wait")])
async def test_while_nothing_can_be_kept_the_caller_is_told_to_come_back(desk: Desk, fault: Exception) -> None:
    desk.acceptor.fault = fault
    with pytest.raises(type(fault)):
        await desk.take(RAW)
    assert desk.causes == []


async def test_a_message_that_the_table_will_not_keep_is_set_aside(desk: Desk) -> None:
    desk.acceptor.fault = ValueError("no such column")
    await desk.take(RAW)
    assert desk.causes == ["not-accepted"]


async def test_a_fault_in_the_reader_costs_one_mail_its_reading_and_nothing_else(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RecursionError("too deep")

    monkeypatch.setattr(handlers, "normalise", fail)
    await desk.take(RAW)
    assert desk.quarantine.entries == [(SUPPORT, "reader-failed", RAW)]


async def test_releasing_what_still_is_no_mail_says_why(desk: Desk) -> None:
    with pytest.raises(FixInput) as refusal:
        await desk.mails.release(entry(), b"nothing of a mail")
    assert refusal.value.status == 422
    assert "discard this entry" in refusal.value.complaints[0].cure
