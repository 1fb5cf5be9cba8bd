"""An application behind a real socket, for what only the protocol below it does."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import uvicorn
from starlette.types import ASGIApp

from gongdan.shared.http_bounds import BoundedProtocol
from tests.ports import free_port


class _Server(uvicorn.Server):
    """Leaves signals to the tests."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave them alone."""
        yield


@asynccontextmanager
async def served(app: ASGIApp, protocol: type[BoundedProtocol], rest: int = 5) -> AsyncIterator[int]:
    """The port at which it answers, for a while. A connection may be without a request for `rest` seconds."""
    config = uvicorn.Config(
        app,
        port=free_port(),
        http=protocol,
        ws="none",
        log_config=None,
        access_log=False,
        timeout_keep_alive=rest,
    )
    server = _Server(config)
    task = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    yield config.port
    server.should_exit = True
    await task


async def say(port: int, *parts: bytes, pause: float = 0.0) -> bytes:
    """Send bytes, in parts with pauses between them; returns all that is answered until the other side closes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    heard = asyncio.create_task(_hear(reader))
    with contextlib.suppress(ConnectionError):
        for part in parts:
            writer.write(part)
            await writer.drain()
            await asyncio.sleep(pause)
    async with asyncio.timeout(60):
        return await heard


async def _hear(reader: asyncio.StreamReader) -> bytes:
    heard = b""
    with contextlib.suppress(ConnectionError):
        while piece := await reader.read(65_536):
            heard += piece
    return heard
