"""A real HTTP receiver of webhooks whose answers a test decides."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.ports import free_port


@dataclass
class Receiver:
    """Answers with `answers` in turn (status, headers), then 204. `slow` is how many seconds it takes."""

    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    slow: float = 0.0
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    port: int = field(default_factory=free_port)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}/hook"

    async def take(self, request: Request) -> Response:
        """Remember the request and answer."""
        self.got.append((dict(request.headers), await request.body()))
        await asyncio.sleep(self.slow)
        status, headers = self.answers.pop(0) if self.answers else (204, {})
        return Response(status_code=status, headers=headers)


@asynccontextmanager
async def listening(receiver: Receiver) -> AsyncIterator[Receiver]:
    """The receiver, up."""
    app = Starlette(routes=[Route("/hook", receiver.take, methods=["POST"])])
    server = uvicorn.Server(uvicorn.Config(app, port=receiver.port, log_config=None, lifespan="off"))
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    yield receiver
    server.should_exit = server.force_exit = True
    await serving
