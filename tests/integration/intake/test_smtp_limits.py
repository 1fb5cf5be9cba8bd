"""The mail receiver among strangers: encryption, limits for one client, dawdlers, and mails that hide others."""

import asyncio
import smtplib
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
import uvloop
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from gongdan.intake.adapters import smtp_conversation
from gongdan.intake.adapters.smtp import SmtpReceiver, SmtpTerms
from gongdan.intake.domain.mail.inboxes import Directory
from gongdan.intake.domain.mail.message import Inbox, RawMail
from gongdan.shared.clock import SystemClock
from gongdan.shared.errors import RetryLater, StopService

MAIL = b"From: c@example.com\r\nSubject: Pump\r\n\r\nIt is broken.\r\n"
SALES, HELP = Inbox("sales@example.com", "sales"), Inbox("help@example.com", "support")


class Sink:
    """Takes everything, but for inboxes that are `away`."""

    def __init__(self) -> None:
        self.taken: list[RawMail] = []
        self.away: set[Inbox] = set()

    def directory(self) -> Directory:
        return Directory({SALES.address: SALES, HELP.address: HELP})

    async def take(self, mail: RawMail) -> None:
        if mail.inbox in self.away:
            raise RetryLater("away")
        self.taken.append(mail)


@asynccontextmanager
async def listening(sink: Sink | None = None, **terms: object) -> AsyncIterator[SmtpReceiver]:
    usual = SmtpTerms("mail.example.com", 100_000, 10, 10, 0, 1_000_000)
    receiver = SmtpReceiver(sink or Sink(), SystemClock(), "127.0.0.1", 0, usual).with_terms(**terms)
    await receiver.start()
    try:
        yield receiver
    finally:
        await receiver.stop()


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A self-signed certificate with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mail.example.com")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    path = tmp_path / "certificate.pem"
    path.write_bytes(
        made.public_bytes(pem) + key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain),
    )
    return path


class Client:
    """Says lines and hears codes."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def hear(self) -> str:
        answer = await self.reader.readline()
        while answer[3:4] == b"-":
            answer = await self.reader.readline()
        return answer[:3].decode()

    async def say(self, line: bytes) -> str:
        self.writer.write(line + b"\r\n")
        return await self.hear()

    async def hello(self, *recipients: bytes, word: bytes = b"EHLO") -> list[str]:
        codes = [
            await self.hear(),
            await self.say(word + b" mta.example"),
            await self.say(b"MAIL FROM:<c@example.com>"),
        ]
        return codes + [await self.say(b"RCPT TO:<%s>" % each) for each in recipients or (b"help@example.com",)]


@asynccontextmanager
async def client_of(receiver: SmtpReceiver) -> AsyncIterator[Client]:
    reader, writer = await asyncio.open_connection("127.0.0.1", receiver.bound_port)
    yield Client(reader, writer)
    writer.close()


async def nobody_at(receiver: SmtpReceiver) -> None:
    """Wait until all have gone."""
    async with asyncio.timeout(60):
        while receiver._open:
            await asyncio.sleep(0.01)


def encrypted(port: int, certificate: Path) -> int:
    """Send one mail by STARTTLS; the code."""
    with smtplib.SMTP("127.0.0.1", port, timeout=60) as client:
        client.starttls(context=ssl.create_default_context(cafile=str(certificate)))
        client.ehlo()
        assert not client.has_extn("auth")
        client.mail("c@example.com")
        client.rcpt("help@example.com")
        return client.data(MAIL * 500)[0]


@pytest.mark.parametrize("loop", [asyncio.new_event_loop, uvloop.new_event_loop], ids=["asyncio", "uvloop"])
def test_mail_comes_encrypted_where_there_is_a_certificate(
    certificate: Path, loop: Callable[[], asyncio.AbstractEventLoop]
) -> None:
    async def send() -> tuple[int, Sink]:
        sink = Sink()
        async with listening(sink, certificate=certificate) as receiver:
            return await asyncio.to_thread(encrypted, receiver.bound_port, certificate), sink

    with asyncio.Runner(loop_factory=loop) as runner:
        code, sink = runner.run(send())
    assert (code, len(sink.taken)) == (250, 1)


async def test_where_encryption_is_insisted_on_nothing_comes_without(certificate: Path) -> None:
    async with listening(certificate=certificate, require_tls=True) as receiver, client_of(receiver) as client:
        assert await client.hello() == ["220", "250", "530", "530"]


@pytest.mark.parametrize("terms", [{"require_tls": True}, {"certificate": Path("/nowhere.pem")}])
async def test_a_certificate_that_is_missing_stops_the_service_with_a_cure(terms: dict[str, object]) -> None:
    with pytest.raises(StopService, match="GONGDAN_SMTP_TLS_CERTIFICATE"):
        async with listening(None, **terms):
            pass


async def test_one_client_gets_no_more_than_its_share_of_connections() -> None:
    async with listening(client_connections=1) as receiver:
        async with client_of(receiver) as first, client_of(receiver) as second:
            assert (await first.hear(), await second.hear()) == ("220", "421")
        async with asyncio.timeout(60):
            while receiver._open:
                await asyncio.sleep(0.01)
        async with client_of(receiver) as third:
            assert await third.hear() == "220"


async def test_one_client_hands_in_no_more_than_its_share_of_mails() -> None:
    async with listening(client_mails=1) as receiver, client_of(receiver) as client:
        assert await client.hello() == ["220", "250", "250", "250"]
        assert [await client.say(b"RSET"), await client.say(b"MAIL FROM:<c@example.com>")] == ["250", "450"]


async def test_who_tries_out_addresses_learns_no_more_after_some() -> None:
    async with listening(strangers=2) as receiver, client_of(receiver) as client:
        tried = (b"a@example.com", b"b@example.com", b"help@example.com")
        assert await client.hello(*tried) == ["220", "250", "250", "550", "550", "450"]


async def test_plus_addresses_reach_their_mailbox_and_nothing_else_does() -> None:
    async with listening() as receiver, client_of(receiver) as client:
        tried = (b"Help+GD-1.abc@example.com", b"postmaster@example.com", b"help@elsewhere.example")
        assert (await client.hello(*tried))[3:] == ["250", "550", "550"]


async def test_mail_that_is_announced_too_large_is_refused_before_it_is_sent() -> None:
    async with listening() as receiver, client_of(receiver) as client:
        assert [await client.hear(), await client.say(b"EHLO x")] == ["220", "250"]
        assert await client.say(b"MAIL FROM:<c@example.com> SIZE=100001") == "552"
        assert await client.say(b"MAIL FROM:<c@example.com> SIZE=1000") == "250"


async def test_more_mail_than_memory_is_put_off_and_taken_later() -> None:
    async with listening(memory=80_000) as receiver, client_of(receiver) as client, client_of(receiver) as other:
        await client.hello()
        assert await client.say(b"DATA") == "354"
        await other.hello()
        assert await other.say(b"DATA") == "452"
        assert await client.say(b"x" * 50_000 + b"\r\n.") == "452"
        assert await other.say(b"DATA") == "354"
        assert await other.say(MAIL + b".") == "250"


@pytest.mark.parametrize("end", [b"\n.\n", b"\n.\r\n", b"\r\n.\n", b"\r.\r", b"\r\n.\r", b"\r.\r\n"])
async def test_a_mail_that_other_servers_would_see_end_earlier_is_refused(end: bytes) -> None:
    sink = Sink()
    async with listening(sink) as receiver, client_of(receiver) as client:
        await client.hello()
        assert await client.say(b"DATA") == "354"
        hidden = b"MAIL FROM:<admin@example.com>\r\nRCPT TO:<help@example.com>\r\nDATA\r\nFrom: admin\r\n\r\nhidden"
        assert await client.say(MAIL + b"x" + end + hidden + b"\r\n.") == "554"
        assert await client.say(b"NOOP") == "250"
    assert sink.taken == []


async def test_bare_line_ends_elsewhere_are_kept_as_they_came() -> None:
    sink, raw = Sink(), b"From: c@example.com\n\nOne\rtwo\n...\n.three\r\n"
    async with listening(sink) as receiver, client_of(receiver) as client:
        await client.hello()
        assert await client.say(b"DATA") == "354"
        assert await client.say(raw + b".") == "250"
    assert [mail.raw for mail in sink.taken] == [raw]


async def test_a_mail_may_be_as_large_as_we_say_and_no_larger() -> None:
    sink = Sink()
    async with listening(sink, mail_bytes=1_000) as receiver, client_of(receiver) as client:
        await client.hello()
        fitting = MAIL + b"x" * (1_000 - len(MAIL) - 2) + b"\r\n"
        assert [await client.say(b"DATA"), await client.say(fitting + b".")] == ["354", "250"]
        await client.say(b"MAIL FROM:<c@example.com>")
        await client.say(b"RCPT TO:<help@example.com>")
        assert [await client.say(b"DATA"), await client.say(b"x" + fitting + b".")] == ["354", "552"]
    assert [len(mail.raw) for mail in sink.taken] == [1_000]


async def test_a_mail_has_as_many_recipients_as_we_take_at_a_time() -> None:
    async with listening(recipients=2) as receiver, client_of(receiver) as client:
        tried = (b"help@example.com", b"sales@example.com", b"help+x@example.com")
        assert (await client.hello(*tried))[3:] == ["250", "250", "452"]


async def test_commands_that_wait_for_an_answer_are_answered_in_their_order() -> None:
    sink = Sink()
    mail = b"MAIL FROM:<c@example.com>\r\nRCPT TO:<help@example.com>\r\nDATA\r\n%s.\r\n"
    async with listening(sink) as receiver, client_of(receiver) as client:
        client.writer.write(b"EHLO x\r\n" + mail % MAIL + mail % (MAIL + b"Again.\r\n") + b"QUIT\r\n")
        heard = [await client.hear() for _ in range(11)]
    assert heard == ["220", "250", *["250", "250", "354", "250"] * 2, "221"]
    assert [mail.raw for mail in sink.taken] == [MAIL, MAIL + b"Again.\r\n"]


async def test_what_is_said_before_encryption_begins_is_forgotten(certificate: Path) -> None:
    sink = Sink()
    context = ssl.create_default_context(cafile=str(certificate))
    hidden = b"EHLO x\r\nMAIL FROM:<a@example.com>\r\nRCPT TO:<help@example.com>\r\nDATA\r\n" + MAIL + b".\r\n"
    async with listening(sink, certificate=certificate) as receiver, client_of(receiver) as client:
        assert [await client.hear(), await client.say(b"EHLO x")] == ["220", "250"]
        client.writer.write(b"STARTTLS\r\n" + hidden)
        assert await client.hear() == "220"
        await client.writer.start_tls(context, server_hostname="127.0.0.1")
        assert [await client.say(b"NOOP"), await client.say(b"MAIL FROM:<c@example.com>")] == ["250", "503"]
    assert sink.taken == []


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        (b"NOOP", b"250 2.0.0 OK"),
        (b"XYZ", b'500 5.5.2 Error: command "XYZ" not recognized'),
        (b"DATA", b"503 5.5.1 Name a recipient first"),
        (b"RCPT TO:<help@example.com>", b"503 5.5.1 Error: need MAIL command"),
        (b"MAIL FROM:<c@example.com> SIZE=100001", b"552 5.3.4 Error: message size exceeds fixed maximum message size"),
        (b"MAIL FROM:<c@example.com> BODY=BINARYMIME", b"501 5.5.4 Error: BODY can only be one of 7BIT, 8BITMIME"),
        (b"HELO x", b"250 mail.example.com"),
        (b"QUIT", b"221 2.0.0 Bye"),
    ],
)
async def test_every_answer_but_a_greeting_says_what_is_wrong_in_numbers(line: bytes, answer: bytes) -> None:
    async with listening() as receiver, client_of(receiver) as client:
        assert [await client.hear(), await client.say(b"EHLO x")] == ["220", "250"]
        client.writer.write(line + b"\r\n")
        assert await client.reader.readline() == answer + b"\r\n"


async def test_in_lmtp_each_recipient_has_its_own_answer() -> None:
    sink = Sink()
    sink.away.add(SALES)
    async with listening(sink) as receiver, client_of(receiver) as client:
        await client.hello(b"help@example.com", b"sales@example.com", b"help+x@example.com", word=b"LHLO")
        assert await client.say(b"DATA") == "354"
        assert [await client.say(MAIL + b"."), await client.hear(), await client.hear()] == ["250", "451", "250"]


async def test_in_smtp_one_recipient_that_is_away_puts_off_the_mail() -> None:
    sink = Sink()
    sink.away.add(SALES)
    async with listening(sink) as receiver, client_of(receiver) as client:
        await client.hello(b"help@example.com", b"sales@example.com")
        assert [await client.say(b"DATA"), await client.say(MAIL + b".")] == ["354", "451"]


async def test_who_dawdles_is_hung_up_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp_conversation, "PIECE_SECONDS", 1.0)
    sink = Sink()
    async with listening(sink) as receiver, client_of(receiver) as client:
        await client.hello()
        assert await client.say(b"DATA") == "354"
        async with asyncio.timeout(60):
            hung_up = asyncio.ensure_future(client.reader.read())
            while not hung_up.done():
                client.writer.write(b"x")
                await asyncio.wait([hung_up], timeout=0.05)
        # Our last bytes may meet a connection that is gone already: then the end is a reset.
        assert hung_up.exception() is None or isinstance(hung_up.exception(), ConnectionError)
        await nobody_at(receiver)
        assert receiver._in_hand == 0
    assert sink.taken == []


async def test_no_session_lasts_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp_conversation, "SESSION_SECONDS", 0.2)
    async with listening() as receiver, client_of(receiver) as client:
        async with asyncio.timeout(60):
            await client.reader.read()
        assert client.reader.at_eof()


async def test_who_only_says_noop_is_sent_away() -> None:
    async with listening() as receiver, client_of(receiver) as client:
        await client.hear()
        codes = [await client.say(b"NOOP") for _ in range(smtp_conversation.COMMANDS["NOOP"] + 1)]
    assert (codes[0], codes[-1]) == ("250", "421")
