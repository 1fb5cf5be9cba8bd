"""Looking from outside whether a server is there: a TCP connection, or the status of one GET."""

import asyncio
import contextlib

TIMEOUT_SECONDS = 2.0
LONGEST_ANSWER = 64 * 1024


async def accepts(port: int) -> bool:
    """Whether something listens on 127.0.0.1:port."""
    try:
        async with asyncio.timeout(TIMEOUT_SECONDS):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
    except (OSError, TimeoutError):
        return False
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
    return True


async def get_status(port: int, path: str) -> int | None:
    """The HTTP status of GET http://127.0.0.1:port/path; None when there is no answer."""
    try:
        async with asyncio.timeout(TIMEOUT_SECONDS):
            return await _get_status(port, path)
    except (OSError, TimeoutError, ValueError, IndexError):
        return None


async def _get_status(port: int, path: str) -> int:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n"
        writer.write(request.encode())
        answer = await reader.read(LONGEST_ANSWER)
        return int(answer.split(b" ", 2)[1])
    finally:
        writer.close()
