"""The door for partner systems' webhooks. No token: the proof that the Source asks for is the token.

GET is for partners that check an address by it, and for those that say everything in the query.
"""

from starlette.requests import Request
from starlette.responses import Response

from gongdan.intake.domain import limits
from gongdan.intake.domain.answers import Reply
from gongdan.intake.domain.kept_request import query_of
from gongdan.intake.domain.verification.request import SignedRequest
from gongdan.intake.handlers.hooks import Hooks
from gongdan.intake.routes.door import TRACEPARENT, Door, read_body
from gongdan.shared.definitions.source import Source

PATH = "/intake/v1/hooks/{source}"
MEDIA = (
    "application/json",
    "application/xml",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "text/plain",
    "message/rfc822",
)


def doors(hooks: Hooks, mail_bytes: int) -> list[Door]:
    """One door for all sources. `mail_bytes` bounds a mail; what holds one may be half as long again."""

    async def receive(request: Request) -> Response:
        item, spec = hooks.find(request.path_params["source"])
        body = await read_body(request, _most(spec, mail_bytes))
        trace = request.headers.get("traceparent", "")
        traceparent = trace if TRACEPARENT.fullmatch(trace) else None
        return _response(await hooks.on_hook(item, spec, _signed(request, body), traceparent))

    summary = "A webhook, verified and mapped by its Source"
    return [
        Door("POST", PATH, receive, summary, MEDIA, public=True),
        Door("GET", PATH, receive, "The check of a webhook's address", answers=200, public=True),
    ]


def _most(spec: Source, mail_bytes: int) -> int:
    """Base64 makes a mail a third longer, and its fields come on top."""
    return mail_bytes * 3 // 2 + limits.JSON_BYTES if spec.kind == "mail" else limits.JSON_BYTES


def _signed(request: Request, body: bytes) -> SignedRequest:
    """The request with the address that its sender called, as the proxy in front of us tells."""
    host = request.headers.get("x-forwarded-host") or request.headers.get("host", "")
    path = request.scope.get("raw_path", b"").decode("latin-1").partition("?")[0] or request.url.path
    query = request.scope.get("query_string", b"").decode("latin-1")
    url = f"{request.url.scheme}://{host}{path}" + (f"?{query}" if query else "")
    return SignedRequest(
        body=body,
        headers=dict(request.headers),
        method=request.method,
        url=url,
        query=query_of(url),
        client=request.client.host if request.client else "",
    )


def _response(reply: Reply) -> Response:
    return Response(reply.body, reply.status, dict(reply.headers), reply.content_type)
