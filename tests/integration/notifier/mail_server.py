"""A real mail server whose answers a test decides."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.smtp import SMTP, Envelope, Session

from gongdan.notifier.adapters.mail_server import MailServer


@dataclass
class Post:
    """aiosmtpd's handler. `at_mail`, `at_rcpt` and `at_data` hold the answers to come; then it takes everything.

    An answer `drop` closes the connection without a word. `after_data` `drop` keeps the mail and then drops.
    """

    at_mail: list[str] = field(default_factory=list)
    at_rcpt: list[str] = field(default_factory=list)
    at_data: list[str] = field(default_factory=list)
    taken: list[bytes] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    connections: int = 0

    def mails(self) -> list[EmailMessage]:
        """What was taken, as a reader sees it."""
        return [message_from_bytes(one, policy=policy.default) for one in self.taken]

    async def handle_MAIL(  # noqa: N802 - its name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Answer the sender."""
        answer = self._next(server, self.at_mail)
        if answer.startswith("250"):
            envelope.mail_from = address
            envelope.mail_options.extend(options)
        return answer

    async def handle_RCPT(  # noqa: N802 - its name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Answer the recipient."""
        answer = self._next(server, self.at_rcpt)
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - its name
        """Answer the content. `taken but drop` keeps it and loses the connection before saying so."""
        kept = self.at_data[:1] == ["taken but drop"]
        answer = self._next(server, self.at_data)
        if kept or answer.startswith("250"):
            assert isinstance(envelope.content, bytes)
            self.taken.append(envelope.content)
            self.recipients.extend(envelope.rcpt_tos)
        return answer

    def _next(self, server: SMTP, answers: list[str]) -> str:
        answer = answers.pop(0) if answers else "250 OK"
        if re.search("drop$", answer):
            assert isinstance(server.transport, asyncio.WriteTransport)
            server.transport.abort()
        return answer


@asynccontextmanager
async def mail_server(post: Post, port: int) -> AsyncIterator[MailServer]:
    """The server, listening."""

    def connection() -> SMTP:
        post.connections += 1
        return SMTP(post, enable_SMTPUTF8=True, hostname="mail.example", auth_require_tls=False)

    server = await asyncio.get_running_loop().create_server(connection, "127.0.0.1", port)
    yield MailServer("127.0.0.1", port)
    server.close()
