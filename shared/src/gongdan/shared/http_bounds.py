"""Bounds on what a connection may take: how long a request may be on its way, how long its head, how many at once.

A client that sends a byte now and then would else keep a connection for ever. Each request has some seconds, and more
for what it sends; who is made to wait by us is not at fault. Beneath this is uvicorn's protocol on httptools.
"""

from asyncio import BaseTransport, TimerHandle, Transport
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from gongdan.shared.json import dumps

HEAD_BYTES = 32 * 1024
PATIENCE_SECONDS = 15.0
SLOWEST_BYTES_A_SECOND = 8 * 1024
LOOK_EVERY_SECONDS = 5.0
MOST_CONNECTIONS = 4_000
PHRASES = {408: "Request Timeout", 431: "Request Header Fields Too Large", 503: "Service Unavailable"}


class BoundedProtocol(HttpToolsProtocol):
    """One connection. `patience` and `look_every` are seconds; tests shorten them."""

    patience = PATIENCE_SECONDS
    look_every = LOOK_EVERY_SECONDS
    most_connections = MOST_CONNECTIONS

    def __init__(self, *arguments: Any, **named: Any) -> None:  # noqa: ANN401 - as uvicorn calls it
        super().__init__(*arguments, **named)
        self._begun: float | None = None
        self._taken = 0
        self._in_head = True
        self._resting: float | None = None
        self._watch: TimerHandle | None = None

    def connection_made(self, transport: BaseTransport) -> None:
        """Begin to watch; one connection too many is told to come back."""
        super().connection_made(cast(Transport, transport))
        self._begun = self.loop.time()
        self._watch = self.loop.call_later(self.look_every, self._look)
        if len(self.connections) > self.most_connections:
            self.refuse(503, "come-back-later", "too many connections at a time")

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop watching."""
        super().connection_lost(exc)
        if self._watch:
            self._watch.cancel()

    def data_received(self, data: bytes) -> None:
        """Bytes of a request; a head that does not end is cut off."""
        if self.transport.is_closing():
            return
        self._resting = None
        super().data_received(data)
        self._taken += len(data)
        if self._in_head and self._taken > HEAD_BYTES:
            self.refuse(431, "head-too-large", f"the head of a request may have {HEAD_BYTES} bytes")

    def on_message_begin(self) -> None:
        """The first byte of a request."""
        super().on_message_begin()
        self.begin_request()

    def begin_request(self) -> None:
        """Its time runs from now."""
        self._begun = self.loop.time()
        self._taken = 0
        self._in_head = True
        self._resting = None

    def on_headers_complete(self) -> None:
        """The head is there."""
        self._in_head = False
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The whole request is there."""
        self.waits_for_us()
        super().on_message_complete()

    def waits_for_us(self) -> None:
        """From now on the time is ours."""
        self._begun = self._resting = None
        self._taken = 0

    def rests(self) -> None:
        """Its last request was answered past uvicorn; it may be kept for a while. A timer each would cost more."""
        self._resting = self.loop.time()

    def refuse(self, status: int, slug: str, title: str) -> None:
        """Answer with a problem document and close, unless an answer has begun."""
        if self.transport.is_closing():
            return
        cycle: RequestResponseCycle | None = self.cycle
        if cycle is None or not cycle.response_started or cycle.response_complete:
            self.transport.write(_problem(status, slug, title))
        self.transport.close()

    def _look(self) -> None:
        if self.transport.is_closing():
            return
        self._watch = self.loop.call_later(self.look_every, self._look)
        if self._resting is not None and self.loop.time() - self._resting > self.timeout_keep_alive:
            self.transport.close()
        if self._begun is None:
            return
        if self.flow.read_paused:
            self._begun += self.look_every
            return
        allowed = self.patience + self._taken / SLOWEST_BYTES_A_SECOND
        if self.loop.time() - self._begun > allowed:
            self.refuse(408, "too-slow", "the request took too long to arrive")


def _problem(status: int, slug: str, title: str) -> bytes:
    body = dumps({"type": f"urn:gongdan:problem:{slug}", "title": title, "status": status})
    retry = "Retry-After: 2\r\n" if status == 503 else ""
    head = (
        f"HTTP/1.1 {status} {PHRASES[status]}\r\nContent-Type: application/problem+json\r\n{retry}"
        f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    return head.encode() + body
