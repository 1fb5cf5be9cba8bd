"""Exports: the tickets that one may see, as a file."""

import asyncio
from collections.abc import AsyncIterable
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from gongdan.api.domain.exports.question import ExportQuery
from gongdan.api.domain.queries import Names
from gongdan.api.handlers.exporting import Exporting
from gongdan.api.routes.faults import PROBLEM, SIGN_IN
from gongdan.api.routes.gate import rights_of

LONGEST = timedelta(hours=1)
TYPES = {"csv": "text/csv; charset=utf-8", "ndjson": "application/x-ndjson"}
FILE: dict[str, Any] = {"description": "The file", "content": {kind.partition(";")[0]: {} for kind in TYPES.values()}}


class Download(StreamingResponse):
    """A file that is written while it is read. A reader who takes longer than LONGEST is cut off."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        async with asyncio.timeout(LONGEST.total_seconds()):
            await super().__call__(scope, receive, send)


def routes(exporting: Exporting) -> APIRouter:
    """`/v1/reports/export` and `/v1/reports/columns`."""
    router = APIRouter(prefix="/v1/reports", tags=["reports"], responses=SIGN_IN | {403: PROBLEM, 422: PROBLEM})

    @router.get("/columns")
    async def columns(request: Request, workspace: Annotated[Names, Query()] = []) -> list[str]:  # noqa: B006 - a schema
        """The columns that an export can have: of tickets, and of the forms of these workspaces, or of all."""
        return exporting.columns(rights_of(request), workspace)

    @router.get("/export", response_class=Response, responses={200: FILE})
    async def export(query: Annotated[ExportQuery, Query()], request: Request) -> Response:
        """All tickets that fit all filters, as CSV or NDJSON. That it was asked for is in the audit."""
        lines = await exporting.begin(rights_of(request), query)
        return _download(lines, query.format)

    return router


def _download(lines: AsyncIterable[bytes], kind: str) -> Response:
    headers = {
        "Content-Disposition": f'attachment; filename="tickets.{kind}"',
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return Download(lines, media_type=TYPES[kind], headers=headers)
