"""The shortest way through the busiest doors: from the bytes of a request to the handler and back.

On the usual way a request passes a parser that calls back for each header, a router, three wrappers and two messages
each way, which together cost more than keeping a message does. Here only what is plain is answered, and only with yes
or with come back: everything else, every refusal included, goes the usual way from its first byte on, so that it is
said in one place.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import structlog
from starlette.responses import Response
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, RequestResponseCycle

from gongdan.intake.ports import Receipt
from gongdan.intake.routes.plain import Head, head_of
from gongdan.shared import metrics
from gongdan.shared.errors import FixInput, RetryLater, SlowDown
from gongdan.shared.health import Health
from gongdan.shared.http_bounds import BoundedProtocol
from gongdan.shared.problems import come_back

log = structlog.get_logger()

MOST_HELD = 64 * 1024
NO_HEAD = Head(b"", {}, 0, 0)
Headers = list[tuple[bytes, bytes]]


class Asked(NamedTuple):
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

    def __init__(self, *arguments: Any, **named: Any) -> None:  # noqa: ANN401 - as uvicorn calls it
        super().__init__(*arguments, **named)
        self._parsing = False
        self._working = False
        self._leaving = False
        self._held = b""
        self._behind = b""
        self._head = NO_HEAD
        self._head_bytes = b""
        self._common: tuple[Headers, bytes] = [], b""

    def data_received(self, data: bytes) -> None:
        """Take a request that is plain and there as a whole; leave all else to the parser."""
        if self.transport.is_closing():
            return
        if self._working:
            self._behind += data
            self.flow.pause_reading()
            return
        held, self._held = self._held, b""
        data = held + data
        head = self._plain_head(data)
        door = self.doors.get(head.path) if head else None
        if head is None or door is None or not self.health.started:
            super().data_received(data)
        elif len(data) == head.length + head.body:
            self._begin(door, Asked("POST", head.headers, data[head.length :]), data)
        elif held or len(data) > min(MOST_HELD, head.length + head.body):
            super().data_received(data)
        else:
            # Many clients send the body apart. It is waited for once: else drops of it would be put together for ever.
            self._held = data
            self.begin_request()

    def on_message_begin(self) -> None:
        """The parser is in a request."""
        self._parsing = True
        super().on_message_begin()

    def on_message_complete(self) -> None:
        """The parser is between requests."""
        self._parsing = False
        super().on_message_complete()

    def shutdown(self) -> None:
        """Answer what is asked, then close."""
        if self._working:
            self._leaving = True
            return
        if self._held:
            super().data_received(self._held)
        super().shutdown()

    def _plain_head(self, data: bytes) -> Head | None:
        """The head that `data` begins with; None where the parser must see it, or is not done with what was before."""
        cycle: RequestResponseCycle | None = self.cycle
        if self._parsing or self.pipeline or (cycle and not cycle.response_complete):
            return None
        # Whoever keeps a connection sends the same head again and again.
        if not self._head_bytes or not data.startswith(self._head_bytes):
            head = head_of(data)
            if head is None:
                return None
            self._head, self._head_bytes = head, data[: head.length]
        return self._head

    def _begin(self, door: QuickDoor, asked: Asked, data: bytes) -> None:
        self._working = True
        self._unset_keepalive_if_required()
        self.waits_for_us()
        task = self.loop.create_task(self._answer(door, asked, data))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _answer(self, door: QuickDoor, asked: Asked, data: bytes) -> None:
        answer = None
        try:
            answer = accepted(await door.take(asked))
        except (SlowDown, RetryLater) as fault:
            metrics.REFUSED.labels(door.channel, "come-back-later").inc()
            answer = rendered(come_back(fault))
        except FixInput:
            # The usual way finds the same fault and has the words for it.
            pass
        except Exception:
            log.exception("quick_door_failed", channel=door.channel)
        if self.flow.write_paused:
            await self.flow.drain()
        self._working = False
        if self.transport.is_closing():
            return
        if answer:
            self._write(*answer)
        else:
            super().data_received(data)
        self._go_on()

    def _go_on(self) -> None:
        """Turn to what came meanwhile."""
        if self._leaving:
            self.shutdown()
        elif self._behind:
            behind, self._behind = self._behind, b""
            self.flow.resume_reading()
            self.data_received(behind)

    def _write(self, status: int, rest: bytes) -> None:
        """Write what follows the status line and the headers of every answer: the rest of the head, and the body."""
        self.server_state.total_requests += 1
        close = b"connection: close\r\n" if self._leaving else b""
        self.transport.write(b"%s%s%s%s" % (STATUS_LINE[status], self._common_headers(), close, rest))
        self.rests()

    def _common_headers(self) -> bytes:
        """What every answer says, such as the date. Uvicorn makes a new list of it each second."""
        given = self.server_state.default_headers
        if self._common[0] is not given:
            self._common = given, b"".join(b"%s: %s\r\n" % pair for pair in given)
        return self._common[1]


def quick_protocol(doors: Iterable[QuickDoor], health: Health) -> type[QuickProtocol]:
    """The protocol that knows these doors, as uvicorn wants it: a class."""
    named = {"doors": {door.path.encode(): door for door in doors}, "health": health}
    return type("IntakeProtocol", (QuickProtocol,), named)


def accepted(receipt: Receipt) -> tuple[int, bytes]:
    """202, as `door.accepted` says it."""
    named = str(receipt.message_id)
    body = f'{{"message_id":"{named}","duplicate":{"true" if receipt.duplicate else "false"}}}'
    head = f"content-type: application/json\r\nlocation: /v1/messages/{named}\r\ncontent-length: {len(body)}\r\n\r\n"
    return 202, (head + body).encode()


def rendered(response: Response) -> tuple[int, bytes]:
    """A response as bytes, without its status line."""
    head = b"".join(b"%s: %s\r\n" % pair for pair in response.raw_headers)
    return response.status_code, b"%s\r\n%s" % (head, bytes(response.body))
