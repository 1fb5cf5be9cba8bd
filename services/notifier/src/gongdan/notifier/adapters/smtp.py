"""Mail out: a pool of connections to one mail server, and what its answers mean.

A connection is kept while there is mail and closed when it has rested for long. The phases of a mail are told
apart: until its content is sent, a connection that turns out to be dead is replaced and the mail goes on; once
the content is on its way, nobody can know whether it was accepted, and the attempt counts as failed.
"""

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, field

import structlog
from aiosmtplib import SMTP, SMTPException, SMTPResponseException, SMTPServerDisconnected, SMTPTimeoutError

from gongdan.notifier.adapters.mail_server import MailServer
from gongdan.notifier.domain.delivery import Claimed
from gongdan.notifier.domain.message import Mail, build
from gongdan.notifier.domain.retry import GiveUp, Result, Taken, TryLater, Unreachable
from gongdan.shared.blobs import Blobs

log = structlog.get_logger()

CONNECT_SECONDS = 10.0
CONTENT_SECONDS = 180.0
IDLE_SECONDS = 20.0
CLOSING = 421


class Unconnected(Exception):
    """The server cannot be reached, or will not have us."""


@dataclass(slots=True)
class SmtpPool:
    """Connections to the mail server. As many are open as mails are being sent at once."""

    server: MailServer
    own_name: str
    name: str = "smtp"
    _idle: list[tuple[SMTP, float]] = field(default_factory=list)

    async def start(self) -> None:
        """Nothing to do: the server may come later, mail waits for it."""

    async def stop(self) -> None:
        """Take leave of the server."""
        while self._idle:
            connection, _ = self._idle.pop()
            with contextlib.suppress(SMTPException, OSError, TimeoutError):
                await connection.quit(timeout=1.0)

    async def send(self, sender: str, recipient: str, content: bytes) -> Result:
        """Send one mail."""
        try:
            connection = await self._begin(sender, recipient, len(content))
        except Unconnected as fault:
            return Unreachable(str(fault))
        except SMTPResponseException as refusal:
            return _meaning(refusal)
        except (SMTPException, OSError, TimeoutError) as fault:
            return TryLater(_text(fault))
        try:
            await connection.data(content, timeout=CONTENT_SECONDS)
        except SMTPResponseException as refusal:
            await self._keep(connection, reset=True)
            return _meaning(refusal)
        except (SMTPException, OSError, TimeoutError) as fault:
            connection.close()
            return TryLater(_text(fault))
        await self._keep(connection)
        return Taken()

    async def _begin(self, sender: str, recipient: str, size: int) -> SMTP:
        """A connection that has taken sender and recipient. Dead ones are replaced; a fresh one's death counts."""
        while True:
            connection, fresh = await self._take()
            try:
                await _envelope(connection, sender, recipient, size)
                return connection
            except SMTPResponseException as refusal:
                if refusal.code != CLOSING:
                    await self._keep(connection, reset=True)
                    raise
                connection.close()
                if fresh:
                    raise Unconnected(_text(refusal)) from refusal
            except (SMTPServerDisconnected, SMTPTimeoutError, OSError):
                connection.close()
                if fresh:
                    raise

    async def _take(self) -> tuple[SMTP, bool]:
        now = asyncio.get_running_loop().time()
        while self._idle:
            connection, since = self._idle.pop()
            if connection.is_connected and now - since < IDLE_SECONDS:
                return connection, False
            connection.close()
        connection = self.server.connection(self.own_name)
        try:
            await connection.connect(timeout=CONNECT_SECONDS)
        except (SMTPException, OSError, TimeoutError) as fault:
            connection.close()
            raise Unconnected(f"{self.server.host}:{self.server.port}: {_text(fault)}") from fault
        return connection, True

    async def _keep(self, connection: SMTP, reset: bool = False) -> None:
        try:
            if reset:
                await connection.rset()
        except (SMTPException, OSError, TimeoutError):
            connection.close()
        if connection.is_connected:
            self._idle.append((connection, asyncio.get_running_loop().time()))


async def _envelope(connection: SMTP, sender: str, recipient: str, size: int) -> None:
    options = [f"SIZE={size}"] if connection.supports_extension("size") else []
    if not (sender.isascii() and recipient.isascii()):
        if not connection.supports_extension("smtputf8"):
            raise SMTPResponseException(553, "the mail server takes ASCII addresses only")
        options.append("SMTPUTF8")
    await connection.mail(sender, options=options, encoding="utf-8")
    await connection.rcpt(recipient, encoding="utf-8")


def _meaning(refusal: SMTPResponseException) -> Result:
    """Source: RFC 5321 section 4.2.1: 4yz may succeed later, 5yz never will."""
    return GiveUp(_text(refusal)) if 500 <= refusal.code < 600 else TryLater(_text(refusal))


def _text(fault: BaseException) -> str:
    if isinstance(fault, SMTPResponseException):
        return f"{fault.code} {fault.message}"
    return f"{type(fault).__name__}: {fault}"


@dataclass(frozen=True, slots=True)
class SmtpCarrier:
    """Carries mails, with their attachments from the blobs."""

    pool: SmtpPool
    blobs: Blobs

    async def carry(self, claimed: Claimed) -> Result:
        """Build the mail and send it."""
        mail = Mail.model_validate_json(claimed.delivery.content)
        try:
            files = await self._files(mail)
        except KeyError as missing:
            return TryLater(f"attachment {missing.args[0]} is not among the blobs")
        return await self.pool.send(mail.sender, mail.to, build(mail, files))

    async def _files(self, mail: Mail) -> Sequence[bytes]:
        return [await self.blobs.get(file.sha256) for file in mail.attachments]
