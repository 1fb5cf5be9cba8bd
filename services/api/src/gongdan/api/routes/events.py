"""The live stream: that something changed, never what, so that every field is read where rights are checked.

Source: HTML standard, section 9.2 (server-sent events).
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Header, Request
from starlette.responses import StreamingResponse

from gongdan.api.domain.recent import Change
from gongdan.api.domain.views import FeedEvent
from gongdan.api.handlers.reading import Reading
from gongdan.api.ports import Changes
from gongdan.api.routes.faults import SIGN_IN
from gongdan.api.routes.gate import Callers
from gongdan.shared.access.rights import Rights
from gongdan.shared.errors import NotAllowed, RetryLater, SlowDown

HEARTBEAT = timedelta(seconds=15)
MOST_STREAMS = 500
RETRY_MS = 2_000
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
STREAM = {"content": {"text/event-stream": {"schema": FeedEvent.model_json_schema()}}}


class Streams:
    """All open streams of this replica. A stream ends when its reader leaves or the service stops."""

    def __init__(self, changes: Changes, reading: Reading, stopping: asyncio.Event) -> None:
        self._changes = changes
        self._reading = reading
        self._stopping = stopping
        self._open = 0

    def admit(self) -> None:
        """Raises SlowDown when too many are open."""
        if self._open >= MOST_STREAMS:
            raise SlowDown("too many live streams are open", timedelta(seconds=30))

    async def stream(self, after: int | None, still: Callable[[], Awaitable[Rights]]) -> AsyncIterator[bytes]:
        """Everything after a change, for as long as somebody reads and has the right to.

        `still` gives the reader's rights of this moment, and raises NotAllowed when their session has ended.
        """
        self._open += 1
        try:
            position = await self._changes.position() if after is None else after
            yield f"retry: {RETRY_MS}\nid: {position}\n\n".encode()
            while not self._stopping.is_set():
                changes = await self._changes.after(position, HEARTBEAT)
                if changes is None:
                    position = await self._changes.position()
                    yield _said("reset", FeedEvent(type="reset", id=position))
                    continue
                position = changes[-1].id if changes else position
                try:
                    shown = await self._shown(await still(), changes)
                except (NotAllowed, RetryLater):
                    return
                yield b"".join(_lines(shown)) or b": still here\n\n"
        finally:
            self._open -= 1

    async def _shown(self, rights: Rights, changes: Sequence[Change]) -> Sequence[Change]:
        """The changes of tickets that may be seen; of which kind, only where nothing of the ticket is hidden."""
        if rights.who.unlimited or not changes:
            return changes
        visible = await self._reading.visible(rights, sorted({change.ticket for change in changes}))
        return [
            change if visible[change.ticket] else replace(change, type="TicketChanged")
            for change in changes
            if change.ticket in visible
        ]


def _lines(changes: Sequence[Change]) -> Iterator[bytes]:
    for change in changes:
        event = FeedEvent(type=change.type, id=change.id, ticket=change.ticket, version=change.version)
        yield _said("change", event)


def _said(name: str, event: FeedEvent) -> bytes:
    return f"event: {name}\nid: {event.id}\ndata: {event.model_dump_json(exclude_none=True)}\n\n".encode()


def routes(changes: Changes, reading: Reading, callers: Callers, stopping: asyncio.Event) -> APIRouter:
    """`/v1/events`."""
    router = APIRouter(tags=["events"], responses=SIGN_IN)
    streams = Streams(changes, reading, stopping)

    @router.get("/v1/events", response_class=StreamingResponse, responses={200: STREAM})
    async def events(request: Request, last_event_id: Annotated[int | None, Header(ge=0)] = None) -> StreamingResponse:
        """Changes as they become visible. After `reset` the reader must read everything anew."""
        streams.admit()

        async def still() -> Rights:
            return (await callers.of("GET", request.headers)).rights

        return StreamingResponse(streams.stream(last_event_id, still), 200, HEADERS, "text/event-stream")

    return router
