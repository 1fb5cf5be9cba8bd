"""A virus scanner that speaks the protocol of ClamAV's daemon, and the real one where it is installed.

The fake knows one virus: the text that all scanners agree to call one. Limits: it shows that we speak the protocol, not
that anything else is found.
"""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.ports import free_port

# In two halves, so that no scanner takes this file for one.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + rb"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
SIGNATURE = b"Eicar-Test-Signature"
READY_SECONDS = 60


@asynccontextmanager
async def fake_clamd(most: int = 4 * 1024 * 1024) -> AsyncIterator[str]:
    """Its address."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(await _answer(reader, most))
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", port := free_port())
    async with server:
        yield f"127.0.0.1:{port}"


async def _answer(reader: asyncio.StreamReader, most: int) -> bytes:
    if await reader.readuntil(b"\0") != b"zINSTREAM\0":
        return b"UNKNOWN COMMAND\0"
    content = b""
    while length := int.from_bytes(await reader.readexactly(4), "big"):
        content += await reader.readexactly(length)
        if len(content) > most:
            return b"INSTREAM size limit exceeded. ERROR\0"
    return b"stream: %s FOUND\0" % SIGNATURE if EICAR in content else b"stream: OK\0"


def clamd() -> str | None:
    """Where the real one is, None where it is not installed."""
    return shutil.which("clamd") or shutil.which("clamd", path="/usr/sbin:/usr/local/sbin")


@asynccontextmanager
async def real_clamd(folder: Path) -> AsyncIterator[str]:
    """The address of a daemon that knows the test file only."""
    port = free_port()
    (folder / "db").mkdir(parents=True)
    (folder / "db" / "test.hdb").write_text(f"44d88612fea8a8f36de82e1278abb02f:68:{SIGNATURE.decode()}\n")
    config = folder / "clamd.conf"
    config.write_text(f"Foreground yes\nDatabaseDirectory {folder}/db\nTCPSocket {port}\nTCPAddr 127.0.0.1\n"
                      "StreamMaxLength 4M\nUser root\n")  # fmt: skip
    process = await asyncio.create_subprocess_exec(clamd() or "clamd", "-c", str(config))
    try:
        async with asyncio.timeout(READY_SECONDS):
            while not await _answers(port):
                await asyncio.sleep(0.1)
        yield f"127.0.0.1:{port}"
    finally:
        process.terminate()
        await process.wait()


async def _answers(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True
