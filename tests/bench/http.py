"""An HTTP/1.1 client that costs next to nothing, so that a bench measures the server and not itself.

One request at a time per connection, answers with Content-Length only; nothing else is needed here.
"""

import asyncio
from types import TracebackType
from typing import Any, Self, cast
from urllib.parse import urlsplit

import orjson

END_OF_HEADERS = b"\r\n\r\n"
LENGTH = b"content-length:"


class Refused(Exception):
    """The server answered with an error."""


class _Line(asyncio.Protocol):
    """One kept connection."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport | None = None
        self._received = b""
        self._answer: asyncio.Future[tuple[int, bytes]] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self.transport = cast(asyncio.Transport, transport)

    def connection_lost(self, exc: Exception | None) -> None:
        """Whoever waits learns of it, and nobody asks here again."""
        self.transport = None
        if self._answer and not self._answer.done():
            self._answer.set_exception(exc or ConnectionResetError("the server closed the connection"))

    def data_received(self, data: bytes) -> None:
        """Gather an answer; complete once its body is there."""
        self._received += data
        head, found, body = self._received.partition(END_OF_HEADERS)
        if not found or self._answer is None or len(body) < length_of(head):
            return
        answer, self._answer, self._received = self._answer, None, b""
        answer.set_result((int(head[9:12]), body))

    async def ask(self, request: bytes) -> tuple[int, bytes]:
        """Send a request; returns status and body."""
        assert self.transport is not None
        self._answer = asyncio.get_running_loop().create_future()
        self.transport.write(request)
        return await self._answer


def length_of(head: bytes) -> int:
    """How long the body is that follows such a head. Raises Refused where it does not say."""
    for line in head.lower().split(b"\r\n"):
        if line.startswith(LENGTH):
            return int(line[len(LENGTH) :])
    raise Refused(f"no Content-Length in {head!r}")


class Client:
    """Requests to one server with one token, over as many connections as are asked for at once."""

    def __init__(self, address: str, token: str) -> None:
        host = urlsplit(address)
        self._place = host.hostname or "", host.port or 80
        self._head = f"Host: {host.netloc}\r\nAuthorization: Bearer {token}\r\n".encode()
        self._idle: list[_Line] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for line in self._idle:
            if line.transport:
                line.transport.close()

    def posting(self, path: str, value: object) -> bytes:
        """The whole request that POSTs JSON."""
        body = orjson.dumps(value)
        head = b"POST %s HTTP/1.1\r\n%sContent-Type: application/json\r\n" % (path.encode(), self._head)
        return b"%sContent-Length: %d\r\n\r\n%s" % (head, len(body), body)

    async def post(self, path: str, value: object) -> Any:
        """POST JSON; returns the JSON of the answer. Raises Refused at an error."""
        return await self._ask(self.posting(path, value))

    async def get(self, path: str) -> Any:
        """GET; returns the JSON of the answer. Raises Refused at an error."""
        return await self._ask(f"GET {path} HTTP/1.1\r\n".encode() + self._head + b"\r\n")

    async def exchange(self, request: bytes) -> tuple[int, bytes]:
        """Send a whole request as it stands; returns status and body of the answer."""
        line = self._open() or await self._connect()
        answer = await line.ask(request)
        self._idle.append(line)
        return answer

    async def _ask(self, request: bytes) -> Any:
        status, body = await self.exchange(request)
        if status >= 400:
            raise Refused(f"{status}: {body.decode()}")
        return orjson.loads(body)

    def _open(self) -> _Line | None:
        while self._idle:
            if (line := self._idle.pop()).transport:
                return line
        return None

    async def _connect(self) -> _Line:
        loop = asyncio.get_running_loop()
        _, line = await loop.create_connection(_Line, *self._place)
        return line
