"""Attached files. They come from strangers: a browser must save them, never show or run them."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from gongdan.api.handlers.reading import Reading
from gongdan.api.ports import Blobs
from gongdan.api.routes.faults import SIGN_IN_OR_MISSING, not_found
from gongdan.api.routes.gate import rights_of

Digest = Annotated[str, Path(pattern="^[0-9a-f]{64}$")]
Name = Annotated[str, Query(max_length=200, description="the file name to save it under")]
SAFELY = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cache-Control": "private, max-age=31536000, immutable",
}


def routes(blobs: Blobs, reading: Reading) -> APIRouter:
    """`/v1/attachments/{sha256}`."""
    router = APIRouter(tags=["attachments"], responses=SIGN_IN_OR_MISSING)

    @router.get("/v1/attachments/{sha256}", response_class=Response)
    async def attachment(sha256: Digest, request: Request, name: Name = "attachment") -> Response:
        """The content of a file that is part of a conversation one may see."""
        missing = not_found("attachment", "sha256", sha256, "take the digest from a message of the ticket's timeline")
        if not await reading.may_have_file(rights_of(request), sha256):
            raise missing
        try:
            content = await blobs.get(sha256)
        except KeyError:
            raise missing from None
        headers = SAFELY | {"Content-Disposition": _disposition(name)}
        return Response(content, 200, headers, "application/octet-stream")

    return router


def _disposition(name: str) -> str:
    """Source: RFC 6266 section 4.3 and RFC 8187."""
    last = name.replace("\\", "/").rpartition("/")[2]
    plain = "".join(c if c.isascii() and (c.isalnum() or c in ".-_ ") else "_" for c in last).strip(". ")
    return f"attachment; filename=\"{plain or 'attachment'}\"; filename*=UTF-8''{quote(last, safe='')}"
