"""Catches the mail that Gongdan sends when no real mail server is set, so that nothing leaves the machine."""

import asyncio

from aiosmtpd.smtp import SMTP, Envelope, Session

from gongdan.shared.embedded.maildir import Maildir

LONGEST_MAIL = 32 * 1024 * 1024


class CatchAll:
    """aiosmtpd's handler: every mail to everybody is accepted and kept."""

    def __init__(self, maildir: Maildir) -> None:
        self._maildir = maildir

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - its name
        """Keep the mail, with its envelope in two headers, as aiosmtpd's own Mailbox handler does."""
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        recipients = ", ".join(envelope.rcpt_tos)
        added = f"X-MailFrom: {envelope.mail_from or ''}\r\nX-RcptTo: {recipients}\r\n"
        self._maildir.add(added.encode("utf-8", "surrogateescape") + content)
        return "250 OK"


async def serve(maildir: Maildir, port: int) -> asyncio.Server:
    """Listen on 127.0.0.1:port."""
    handler = CatchAll(maildir)

    def connection() -> SMTP:
        return SMTP(handler, data_size_limit=LONGEST_MAIL, enable_SMTPUTF8=True, hostname="mail.gongdan.localhost")

    return await asyncio.get_running_loop().create_server(connection, "127.0.0.1", port, backlog=1024)
