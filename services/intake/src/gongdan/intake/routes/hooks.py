"""The door for partner systems' webhooks. No token: the proof that the Source asks for is the token.

GET is for partners that check an address by it, and for those that say everything in the query.
"""

from dataclasses import dataclass
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Receive

from gongdan.intake.domain import limits
from gongdan.intake.domain.answers import Reply
from gongdan.intake.domain.kept_request import query_of
from gongdan.intake.domain.verification.request import SignedRequest
from gongdan.intake.handlers.hooks import Hooks
from gongdan.intake.routes.door import TRACEPARENT, Door, read_body
from gongdan.shared.definitions.source import Source
from gongdan.shared.errors import FixInput, SlowDown

PATH = "/intake/v1/hooks/{source}"
MEDIA = (
    "application/json",
    "application/xml",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "text/plain",
    "message/rfc822",
)
BEGINNING = 16 * 1024


@dataclass(slots=True)
class Held:
    """How many bytes of unproven requests are in memory at a time, at most; who comes then is to come again."""

    most: int = 128 * 1024 * 1024
    now: int = 0

    def add(self, count: int) -> None:
        """Raises SlowDown when it is too much."""
        if self.now + count > self.most:
            raise SlowDown("too many large requests at a time", timedelta(seconds=10))
        self.now += count


def doors(hooks: Hooks, mail_bytes: int, held: Held | None = None) -> list[Door]:
    """One door for all sources. `mail_bytes` bounds a mail; what holds one may be half as long again."""
    memory = held or Held()

    async def receive(request: Request) -> Response:
        item, spec = hooks.find(request.path_params["source"])
        trace = request.headers.get("traceparent", "")
        traceparent = trace if TRACEPARENT.fullmatch(trace) else None
        counted = _Counted(request.receive, memory)
        try:
            try:
                body = await read_body(Request(request.scope, counted.receive), _most(spec, mail_bytes))
            except FixInput as error:
                await hooks.on_unread(item, spec, _signed(request, await counted.beginning()), error)
                raise
            return _response(await hooks.on_hook(item, spec, _signed(request, body), traceparent))
        finally:
            memory.now -= counted.count

    summary = "A webhook, verified and mapped by its Source"
    return [
        Door("POST", PATH, receive, summary, MEDIA, public=True),
        Door("GET", PATH, receive, "The check of a webhook's address", answers=200, public=True),
    ]


@dataclass(slots=True)
class _Counted:
    """What is received of one request, counted."""

    inner: Receive
    memory: Held
    count: int = 0
    first: bytes = b""

    async def receive(self) -> Message:
        message = await self.inner()
        content = message.get("body", b"")
        self.memory.add(len(content))
        self.count += len(content)
        self.first = self.first or content
        return message

    async def beginning(self) -> bytes:
        """What the request begins with, though it is not read to its end."""
        if not self.count:
            await self.receive()
        return self.first[:BEGINNING]


def _most(spec: Source, mail_bytes: int) -> int:
    """Base64 makes a mail a third longer, and its fields come on top."""
    return mail_bytes * 3 // 2 + limits.JSON_BYTES if spec.kind == "mail" else limits.JSON_BYTES


def _signed(request: Request, body: bytes) -> SignedRequest:
    """The request with the address that its sender called, as the proxy in front of us tells."""
    host = request.headers.get("x-forwarded-host") or request.headers.get("host", "")
    path = request.scope.get("raw_path", b"").decode("latin-1").partition("?")[0] or request.scope["path"]
    query = request.scope.get("query_string", b"").decode("latin-1")
    url = f"{request.scope['scheme']}://{host}{path}" + (f"?{query}" if query else "")
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
