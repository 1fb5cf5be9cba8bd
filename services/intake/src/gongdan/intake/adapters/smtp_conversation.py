"""One SMTP or LMTP client, from greeting to goodbye.

Reads DATA itself instead of leaving that to aiosmtpd: in memory once, with lines of any length, and in LMTP with an
answer for each recipient. A client that dawdles is hung up on. Source: RFC 5321 sections 4.5.2 and 4.5.3.2, RFC 2033
section 4.2.
"""

import asyncio
import re
import ssl
from typing import Any, AnyStr, Protocol

from aiosmtpd.smtp import SMTP, Envelope, syntax

from gongdan.intake.domain.mail.door import hides_an_end

COMMAND_SECONDS = 120.0
PIECE_SECONDS = 60.0
"""How long a mail may take for each `PIECE_BYTES` of it."""

PIECE_BYTES = 64 * 1024
SESSION_SECONDS = 3_600.0
LINE_BYTES = 64 * 1024
COMMANDS = {"NOOP": 100, "RSET": 10_000, "HELO": 20, "EHLO": 20, "LHLO": 20, "VRFY": 10, "HELP": 10, "*": 100_000}
"""How often each may be said in one session."""

FULL = "421 4.7.0 Too many connections, come back\r\n"
TOO_LARGE = "552 5.3.4 The mail is larger than we take"
NO_ROOM = "452 4.3.1 Too much mail is being received, come back"
SMUGGLED = "554 5.6.0 A dot alone between bare line ends, where other servers see the end of a mail"

# What a reply without an enhanced code means. Source: RFC 3463.
ENHANCED = {
    "220 R": "2.0.0", "221": "2.0.0", "250 OK": "2.0.0", "250 S": "2.0.0", "252": "2.1.5",
    "421": "4.7.0", "451": "4.3.0", "452": "4.3.1", "454": "4.7.0",
    "500": "5.5.2", "501": "5.5.4", "502": "5.5.1", "503": "5.5.1", "504": "5.5.4", "530": "5.7.0",
    "550": "5.7.1", "551": "5.7.1", "552": "5.3.4", "553": "5.1.3", "554": "5.0.0", "555": "5.5.4",
}  # fmt: skip
_CODED = re.compile(r"\d{3} \d\.\d{1,3}\.\d{1,3} ")


class Terms(Protocol):
    """What the receiver offers."""

    @property
    def hostname(self) -> str:
        """Our name."""
        ...

    @property
    def mail_bytes(self) -> int:
        """The largest mail."""
        ...

    @property
    def require_tls(self) -> bool:
        """Whether STARTTLS comes first."""
        ...


class Receiver(Protocol):
    """Whom the client talks to."""

    @property
    def terms(self) -> Terms:
        """What is offered."""
        ...

    @property
    def tls(self) -> ssl.SSLContext | None:
        """Our certificate."""
        ...

    def enter(self, conversation: "Conversation", client: str) -> bool:
        """Whether there is room for one more client."""
        ...

    def leave(self, conversation: "Conversation", client: str) -> None:
        """A client is gone."""
        ...

    def hold(self, size: int) -> bool:
        """Whether so many bytes more can be in hand; negative ones give them back."""
        ...

    def trouble(self) -> str:
        """What to say to whoever wants to hand in a mail while none can be kept; empty when one can be."""
        ...

    async def keep(self, raw: bytes, envelope: Envelope) -> list[str]:
        """Keep a mail; what the client hears, for each recipient."""
        ...


class Conversation(SMTP):
    """A connection; `receiver` says whether there is room, and keeps mail. `strangers` counts wrong recipients."""

    line_length_limit = LINE_BYTES

    def __init__(self, receiver: Receiver) -> None:
        super().__init__(
            receiver,
            data_size_limit=receiver.terms.mail_bytes,
            enable_SMTPUTF8=True,
            hostname=receiver.terms.hostname,
            ident="Gongdan",
            timeout=COMMAND_SECONDS,
            tls_context=receiver.tls,
            require_starttls=receiver.terms.require_tls,
            auth_exclude_mechanism=["LOGIN", "PLAIN"],
            command_call_limit=COMMANDS,
            loop=asyncio.get_running_loop(),
        )
        self._receiver = receiver
        self._lmtp = False
        self._keeping = asyncio.Lock()
        self._client: str | None = None
        self._held = 0
        self._timed = -1
        self._ending: asyncio.Future[None] | None = None
        self._end: asyncio.TimerHandle | None = None
        self.strangers = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Turn away whoever is one too many. Called again when the connection becomes encrypted."""
        if self._client is None:
            peer = transport.get_extra_info("peername")
            client = str(peer[0]) if isinstance(peer, tuple) and peer else "local"
            if not self._receiver.enter(self, client):
                if isinstance(transport, asyncio.WriteTransport):
                    transport.write(FULL.encode())
                transport.close()
                return
            self._client = client
            self._end = self.loop.call_later(SESSION_SECONDS, self._hang_up)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        """Make room."""
        if self._client is not None:
            self._receiver.leave(self, self._client)
        if self._end is not None:
            self._end.cancel()
        self._give_back()
        if self.session is not None:
            super().connection_lost(error)

    def eof_received(self) -> bool | None:
        """The client sends no more; one that was turned away never had a session."""
        return super().eof_received() if self.session is not None else False

    async def push(self, status: AnyStr) -> None:
        """Answer; with an enhanced code everywhere but in greetings, as we promise there. Source: RFC 2034."""
        if isinstance(status, str):
            await super().push(enhanced(status))
        else:
            await super().push(status)

    async def finish(self) -> None:
        """Hang up, but not while a mail is being kept."""
        async with self._keeping:
            if self.transport:
                self.transport.close()

    def _hang_up(self) -> None:
        self._ending = asyncio.ensure_future(self.finish())

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
        if refusal := self._receiver.trouble() or ("" if self._hold(PIECE_BYTES) else NO_ROOM):
            await self.push(refusal)
            return
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        content = await self._receive()
        async with self._keeping:
            await self._answer(content, self.envelope)
        self._give_back()
        self.envelope = self._create_envelope()

    async def _answer(self, content: bytes | str, envelope: Envelope) -> None:
        """One answer for all recipients, in LMTP one for each."""
        self._reset_timeout(COMMAND_SECONDS)
        if isinstance(content, bytes):
            found = await self._receiver.keep(content, envelope)
        else:
            found = [content] * len(envelope.rcpt_tos)
        # the greatest code is the worst news
        for status in found if self._lmtp else [max(found)]:
            await self.push(status)

    async def _receive(self) -> bytes | str:
        """The mail without dot stuffing, or why it is refused. Only CR LF . CR LF ends it, whatever it is."""
        content, size, refused, at_start = bytearray(), 0, "", True
        self._timed = -1
        while True:
            piece = await self._piece(size)
            if at_start and piece == b".\r\n":
                return refused or bytes(content)
            size += len(piece)
            refused = refused or self._refusal(piece, size, at_start)
            if refused:
                content.clear()
            else:
                content += piece[1:] if at_start and piece.startswith(b".") else piece
            at_start = piece.endswith(b"\r\n")

    def _refusal(self, piece: bytes, size: int, at_start: bool) -> str:
        if size > self._receiver.terms.mail_bytes:
            return TOO_LARGE
        if hides_an_end(piece, at_start):
            return SMUGGLED
        return "" if self._hold(len(piece)) else NO_ROOM

    def _hold(self, size: int) -> bool:
        held = self._receiver.hold(size)
        self._held += size if held else 0
        return held

    def _give_back(self) -> None:
        self._receiver.hold(-self._held)
        self._held = 0

    async def _piece(self, size: int) -> bytes:
        """A line, or what there is of one that is longer than the buffer."""
        reader: Any = self._reader
        if size // PIECE_BYTES != self._timed:
            self._timed = size // PIECE_BYTES
            self._reset_timeout(PIECE_SECONDS)
        try:
            return bytes(await reader.readuntil(b"\r\n"))
        except asyncio.LimitOverrunError as long:
            return bytes(await reader.read(long.consumed))


def enhanced(status: str) -> str:
    """A reply with an enhanced code; greetings have none."""
    code = next((ENHANCED[length] for length in (status[:6], status[:5], status[:3]) if length in ENHANCED), None)
    return status if code is None or _CODED.match(status) else f"{status[:3]} {code}{status[3:]}"
