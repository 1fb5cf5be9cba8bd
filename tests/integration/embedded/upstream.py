"""A service behind the front door: shows what reached it, streams, and breaks on purpose."""

import asyncio
import hashlib
import itertools
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from gongdan.shared.embedded.frontdoor import LONGEST_BODY, FrontDoor, Handler, Upstreams, open_session, server_of


async def echo(request: web.BaseRequest) -> web.StreamResponse:
    """Answer with the request as it arrived."""
    body = await request.read()
    seen = {
        "method": request.method,
        "path": request.raw_path,
        "headers": [[name.lower(), value] for name, value in request.headers.items()],
        "length": len(body),
        "sha256": hashlib.sha256(body).hexdigest(),
    }
    response = web.Response(body=json.dumps(seen).encode(), content_type="application/json")
    response.headers.extend([("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"), ("Keep-Alive", "timeout=5")])
    return response


def events(go: "asyncio.Queue[None]", gone: asyncio.Event) -> Handler:
    """A handler that sends one event per item of `go`, and sets `gone` when its caller has left."""

    async def handle(request: web.BaseRequest) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        try:
            for number in itertools.count():
                await response.write(f"id: {number}\n\n".encode())
                await go.get()
        finally:
            gone.set()
        return response

    return handle


async def broken(request: web.BaseRequest) -> web.StreamResponse:
    """Promise more than is sent (path /cut), or answer nothing at all."""
    if request.path == "/cut":
        response = web.StreamResponse(headers={"Content-Length": "1000000"})
        await response.prepare(request)
        await response.write(b"x" * 1000)
    assert request.transport is not None
    request.transport.close()
    return web.Response()


@asynccontextmanager
async def serving(handler: Handler) -> AsyncIterator[str]:
    """A server on a free port of 127.0.0.1, as its base address."""
    runner = web.ServerRunner(server_of(handler), shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        host, port = runner.addresses[0][:2]
        yield f"http://{host}:{port}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def door(intake: str, api: str, longest_body: int = LONGEST_BODY) -> AsyncIterator[str]:
    """A front door before two services, as its base address."""
    async with open_session() as session:
        front = FrontDoor(session, Upstreams(intake, api), longest_body)
        async with serving(front.handle) as url:
            yield url
