"""The mail receiver: SMTP, and LMTP for clients that say LHLO. 250 means kept; anything passing is told to come back.

No sign-in and no TLS: it stands behind a mail server, on an address that only that one reaches. Source: RFC 5321,
RFC 2033 (one answer for each recipient after DATA), RFC 3463 for the enhanced codes.
"""

import asyncio
from dataclasses import dataclass, field
from typing import Any

import structlog
from aiosmtpd.smtp import SMTP, Envelope, Session, syntax

from gongdan.intake.domain.mail.message import RawMail
from gongdan.intake.ports import MailSink
from gongdan.shared import metrics
from gongdan.shared.clock import Clock
from gongdan.shared.errors import RetryLater, SlowDown, StopService

log = structlog.get_logger()

RECIPIENTS = 100
IDLE_SECONDS = 300.0
LINE_BYTES = 64 * 1024
KEPT = "250 2.0.0 Kept"
TOO_LARGE = "552 5.3.4 The mail is larger than we take"


@dataclass(slots=True)
class SmtpReceiver:
    """The part that listens. `mail_bytes` bounds one mail, `connections` how many clients there are at a time."""

    sink: MailSink
    clock: Clock
    host: str
    port: int
    hostname: str
    mail_bytes: int
    connections: int
    name: str = "smtp"
    _server: asyncio.Server | None = None
    _open: set["_Conversation"] = field(default_factory=set)

    @property
    def bound_port(self) -> int:
        """Where it really listens: with port 0 the system chooses."""
        return int(self._server.sockets[0].getsockname()[1]) if self._server else self.port

    async def start(self) -> None:
        """Listen. Raises StopService when the port belongs to somebody else."""
        loop = asyncio.get_running_loop()
        try:
            self._server = await loop.create_server(lambda: _Conversation(self), self.host, self.port)
        except OSError as error:
            cure = "stop what listens there, or choose another port with GONGDAN_SMTP_PORT"
            raise StopService(
                f"cannot listen for mail on {self.host}:{self.port} ({error.strerror}); {cure}"
            ) from error
        log.info("smtp_listens", host=self.host, port=self.bound_port)

    async def stop(self) -> None:
        """Take no new mail, and finish the mails whose data is being kept."""
        if self._server:
            self._server.close()
        for each in tuple(self._open):
            await each.finish()

    def enter(self, conversation: "_Conversation") -> bool:
        """Whether there is room for one more client."""
        if len(self._open) >= self.connections:
            metrics.REFUSED.labels("email", "too-many-connections").inc()
            return False
        self._open.add(conversation)
        return True

    def leave(self, conversation: "_Conversation") -> None:
        """A client is gone."""
        self._open.discard(conversation)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd looks for this name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take a recipient, or say why not."""
        if len(envelope.rcpt_tos) >= RECIPIENTS:
            return "452 4.5.3 Too many recipients, send the others later"
        if self.sink.directory().find(address) is None:
            metrics.REFUSED.labels("email", "unknown-recipient").inc()
            return "550 5.1.1 No such mailbox here"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 OK"

    async def keep(self, raw: bytes, envelope: Envelope) -> str:
        """Keep a mail for each inbox that it is for; what the client hears."""
        now = self.clock.now()
        sender = (envelope.mail_from or "").strip("<>")
        try:
            for inbox in self.sink.directory().inboxes(envelope.rcpt_tos):
                await self.sink.take(RawMail(raw, inbox, now, sender))
        except SlowDown as why:
            return f"452 4.3.1 {why}"
        except RetryLater:
            return "451 4.3.0 Cannot keep mail at the moment, come back"
        except Exception:
            log.exception("smtp_failed")
            return "451 4.3.0 Something went wrong here, come back"
        return KEPT

    async def handle_exception(self, error: Exception) -> str:
        """What a client hears when a command fails in an unforeseen way."""
        log.error("smtp_command_failed", why=f"{type(error).__name__}: {error}")
        return "451 4.3.0 Something went wrong here, come back"


class _Conversation(SMTP):
    """One client. Reads DATA itself: in memory once, of any line length, and an answer per recipient in LMTP."""

    line_length_limit = LINE_BYTES

    def __init__(self, receiver: SmtpReceiver) -> None:
        super().__init__(
            receiver,
            data_size_limit=receiver.mail_bytes,
            enable_SMTPUTF8=True,
            hostname=receiver.hostname,
            ident="Gongdan",
            timeout=IDLE_SECONDS,
            loop=asyncio.get_running_loop(),
        )
        self._receiver = receiver
        self._lmtp = False
        self._keeping = asyncio.Lock()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Turn away whoever is one too many."""
        if not self._receiver.enter(self):
            if isinstance(transport, asyncio.WriteTransport):
                transport.write(b"421 4.7.0 Too many connections, come back\r\n")
            transport.close()
            return
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        """Make room."""
        self._receiver.leave(self)
        if self.session is not None:
            super().connection_lost(error)

    def eof_received(self) -> bool | None:
        """The client sends no more; one that was turned away never had a session."""
        return super().eof_received() if self.session is not None else False

    async def finish(self) -> None:
        """Hang up, but not while a mail is being kept."""
        async with self._keeping:
            if self.transport:
                self.transport.close()

    @syntax("LHLO hostname")
    async def smtp_LHLO(self, hostname: str) -> None:  # noqa: N802
        """The greeting of LMTP."""
        self._lmtp = True
        await super().smtp_EHLO(hostname)

    async def smtp_EHLO(self, hostname: str) -> None:  # noqa: N802
        """The greeting of SMTP."""
        self._lmtp = False
        await super().smtp_EHLO(hostname)

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        """Receive a mail and keep it."""
        if await self.check_helo_needed():
            return
        if self.envelope is None or not self.envelope.rcpt_tos:
            await self.push("503 5.5.1 Name a recipient first")
            return
        if arg:
            await self.push("501 5.5.4 Syntax: DATA")
            return
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        content = await self._receive()
        async with self._keeping:
            status = TOO_LARGE if content is None else await self._receiver.keep(content, self.envelope)
            for _ in self.envelope.rcpt_tos if self._lmtp else (None,):
                await self.push(status)
        self.envelope = self._create_envelope()

    async def _receive(self) -> bytes | None:
        """The mail without dot stuffing; None when it is too large. Only CR LF . CR LF ends it."""
        content = bytearray()
        size = 0
        at_line_start = True
        while True:
            piece = await self._piece()
            if at_line_start and piece == b".\r\n":
                break
            size += len(piece)
            if size > self._receiver.mail_bytes:
                content.clear()
            else:
                content += piece[1:] if at_line_start and piece.startswith(b".") else piece
            at_line_start = piece.endswith(b"\r\n")
        return bytes(content) if size <= self._receiver.mail_bytes else None

    async def _piece(self) -> bytes:
        """A line, or what there is of one that is longer than the buffer."""
        reader: Any = self._reader
        try:
            return bytes(await reader.readuntil(b"\r\n"))
        except asyncio.LimitOverrunError as long:
            return bytes(await reader.read(long.consumed))
