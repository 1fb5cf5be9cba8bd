"""The door for many messages at once: NDJSON in, one result a line out, both as they come.

Memory is bounded by a line and by how many are worked on at a time, not by the upload. Sent again, an upload gives the
same ids: what was kept before is a duplicate, so whoever was cut off sends all of it again, or the rest with
`first_line`.
"""

import asyncio
from codecs import BOM_UTF8
from collections import Counter
from collections.abc import AsyncIterator, Sequence

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from gongdan.intake.domain import limits
from gongdan.intake.handlers.bulk import Bulk, Line, counted, totals
from gongdan.intake.handlers.callers import Caller
from gongdan.intake.routes.door import Door, Gate, need_uncompressed
from gongdan.intake.routes.multipart import media_type, unsupported
from gongdan.intake.routes.spool import Spool
from gongdan.shared.errors import Complaint, FixInput
from gongdan.shared.json import dumps

NDJSON = "application/x-ndjson"
TAKEN = (NDJSON, "application/ndjson", "application/jsonl", "application/x-jsonlines")
AT_A_TIME = 200
BYTES_AT_A_TIME = 2 * 1024 * 1024
LAST_LINE = 2**31


def doors(bulk: Bulk, gate: Gate) -> list[Door]:
    """One door."""

    async def receive(request: Request) -> Response:
        caller = await gate.agent(request, "OpenTicket")
        if media_type(request) not in TAKEN:
            raise unsupported(request, *TAKEN)
        need_uncompressed(request)
        first = _first_line(request)
        spool = Spool()
        work = asyncio.create_task(_work(bulk, _lines(request, first), caller, spool))
        return _Told(spool, work)

    return [
        Door(
            "POST",
            "/intake/v1/messages/bulk",
            receive,
            "Many messages, one on each line; the answer has one line for each, and the totals at the end",
            TAKEN,
            answers=200,
            query=(("first_line", "the number of the first line sent, where an upload is taken up again"),),
            headers=(("Idempotency-Key", "the upload's: with it, a line is told by its number, else by its content"),),
        )
    ]


class _Told(Response):
    """What the work finds, while it finds it. Starlette's own would read the upload itself, to see who goes away."""

    def __init__(self, spool: Spool, work: "asyncio.Task[None]") -> None:
        super().__init__(None, 200, media_type=NDJSON)
        del self.headers["content-length"]
        self.spool = spool
        self.work = work

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer; an answer that breaks off before its last line tells that the work did."""
        try:
            await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
            async for piece in self.spool.pieces():
                await send({"type": "http.response.body", "body": piece, "more_body": True})
            await self.work
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            self.work.cancel()


async def _work(bulk: Bulk, lines: AsyncIterator[Line], caller: Caller, spool: Spool) -> None:
    results: Counter[str] = Counter()
    try:
        async for some in _groups(lines):
            for result in await asyncio.gather(*(bulk.on_line(line, caller) for line in some)):
                results.update(counted(result))
                spool.write(dumps(result) + b"\n")
        spool.write(dumps({"totals": totals(results)}) + b"\n")
    except ClientDisconnect:
        return
    finally:
        spool.end()


async def _groups(lines: AsyncIterator[Line]) -> AsyncIterator[Sequence[Line]]:
    """Lines that are worked on together: as many as there are, up to a bound."""
    some: list[Line] = []
    size = 0
    async for line in lines:
        if line.content != PAUSE:
            some.append(line)
            size += len(line.content or b"")
        if some and (line.content == PAUSE or len(some) >= AT_A_TIME or size >= BYTES_AT_A_TIME):
            yield some
            some, size = [], 0
    if some:
        yield some


PAUSE = b"\n"  # no line can be this: it stands where nothing more has arrived yet


async def _lines(request: Request, first: int) -> AsyncIterator[Line]:
    """The lines of a body without the empty ones; of one that is too long only the number."""
    rest, number, overlong = b"", first, False
    async for chunk in request.stream():
        *whole, rest = (rest + chunk).split(b"\n")
        for content in whole:
            if overlong or content.strip():
                yield Line(number, None if overlong or len(content) > limits.JSON_BYTES else _bare(content))
            number, overlong = number + 1, False
        if len(rest) > limits.JSON_BYTES:
            rest, overlong = b"", True
        yield Line(0, PAUSE)
    if overlong or rest.strip():
        yield Line(number, None if overlong else _bare(rest))


def _bare(content: bytes) -> bytes:
    """Without the mark that some programs begin every file with."""
    return content.strip().removeprefix(BOM_UTF8)


def _first_line(request: Request) -> int:
    given = request.query_params.get("first_line", "1")
    if given.isdecimal() and given.isascii() and 0 < int(given[:12]) < LAST_LINE:
        return int(given[:12])
    complaint = Complaint("first_line", f"{given[:40]!r} is no number of a line", "count lines from 1")
    raise FixInput("invalid-input", "the request does not fit its schema", complaint)
