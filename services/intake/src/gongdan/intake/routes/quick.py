"""The shortest way through the busiest doors: from the HTTP parser to the handler and back.

On the usual way a request passes a router, three wrappers and two messages each way, which together cost more than
keeping a message does. Here only what is plain is answered, and only with yes or with come back: everything else,
every refusal included, goes the usual way with the body that is already there, so that it is said in one place.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass

import structlog
from starlette.responses import Response
from uvicorn._types import ASGI3Application
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, RequestResponseCycle

from gongdan.intake.domain import limits
from gongdan.intake.ports import Receipt
from gongdan.shared import metrics
from gongdan.shared.errors import FixInput, RetryLater, SlowDown
from gongdan.shared.health import Health
from gongdan.shared.http_bounds import BoundedProtocol
from gongdan.shared.problems import come_back

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that is there as a whole. Names of headers are in lower case."""

    method: str
    headers: Mapping[str, str]
    body: bytes


Take = Callable[[Asked], Awaitable[Receipt]]


@dataclass(frozen=True, slots=True)
class QuickDoor:
    """What takes the requests POSTed to a path. Refusals are counted under `channel`."""

    path: str
    channel: str
    take: Take


class QuickProtocol(BoundedProtocol):
    """One connection. Made useful by `quick_protocol`."""

    doors: Mapping[bytes, QuickDoor]
    health: Health

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        door = self.doors.get(cycle.scope["raw_path"])
        if door is None or cycle.scope["method"] != "POST" or not self.health.started:
            super()._start_asgi_task(cycle, app)
            return
        task = self.loop.create_task(self._answer(cycle, door))
        task.add_done_callback(self.tasks.discard)
        self.tasks.add(task)

    async def _answer(self, cycle: RequestResponseCycle, door: QuickDoor) -> None:
        headers = plain_headers(cycle.scope["headers"])
        if headers is None or not await _whole(cycle):
            await cycle.run_asgi(self.app)
            return
        body = bytes(cycle.body)
        try:
            receipt = await door.take(Asked("POST", headers, body))
        except (SlowDown, RetryLater) as fault:
            metrics.REFUSED.labels(door.channel, "come-back-later").inc()
            self._write(cycle, rendered(come_back(fault)))
        except FixInput:
            await self._usually(cycle, body)
        except Exception:
            log.exception("quick_door_failed", channel=door.channel)
            await self._usually(cycle, body)
        else:
            self._write(cycle, accepted(receipt))

    def _write(self, cycle: RequestResponseCycle, answer: tuple[int, bytes]) -> None:
        """Write what follows the status line and the headers of every answer: the rest of the head, and the body."""
        cycle.response_started = cycle.response_complete = True
        if cycle.disconnected or self.transport.is_closing():
            return
        status, rest = answer
        common = b"".join(b"%s: %s\r\n" % pair for pair in self.server_state.default_headers)
        close = b"" if cycle.keep_alive else b"connection: close\r\n"
        self.transport.write(b"%s%s%s%s" % (STATUS_LINE[status], common, close, rest))
        if not cycle.keep_alive:
            self.transport.close()
        cycle.on_response()

    async def _usually(self, cycle: RequestResponseCycle, body: bytes) -> None:
        cycle.body, cycle.more_body = bytearray(body), False
        cycle.message_event.set()
        await cycle.run_asgi(self.app)


def quick_protocol(doors: Iterable[QuickDoor], health: Health) -> type[QuickProtocol]:
    """The protocol that knows these doors, as uvicorn wants it: a class."""
    named = {"doors": {door.path.encode(): door for door in doors}, "health": health}
    return type("IntakeProtocol", (QuickProtocol,), named)


def plain_headers(pairs: Iterable[tuple[bytes, bytes]]) -> dict[str, str] | None:
    """The headers of a request with a short body of known length; None when it is not plain."""
    given = list(pairs)
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in given}
    length = headers.get("content-length", "")
    plain = len(headers) == len(given) and "expect" not in headers and "transfer-encoding" not in headers
    return headers if plain and length.isdecimal() and int(length) <= limits.JSON_BYTES else None


async def _whole(cycle: RequestResponseCycle) -> bool:
    """Wait for the rest of a body; False when its sender went away."""
    while cycle.more_body and not cycle.disconnected:
        cycle.flow.resume_reading()
        await cycle.message_event.wait()
        cycle.message_event.clear()
    return not cycle.disconnected


def accepted(receipt: Receipt) -> tuple[int, bytes]:
    """202, as `door.accepted` says it."""
    body = b'{"message_id":"%s","duplicate":%s}' % (
        named := str(receipt.message_id).encode(), b"true" if receipt.duplicate else b"false"
    )  # fmt: skip
    head = b"content-type: application/json\r\nlocation: /v1/messages/%s\r\ncontent-length: %d\r\n\r\n"
    return 202, head % (named, len(body)) + body


def rendered(response: Response) -> tuple[int, bytes]:
    """A response as bytes, without its status line."""
    head = b"".join(b"%s: %s\r\n" % pair for pair in response.raw_headers)
    return response.status_code, b"%s\r\n%s" % (head, bytes(response.body))
