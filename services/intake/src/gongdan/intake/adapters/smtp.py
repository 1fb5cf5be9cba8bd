"""The mail receiver: SMTP, and LMTP for clients that say LHLO. 250 means kept; anything passing is told to come back.

No sign-in and no TLS: it stands behind a mail server, on an address that only that one reaches. Source: RFC 5321,
RFC 2033 (one answer for each recipient after DATA), RFC 3463 for the enhanced codes.
"""

import asyncio
from dataclasses import dataclass, field

import structlog
from aiosmtpd.smtp import SMTP, Envelope, Session

from gongdan.intake.adapters.smtp_conversation import Conversation
from gongdan.intake.domain.mail.message import RawMail
from gongdan.intake.ports import MailSink
from gongdan.shared import metrics
from gongdan.shared.clock import Clock
from gongdan.shared.errors import RetryLater, SlowDown, StopService

log = structlog.get_logger()

RECIPIENTS = 100
KEPT = "250 2.0.0 Kept"


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
    _open: set[Conversation] = field(default_factory=set)

    @property
    def bound_port(self) -> int:
        """Where it really listens: with port 0 the system chooses."""
        return int(self._server.sockets[0].getsockname()[1]) if self._server else self.port

    async def start(self) -> None:
        """Listen. Raises StopService when the port belongs to somebody else."""
        loop = asyncio.get_running_loop()
        try:
            self._server = await loop.create_server(lambda: Conversation(self), self.host, self.port)
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

    def enter(self, conversation: Conversation) -> bool:
        """Whether there is room for one more client."""
        if len(self._open) >= self.connections:
            metrics.REFUSED.labels("email", "too-many-connections").inc()
            return False
        self._open.add(conversation)
        return True

    def leave(self, conversation: Conversation) -> None:
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
