"""The page that people look at: plain files, served so that nothing but them can run in it."""

import hashlib
from collections.abc import Mapping

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from gongdan.api.ports import Pages

TYPES = {
    "html": "text/html; charset=utf-8",
    "json": "application/json",
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-cache",
}


def routes(pages: Pages) -> APIRouter:
    """`/` and `/assets/…`."""
    router = APIRouter(include_in_schema=False)
    tags = _tags(pages.files)

    def answer(request: Request, path: str) -> Response:
        if path not in pages.files:
            raise HTTPException(404, "there is no such file")
        headers = HEADERS | {"ETag": tags[path]}
        if request.headers.get("if-none-match") == tags[path]:
            return Response(status_code=304, headers=headers)
        return Response(pages.files[path], 200, headers, TYPES[path.rpartition(".")[2]])

    @router.get("/")
    async def index(request: Request) -> Response:
        return answer(request, "index.html")

    @router.get("/favicon.ico")
    async def icon(request: Request) -> Response:
        return answer(request, "icon.svg")

    @router.get("/assets/{path:path}")
    async def asset(request: Request, path: str) -> Response:
        return answer(request, path)

    return router


def _tags(files: Mapping[str, bytes]) -> dict[str, str]:
    return {path: f'"{hashlib.sha256(content).hexdigest()[:32]}"' for path, content in files.items()}
