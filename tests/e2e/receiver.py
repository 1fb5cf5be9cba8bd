"""A partner's webhook endpoint: keeps what it is sent, and checks the signature as its owner would."""

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.ports import free_port


@dataclass(slots=True)
class Receiver:
    """Listens on loopback. `received` holds (headers, payload) of each request with a valid signature."""

    secret: str
    port: int = field(default_factory=free_port)
    received: list[tuple[dict[str, str], dict[str, Any]]] = field(default_factory=list)
    refused: int = 0

    @property
    def url(self) -> str:
        """Where partners are posted to."""
        return f"http://127.0.0.1:{self.port}/hook"

    async def hook(self, request: Request) -> Response:
        """Take a webhook."""
        body = await request.body()
        if not self._valid(dict(request.headers), body):
            self.refused += 1
            return Response(status_code=401)
        self.received.append((dict(request.headers), json.loads(body)))
        return Response(status_code=204)

    def types(self, ticket: str) -> list[str]:
        """The types of what was received about a ticket, in order."""
        return [body["type"] for _, body in self.received if body["data"].get("ticket") == ticket]

    def _valid(self, headers: dict[str, str], body: bytes) -> bool:
        content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        key = base64.b64decode(self.secret.removeprefix("whsec_"))
        expected = "v1," + base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
        return expected in headers["webhook-signature"].split(" ")


@asynccontextmanager
async def listening(secret: str) -> AsyncIterator[Receiver]:
    """A receiver that listens."""
    receiver = Receiver(secret)
    app = Starlette(routes=[Route("/hook", receiver.hook, methods=["POST"])])
    server = uvicorn.Server(uvicorn.Config(app, port=receiver.port, log_level="warning"))
    serving = asyncio.create_task(server.serve())
    yield receiver
    server.should_exit = True
    await serving
