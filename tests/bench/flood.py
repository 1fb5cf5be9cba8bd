"""Requests over kept connections, each sent as soon as the one before it was answered.

They are made beforehand, and nothing but a look at the status stands between an answer and the next request: who
floods a server on its own machine takes little of the time that is measured. Every request must be accepted (202).
"""

import asyncio
import time
from collections.abc import Iterable, Iterator
from typing import cast
from urllib.parse import urlsplit

from tests.bench.http import END_OF_HEADERS, Refused, length_of

ACCEPTED = b"HTTP/1.1 202 "


class _Line(asyncio.Protocol):
    """One kept connection. `ended` once there is nothing more to ask."""

    def __init__(self, requests: Iterator[bytes]) -> None:
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._requests = requests
        self._received = b""
        self._usual = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self._transport = cast(asyncio.Transport, transport)

    def connection_lost(self, exc: Exception | None) -> None:
        """A connection that is lost between request and answer is a refusal."""
        if not self.ended.done():
            self.ended.set_exception(exc or ConnectionResetError("the server closed the connection"))

    def ask(self) -> None:
        """Send the next request; close when there is none."""
        request = next(self._requests, None)
        if request is not None:
            self._transport.write(request)
        elif not self.ended.done():
            self.ended.set_result(None)
            self._transport.close()

    def data_received(self, data: bytes) -> None:
        """Ask again once the answer is there as a whole. Most answers are as long as the one before."""
        if self._received:
            data = self._received + data
        if len(data) != self._usual and not _whole(data):
            self._received = data
            return
        self._received, self._usual = b"", len(data)
        if data.startswith(ACCEPTED):
            self.ask()
        else:
            self.ended.set_exception(Refused(data.decode()))
            self._transport.close()


def _whole(data: bytes) -> bool:
    head, found, body = data.partition(END_OF_HEADERS)
    return bool(found) and len(body) >= length_of(head)


async def flood(address: str, requests: Iterable[bytes], connections: int) -> float:
    """Send all of them; returns the seconds it took. Raises Refused at the first that is not accepted."""
    found, shared = urlsplit(address), iter(requests)
    place, loop = (found.hostname or "", found.port or 80), asyncio.get_running_loop()
    opening = (loop.create_connection(lambda: _Line(shared), *place) for _ in range(connections))
    lines = [line for _, line in await asyncio.gather(*opening)]
    began = time.perf_counter()
    for line in lines:
        line.ask()
    await asyncio.gather(*(line.ended for line in lines))
    return time.perf_counter() - began
