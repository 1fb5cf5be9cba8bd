"""The live stream: that something changed, never what, so that every field is read where rights are checked.

Source: HTML standard, section 9.2 (server-sent events).
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Header
from starlette.responses import StreamingResponse

from gongdan.api.domain.recent import Change
from gongdan.api.domain.views import FeedEvent
from gongdan.api.ports import Changes
from gongdan.api.routes.faults import SIGN_IN
from gongdan.shared.errors import SlowDown

HEARTBEAT = timedelta(seconds=15)
MOST_STREAMS = 500
RETRY_MS = 2_000
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
STREAM = {"content": {"text/event-stream": {"schema": FeedEvent.model_json_schema()}}}


class Streams:
    """All open streams of this replica. A stream ends when its reader leaves or the service stops."""

    def __init__(self, changes: Changes, stopping: asyncio.Event) -> None:
        self._changes = changes
        self._stopping = stopping
        self._open = 0

    def admit(self) -> None:
        """Raises SlowDown when too many are open."""
        if self._open >= MOST_STREAMS:
            raise SlowDown("too many live streams are open", timedelta(seconds=30))

    async def stream(self, after: int | None) -> AsyncIterator[bytes]:
        """Everything after a change, for as long as somebody reads."""
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
                yield b"".join(_lines(changes)) or b": still here\n\n"
        finally:
            self._open -= 1


def _lines(changes: Sequence[Change]) -> Iterator[bytes]:
    for change in changes:
        event = FeedEvent(type=change.type, id=change.id, ticket=change.ticket, version=change.version)
        yield _said("change", event)


def _said(name: str, event: FeedEvent) -> bytes:
    return f"event: {name}\nid: {event.id}\ndata: {event.model_dump_json(exclude_none=True)}\n\n".encode()


def routes(changes: Changes, stopping: asyncio.Event) -> APIRouter:
    """`/v1/events`."""
    router = APIRouter(tags=["events"], responses=SIGN_IN)
    streams = Streams(changes, stopping)

    @router.get("/v1/events", response_class=StreamingResponse, responses={200: STREAM})
    async def events(last_event_id: Annotated[int | None, Header(ge=0)] = None) -> StreamingResponse:
        """Changes as they become visible. After `reset` the reader must read everything anew."""
        streams.admit()
        return StreamingResponse(streams.stream(last_event_id), 200, HEADERS, "text/event-stream")

    return router
