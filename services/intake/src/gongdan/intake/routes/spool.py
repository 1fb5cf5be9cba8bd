"""What is written faster than it is read: in memory while it is little, else in a file that nobody else sees.

A client may send a whole upload before it reads the first word of the answer. Without this, each would wait for the
other for ever.
"""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import IO

IN_MEMORY = 1024 * 1024
PIECE = 64 * 1024


@dataclass(slots=True)
class Spool:
    """One writer, one reader."""

    _file: IO[bytes] = field(default_factory=lambda: tempfile.SpooledTemporaryFile(IN_MEMORY))  # noqa: SIM115
    _written: int = 0
    _read: int = 0
    _ended: bool = False
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    def write(self, piece: bytes) -> None:
        """Append. Raises OSError when the disk is full."""
        self._file.seek(self._written)
        self._file.write(piece)
        self._written += len(piece)
        self._news.set()

    def end(self) -> None:
        """Nothing more will be written."""
        self._ended = True
        self._news.set()

    async def pieces(self) -> AsyncIterator[bytes]:
        """What was written, in order, until the end; what has been read is forgotten once all of it has been."""
        while True:
            if self._read < self._written:
                yield self._take()
            elif self._ended:
                self._file.close()
                return
            else:
                self._news.clear()
                await self._news.wait()

    def _take(self) -> bytes:
        self._file.seek(self._read)
        piece = self._file.read(min(PIECE, self._written - self._read))
        self._read += len(piece)
        if self._read == self._written:
            self._file.seek(0)
            self._file.truncate()
            self._read = self._written = 0
        return piece
