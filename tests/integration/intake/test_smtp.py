"""Mail by SMTP and LMTP: kept before 250, told to come back when it cannot be, never refused for its content."""

import asyncio
import smtplib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiosmtplib
import pytest

from gongdan.intake.adapters.quarantine import PostgresQuarantine
from gongdan.intake.adapters.smtp import SmtpReceiver
from gongdan.intake.app import build
from gongdan.intake.domain.mail.inboxes import Directory
from gongdan.intake.domain.mail.message import RawMail
from gongdan.intake.handlers.mail import Mails
from gongdan.shared.clock import SystemClock
from gongdan.shared.errors import RetryLater, SlowDown, StopService
from gongdan.shared.mail_ids import OwnMailIds
from tests.integration.intake.conftest import settings
from tests.integration.intake.desk import Intake, accepted

MAIL = (
    b"From: Customer <c@example.com>\r\nTo: support@gongdan.localhost\r\nSubject: Pump\r\n"
    b"Message-ID: <one@example.com>\r\n\r\nIt is broken.\r\n.leading dot\r\n"
)
WORKSPACES = [
    {
        "kind": "Workspace",
        "metadata": {"name": name},
        "spec": {"number_prefix": prefix, "address": f"{name}@desk.example"},
    }
    for name, prefix in (("sales", "SA"), ("billing", "BI"))
]


def receiver_of(intake: Intake) -> SmtpReceiver:
    return next(part for part in intake.service.parts if isinstance(part, SmtpReceiver))


async def kept(intake: Intake, sha256: str) -> bytes:
    sink = receiver_of(intake).sink
    assert isinstance(sink, Mails)
    return await sink.blobs.get(sha256)


async def aside(intake: Intake, sha256: str) -> bytes:
    sink = receiver_of(intake).sink
    assert isinstance(sink, Mails)
    assert isinstance(sink.quarantine, PostgresQuarantine)
    return await sink.quarantine.content(sha256)


@pytest.fixture
async def port(intake: Intake) -> AsyncIterator[int]:
    receiver = receiver_of(intake)
    await receiver.start()
    yield receiver.bound_port
    await receiver.stop()


async def send(port: int, raw: bytes, *recipients: str, sender: str = "c@example.com", lmtp: bool = False) -> object:
    """Send by the standard library's client; what it returns or raises."""

    def session() -> object:
        with (smtplib.LMTP if lmtp else smtplib.SMTP)("127.0.0.1", port, timeout=60) as client:
            return client.sendmail(sender, recipients or ("support@gongdan.localhost",), raw)

    return await asyncio.to_thread(session)


async def test_a_mail_is_kept_and_said_before_the_client_hears_250(intake: Intake, port: int) -> None:
    await send(port, MAIL)
    said = (await intake.said("MessageReceived"))[0]
    assert said["requester"] == {"name": "Customer", "email": "c@example.com", "phone": None, "id": None}
    assert (said["channel"], said["subject"], said["text"]) == ("email", "Pump", "It is broken.\n.leading dot")
    assert await kept(intake, said["raw_sha256"]) == MAIL


@pytest.mark.parametrize(("raw", "named"), [(MAIL, True), (b"no header at all\r\n", False)])
async def test_the_client_hears_the_id_of_the_message_unless_it_is_set_aside(
    intake: Intake, port: int, raw: bytes, *, named: bool
) -> None:
    def session() -> tuple[int, bytes]:
        with smtplib.SMTP("127.0.0.1", port, timeout=60) as client:
            client.ehlo()
            client.mail("c@example.com")
            client.rcpt("support@gongdan.localhost")
            return client.data(raw)

    code, said = await asyncio.to_thread(session)
    known = [f"2.0.0 Kept as {one['message_id']}".encode() for one in await intake.said("MessageReceived")]
    assert (code, [said]) == (250, known if named else [b"2.0.0 Kept"])


async def test_the_same_mail_again_is_accepted_and_not_said_again(intake: Intake, port: int) -> None:
    for _ in range(2):
        await send(port, MAIL)
    assert await intake.count("messages") == 1
    assert await intake.count("quarantine") == 0


async def test_another_mail_with_the_same_id_is_set_aside_and_can_be_released(intake: Intake, port: int) -> None:
    await send(port, MAIL)
    await send(port, MAIL.replace(b"broken", b"mended"))
    entry = (await intake.http.get("/intake/v1/quarantine")).json()["quarantine"][0]
    assert entry["cause"] == "message-id-conflict"
    accepted(await intake.http.post(f"/intake/v1/quarantine/{entry['id']}/release"))
    assert [said["text"].split()[2] for said in await intake.said("MessageReceived")] == ["broken.", "mended."]


@pytest.mark.parametrize(
    "raw", [b"no header at all\r\n", b"\xff\xd8\xff\xe0 an image\r\n", b"Subject: nobody\r\n\r\nx\r\n"]
)
async def test_what_is_no_mail_is_accepted_and_set_aside_with_its_bytes(intake: Intake, port: int, raw: bytes) -> None:
    await send(port, raw, sender="")
    row = await intake.tables.fetchrow("SELECT channel, source, cause, raw_sha256 FROM quarantine")
    if row is None:
        assert (await intake.said("MessageReceived"))[0]["requester"]["id"] == "mailer-daemon"
        return
    assert (row["channel"], row["source"], row["cause"]) == ("email", "support@gongdan.localhost", "no-header")
    assert await aside(intake, row["raw_sha256"]) == raw


async def test_a_reply_to_our_own_mail_proves_its_ticket(intake: Intake, port: int) -> None:
    ours = OwnMailIds(b"a key for tests", "gongdan.localhost").make("GD-5", "0123456789abcdef")
    await send(port, MAIL.replace(b"Subject", f"In-Reply-To: <{ours}>\r\nSubject".encode()))
    said = (await intake.said("MessageReceived"))[0]
    assert (said["thread"]["ticket_number"], said["conversation_key"]) == ("GD-5", "GD-5")


async def test_strangers_recipients_are_refused(intake: Intake, port: int) -> None:
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refusal:
        await send(port, MAIL, "someone@elsewhere.example")
    assert refusal.value.recipients["someone@elsewhere.example"][0] == 550
    assert await intake.count("messages") == 0


async def test_a_mail_to_two_workspaces_is_one_message_in_each(intake: Intake, port: int) -> None:
    for document in WORKSPACES:
        assert (await intake.post("definitions", {"apiVersion": "gongdan/v1"} | document)).status_code == 200
    await send(port, MAIL, "sales@desk.example", "Billing+tag@Desk.example", "anybody@gongdan.localhost")
    said = await intake.said("MessageReceived")
    assert [(each["workspace"], each["source"]) for each in said] == [
        ("sales", "sales@desk.example"),
        ("billing", "billing@desk.example"),
    ]


async def test_lmtp_answers_for_each_recipient(intake: Intake, port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)

    async def say(line: bytes) -> bytes:
        writer.write(line + b"\r\n")
        answer = await reader.readline()
        while answer[3:4] == b"-":
            answer = await reader.readline()
        return answer[:3]

    assert (await reader.readline())[:3] == b"220"
    assert await say(b"LHLO mta.example") == b"250"
    assert await say(b"MAIL FROM:<c@example.com>") == b"250"
    assert await say(b"RCPT TO:<a@gongdan.localhost>") == b"250"
    assert await say(b"RCPT TO:<b@gongdan.localhost>") == b"250"
    assert await say(b"DATA") == b"354"
    assert await say(MAIL + b".") == b"250"
    assert (await reader.readline())[:3] == b"250"
    assert await say(b"QUIT") == b"221"
    writer.close()
    assert await intake.count("messages") == 1


async def test_a_mail_over_the_limit_is_refused_and_the_next_one_taken(intake: Intake) -> None:
    receiver = receiver_of(intake).with_terms(mail_bytes=10_000)
    await receiver.start()
    with pytest.raises(smtplib.SMTPSenderRefused) as early:
        await send(receiver.bound_port, MAIL + b"x" * 10_000)
    assert early.value.smtp_code == 552

    def unannounced() -> tuple[int, int]:
        with smtplib.SMTP("127.0.0.1", receiver.bound_port, timeout=60) as client:
            client.helo("mta.example")
            codes = []
            for raw in (MAIL + b"x" * 200_000, MAIL):
                client.mail("c@example.com")
                client.rcpt("a@gongdan.localhost")
                codes.append(client.data(raw)[0])
            return codes[0], codes[1]

    assert await asyncio.to_thread(unannounced) == (552, 250)
    await receiver.stop()


async def test_a_client_too_many_is_told_to_come_back(intake: Intake) -> None:
    receiver = receiver_of(intake).with_terms(connections=1)
    await receiver.start()
    first = await asyncio.open_connection("127.0.0.1", receiver.bound_port)
    assert (await first[0].readline())[:3] == b"220"
    second = await asyncio.open_connection("127.0.0.1", receiver.bound_port)
    assert await second[0].read() == b"421 4.7.0 Too many connections, come back\r\n"
    first[1].close()
    second[1].close()
    await receiver.stop()


class Failing:
    """A sink that cannot keep anything."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def directory(self) -> Directory:
        return Directory({}, ("*",))

    async def take(self, mail: RawMail) -> None:
        raise self.error


@pytest.mark.parametrize(
    ("error", "code"),
    [(RetryLater("PostgreSQL is away"), 451), (SlowDown("too many wait"), 452), (OSError("disk"), 451)],
)
async def test_while_nothing_can_be_kept_the_client_is_told_to_come_back(
    intake: Intake, error: Exception, code: int
) -> None:
    receiver = receiver_of(intake).with_terms()
    receiver.sink = Failing(error)
    await receiver.start()
    with pytest.raises(smtplib.SMTPDataError) as answer:
        await send(receiver.bound_port, MAIL)
    assert answer.value.smtp_code == code
    await receiver.stop()


async def test_a_port_that_is_taken_stops_the_service_with_a_cure(intake: Intake, port: int) -> None:
    other = receiver_of(intake).with_terms()
    other.port = port
    with pytest.raises(StopService, match="GONGDAN_SMTP_PORT"):
        await other.start()


@asynccontextmanager
async def whole_service(database: str, folder: Path) -> AsyncIterator[SmtpReceiver]:
    service = build(settings(database, folder), SystemClock())
    await service.start_parts()
    try:
        yield next(part for part in service.parts if isinstance(part, SmtpReceiver))
    finally:
        await service.stop_parts()


async def _send_at_once(port: int, raw: bytes) -> None:
    """By a client that needs no thread, as the receiver's files do."""
    await aiosmtplib.send(
        raw,
        sender="c@example.com",
        recipients=["a@gongdan.localhost"],
        hostname="127.0.0.1",
        port=port,
        start_tls=False,
    )


async def test_the_whole_service_takes_a_hundred_mails_at_a_time(database: str, tmp_path: Path, intake: Intake) -> None:
    async with whole_service(database, tmp_path) as receiver:
        mails = [MAIL.replace(b"<one@", f"<{number}@".encode()) for number in range(100)]
        await asyncio.gather(*(_send_at_once(receiver.bound_port, raw) for raw in mails))
    assert await intake.count("messages") == 100


def test_the_receiver_has_no_slots_since_aiosmtpd_cannot_look_through_them_in_every_python() -> None:
    assert "__slots__" not in vars(SmtpReceiver)
