"""ClamAV's daemon, asked by its own protocol: `zINSTREAM`, chunks with their length before them, one of length 0.

What it does not look at because it is too large for it, nobody has looked at: that is refused for now, as is
everything while it does not answer. Source: the manual page of clamd, section COMMANDS.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import IO

from gongdan.shared.errors import RetryLater

PIECE = 64 * 1024
LONGEST_ANSWER = 4_096
AWAY = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class ClamAv:
    """Asks the daemon at `address`: `host:port`, or the path of its socket."""

    address: str
    patience: timedelta = timedelta(seconds=60)

    async def find(self, file: IO[bytes]) -> str | None:
        """What the file is infected with, None when nothing was found. Raises RetryLater while nobody can say."""
        try:
            async with asyncio.timeout(self.patience.total_seconds()), self._connected() as (reader, writer):
                answer = await _asked(reader, writer, file)
        except (OSError, TimeoutError, asyncio.IncompleteReadError) as fault:
            raise RetryLater("the virus scanner does not answer", AWAY) from fault
        return _verdict(answer)

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
        if self.address.startswith("/"):
            reader, writer = await asyncio.open_unix_connection(self.address)
        else:
            host, _, port = self.address.rpartition(":")
            reader, writer = await asyncio.open_connection(host, int(port))
        try:
            yield reader, writer
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()


async def _asked(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, file: IO[bytes]) -> str:
    """The daemon's answer. It may say that it has enough while we still send, and hang up."""
    writer.write(b"zINSTREAM\0")
    await asyncio.to_thread(file.seek, 0)
    with contextlib.suppress(ConnectionError):
        while piece := await asyncio.to_thread(file.read, PIECE):
            writer.write(len(piece).to_bytes(4, "big") + piece)
            await writer.drain()
        writer.write(bytes(4))
        await writer.drain()
    return (await reader.readuntil(b"\0"))[:-1].decode("utf-8", "replace")


def _verdict(answer: str) -> str | None:
    found = answer.partition(": ")[2]
    if found == "OK":
        return None
    if found.endswith(" FOUND"):
        return found.removesuffix(" FOUND")
    raise RetryLater(f"the virus scanner could not look at the file: {answer[:200]}", AWAY)
