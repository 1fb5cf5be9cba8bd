"""One SMTP or LMTP client, from greeting to goodbye.

Reads DATA itself instead of leaving that to aiosmtpd: in memory once, with lines of any length, and in LMTP with an
answer for each recipient. Source: RFC 5321 section 4.5.2, RFC 2033 section 4.2.
"""

import asyncio
from typing import Any, Protocol

from aiosmtpd.smtp import SMTP, Envelope, syntax

IDLE_SECONDS = 300.0
LINE_BYTES = 64 * 1024
TOO_LARGE = "552 5.3.4 The mail is larger than we take"


class Receiver(Protocol):
    """Whom the client talks to."""

    hostname: str
    mail_bytes: int

    def enter(self, conversation: "Conversation") -> bool:
        """Whether there is room for one more client."""
        ...

    def leave(self, conversation: "Conversation") -> None:
        """A client is gone."""
        ...

    async def keep(self, raw: bytes, envelope: Envelope) -> str:
        """Keep a mail; what the client hears."""
        ...


class Conversation(SMTP):
    """A connection; `receiver` says whether there is room, and keeps what comes."""

    line_length_limit = LINE_BYTES

    def __init__(self, receiver: Receiver) -> None:
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
