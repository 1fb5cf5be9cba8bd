"""The mail receiver: SMTP, and LMTP for clients that say LHLO. 250 means kept; anything passing is told to come back.

No sign-in: it takes mail for our own addresses only, and relays nothing. Source: RFC 5321, RFC 2033 (one answer for
each recipient after DATA), RFC 3207 for STARTTLS, RFC 3463 for the enhanced codes.
"""

import asyncio
import logging
import ssl
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import structlog
from aiosmtpd.smtp import SMTP, Envelope, Session

from gongdan.intake.adapters.smtp_conversation import Conversation
from gongdan.intake.domain.mail.door import Keeping, Places, Rates
from gongdan.intake.domain.mail.message import Inbox, RawMail
from gongdan.intake.ports import MailSink
from gongdan.shared import metrics
from gongdan.shared.clock import Clock
from gongdan.shared.errors import RetryLater, SlowDown, StopService

log = structlog.get_logger()

KEPT = "250 2.0.0 Kept"


@dataclass(frozen=True, slots=True)
class SmtpTerms:
    """What is offered, and how much of it. `mail_bytes` bounds one mail, `memory` all that are being received.

    `connections` are clients at a time, `client_connections` those of one address, which hands in at most
    `client_mails` a minute (0: as many as it likes). With a certificate STARTTLS is offered, with `require_tls`
    insisted on.
    """

    hostname: str
    mail_bytes: int
    connections: int
    client_connections: int
    client_mails: int
    memory: int
    recipients: int = 100
    strangers: int = 20
    certificate: Path | None = None
    key: Path | None = None
    require_tls: bool = False


@dataclass
class SmtpReceiver:
    """The part that listens.

    Without slots: aiosmtpd reads every attribute of it, and in Python before 3.11.3 a slotted dataclass has one,
    `__weakref__`, that cannot be read.
    """

    sink: MailSink
    clock: Clock
    host: str
    port: int
    terms: SmtpTerms
    name: str = "smtp"
    tls: ssl.SSLContext | None = None
    _server: asyncio.Server | None = None
    _open: set[Conversation] = field(default_factory=set)
    _places: Places = field(init=False)
    _rates: Rates = field(init=False)
    _keeping: Keeping = field(default_factory=Keeping)
    _in_hand: int = 0

    def __post_init__(self) -> None:
        self._places = Places(self.terms.connections, self.terms.client_connections)
        self._rates = Rates(self.terms.client_mails)

    def with_terms(self, **changes: Any) -> "SmtpReceiver":  # noqa: ANN401 - of as many types as terms has fields
        """Another receiver, not yet listening."""
        terms = replace(self.terms, **changes)
        return SmtpReceiver(self.sink, self.clock, self.host, self.port, terms)

    @property
    def bound_port(self) -> int:
        """Where it really listens: with port 0 the system chooses."""
        return int(self._server.sockets[0].getsockname()[1]) if self._server else self.port

    async def start(self) -> None:
        """Listen. Raises StopService when the port belongs to somebody else, or the certificate cannot be used."""
        self.tls = tls_of(self.terms)
        # aiosmtpd warns of every word it does not know, which strangers have many of
        logging.getLogger("mail.log").setLevel(logging.ERROR)
        loop = asyncio.get_running_loop()
        try:
            self._server = await loop.create_server(lambda: Conversation(self), self.host, self.port)
        except OSError as error:
            cure = "stop what listens there, or choose another port with GONGDAN_SMTP_PORT"
            raise StopService(
                f"cannot listen for mail on {self.host}:{self.port} ({error.strerror}); {cure}"
            ) from error
        log.info("smtp_listens", host=self.host, port=self.bound_port, tls=self.tls is not None)

    async def stop(self) -> None:
        """Take no new mail, and finish the mails whose data is being kept."""
        if self._server:
            self._server.close()
        for each in tuple(self._open):
            await each.finish()

    def enter(self, conversation: Conversation, client: str) -> bool:
        """Whether there is room for one more client."""
        if not self._places.enter(client):
            metrics.REFUSED.labels("email", "too-many-connections").inc()
            return False
        self._open.add(conversation)
        return True

    def leave(self, conversation: Conversation, client: str) -> None:
        """A client is gone."""
        if conversation in self._open:
            self._open.discard(conversation)
            self._places.leave(client)

    def hold(self, size: int) -> bool:
        """Whether so many bytes more can be in hand; negative ones give them back."""
        if size > 0 and self._in_hand + size > self.terms.memory:
            metrics.REFUSED.labels("email", "memory").inc()
            return False
        self._in_hand += size
        return True

    def trouble(self) -> str:
        """What to say to whoever wants to hand in a mail while none can be kept; empty when one can be."""
        why = self._keeping.trouble(self.clock.monotonic())
        if why:
            metrics.REFUSED.labels("email", "cannot-keep").inc()
        return why and f"452 4.3.1 {why}"

    async def handle_EHLO(  # noqa: N802 - aiosmtpd looks for these names
        self, _server: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        """What we can do; no sign-in among it."""
        session.host_name = hostname
        found = [each for each in responses if not each.startswith("250-AUTH")]
        return [*found[:-1], "250-PIPELINING", "250-ENHANCEDSTATUSCODES", found[-1]]

    async def handle_MAIL(  # noqa: N802
        self, _server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Begin a mail, unless this client has handed in enough for now."""
        if not self._rates.take(client_of(session.peer), self.clock.monotonic()):
            metrics.REFUSED.labels("email", "too-many-mails").inc()
            return "450 4.7.1 Too many mails in a short time, come back"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take a recipient, or say why not; somebody who tries out addresses is not told any more."""
        assert isinstance(server, Conversation)  # noqa: S101 - this receiver makes no others
        if len(envelope.rcpt_tos) >= self.terms.recipients:
            return "452 4.5.3 Too many recipients, send the others later"
        if trouble := self.trouble():
            return trouble
        if server.strangers >= self.terms.strangers:
            return "450 4.7.1 Too many unknown recipients, come back"
        if self.sink.directory().find(address) is None:
            server.strangers += 1
            metrics.REFUSED.labels("email", "unknown-recipient").inc()
            return "550 5.1.1 No such mailbox here"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 OK"

    async def keep(self, raw: bytes, envelope: Envelope) -> list[str]:
        """Keep a mail for each inbox that it is for; what the client hears, for each recipient."""
        now = self.clock.now()
        sender = (envelope.mail_from or "").strip("<>")
        directory = self.sink.directory()
        answers: dict[Inbox | None, str] = {
            inbox: await self._keep(RawMail(raw, inbox, now, sender)) for inbox in directory.inboxes(envelope.rcpt_tos)
        } or {None: "451 4.3.0 No recipient is left, come back"}
        # recipients taken by pattern share the inbox of the first
        return [answers.get(directory.find(each), max(answers.values())) for each in envelope.rcpt_tos]

    async def _keep(self, mail: RawMail) -> str:
        number, failed = self._keeping.begin(self.clock.monotonic()), False
        try:
            message_id = await self.sink.take(mail)
        except SlowDown as why:
            return f"452 4.3.1 {why}"
        except RetryLater:
            failed = True
            return "451 4.3.0 Cannot keep mail at the moment, come back"
        except Exception:
            log.exception("smtp_failed")
            return "451 4.3.0 Something went wrong here, come back"
        finally:
            self._keeping.end(number, self.clock.monotonic(), failed=failed)
        return f"{KEPT} as {message_id}" if message_id else KEPT

    async def handle_exception(self, error: Exception) -> str:
        """What a client hears when a command fails in an unforeseen way."""
        log.error("smtp_command_failed", why=f"{type(error).__name__}: {error}")
        return "451 4.3.0 Something went wrong here, come back"


def client_of(peer: object) -> str:
    """A client by its address, without the port."""
    return str(peer[0]) if isinstance(peer, tuple) and peer else "local"


def tls_of(terms: SmtpTerms) -> ssl.SSLContext | None:
    """The certificate, ready to be shown. Raises StopService naming the settings."""
    if terms.certificate is None:
        if terms.require_tls:
            raise StopService(
                "GONGDAN_SMTP_REQUIRE_TLS needs a certificate; name one with GONGDAN_SMTP_TLS_CERTIFICATE"
            )
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        context.load_cert_chain(terms.certificate, terms.key)
    except OSError as error:
        names = "GONGDAN_SMTP_TLS_CERTIFICATE and GONGDAN_SMTP_TLS_KEY"
        raise StopService(f"cannot use {terms.certificate}: {error}; look at {names}") from error
    return context
