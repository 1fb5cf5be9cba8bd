"""What every door does: who calls, how much is read, how an acceptance looks, what is counted.

Doors are plain Starlette routes: on the hot path FastAPI's own work would cost as much as ours. The OpenAPI
document is made from the same table (`routes/openapi.py`).
"""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, Protocol

from pydantic import BaseModel, TypeAdapter
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gongdan.intake.domain import limits
from gongdan.intake.domain.identity import idempotency_key
from gongdan.intake.handlers.callers import Caller
from gongdan.intake.ports import Definitions, Receipt
from gongdan.shared import metrics
from gongdan.shared.access.rights import RightsBook
from gongdan.shared.access.tokens import STRANGER, Identity
from gongdan.shared.access.who import Credential
from gongdan.shared.clock import Clock
from gongdan.shared.contracts.messages import Attachment
from gongdan.shared.errors import Complaint, FixInput, NotAllowed, RetryLater, SlowDown
from gongdan.shared.json import dumps

TRACEPARENT = re.compile(r"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")

Endpoint = Callable[[Request], Awaitable[Response]]
Model = type[BaseModel] | TypeAdapter[Any]


class Asking(Protocol):
    """What is asked of a request to know who sends it. `headers` finds names in lower case."""

    @property
    def method(self) -> str:
        """Such as POST."""
        ...

    @property
    def headers(self) -> Mapping[str, str]:
        """By name."""
        ...


@dataclass(frozen=True, slots=True)
class Door:
    """One operation: where, what it does, and what the OpenAPI document says of it.

    `takes` is the model of a JSON body, or the media types of others; `answers` the usual status; `query` and
    `headers` are parameters with their meaning; `examples` are JSON bodies, by what each does.
    """

    method: str
    path: str
    endpoint: Endpoint
    summary: str
    takes: "Model | tuple[str, ...]" = ()
    answers: int = 202
    public: bool = False
    query: tuple[tuple[str, str], ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    examples: Mapping[str, object] = field(default_factory=dict)

    def route(self) -> Route:
        """As Starlette wants it; refusals are counted under the path's first word."""
        channel = self.path.removeprefix("/intake/v1/").partition("/")[0]
        return Route(self.path, _counted(channel, self.endpoint), methods=[self.method])


@dataclass(frozen=True, slots=True)
class Gate:
    """Lets callers in, with the rights that the definitions in force give them."""

    identity: Identity
    definitions: Definitions
    clock: Clock
    book: RightsBook = field(default_factory=RightsBook)

    async def agent(self, request: Asking, action: str | None = None) -> Caller:
        """A caller who is signed in and may do this at all; without an action, somebody asks for more later.

        Raises NotAllowed: 401 without a valid proof, 403 for a cookie without our header or a missing right.
        """
        proved = await self.identity.identify(request.method, request.headers, self.clock.now())
        caller = self._caller(proved.credential, request)
        if action:
            caller.need(action)
        return caller

    async def anybody(self, request: Asking, action: str) -> Caller:
        """A caller who may be signed in; with a session that does not count here, a visitor.

        Raises NotAllowed for a wrong token and for a missing right, not for a missing proof.
        """
        try:
            caller = await self.agent(request)
        except (NotAllowed, RetryLater):
            if "authorization" in request.headers:
                raise
            caller = self._caller(STRANGER, request)
        caller.need(action)
        return caller

    def stranger(self, request: Asking) -> Caller:
        """Somebody who proves nothing, whatever the request brings along."""
        return self._caller(STRANGER, request)

    def _caller(self, proved: Credential, request: Asking) -> Caller:
        rights = self.book.of(self.definitions.current, proved)
        return Caller(proved, rights, *_facts(request))


def _facts(request: Asking) -> tuple[str | None, str | None]:
    trace = request.headers.get("traceparent", "")
    key = idempotency_key(request.headers.get("idempotency-key"))
    return key, trace if TRACEPARENT.fullmatch(trace) else None


async def read_body(request: Request, most: int = limits.JSON_BYTES) -> bytes:
    """The body. Raises FixInput: 413 as soon as it is longer than `most` bytes, 415 when it is compressed."""
    need_uncompressed(request)
    announced = request.headers.get("content-length", "")
    if announced.isdigit() and int(announced) > most:
        raise too_large(most)
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > most:
            raise too_large(most)
        chunks.append(chunk)
    return b"".join(chunks)


def need_uncompressed(request: Request) -> None:
    """Raises FixInput (415) for a body that would grow, nobody knows how far, when it is unpacked."""
    coding = request.headers.get("content-encoding", "").strip().lower()
    if coding not in ("", "identity"):
        complaint = Complaint("Content-Encoding", f"is {coding[:40]!r}", "send the body as it is, without this header")
        raise FixInput("unsupported-content-encoding", "compressed bodies are not taken", complaint, status=415)


def too_large(most: int) -> FixInput:
    """A body over its limit."""
    complaint = Complaint("body", f"is longer than {most} bytes", "send less, or upload files one by one")
    return FixInput("body-too-large", "the request is too large", complaint, status=413)


def accepted(receipt: Receipt) -> Response:
    """202: kept. What becomes of it is asked at Location."""
    where = {"location": f"/v1/messages/{receipt.message_id}"}
    return answer({"message_id": receipt.message_id, "duplicate": receipt.duplicate}, 202, where)


def attachable(*files: Attachment) -> dict[str, object]:
    """Files that are kept, to be named in a message or command."""
    return {"attachments": [one.model_dump(include={"name", "content_type", "size", "sha256"}) for one in files]}


def answer(body: object, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """A JSON answer."""
    return Response(dumps(body), status, headers, "application/json")


def count_refusal(channel: str, error: FixInput | SlowDown | RetryLater) -> None:
    """Count one request that was not taken."""
    metrics.REFUSED.labels(channel, error.slug if isinstance(error, FixInput) else "come-back-later").inc()


def _counted(channel: str, endpoint: Endpoint) -> Endpoint:
    @wraps(endpoint)
    async def counting(request: Request) -> Response:
        try:
            return await endpoint(request)
        except (FixInput, SlowDown, RetryLater) as error:
            count_refusal(channel, error)
            raise

    return counting
