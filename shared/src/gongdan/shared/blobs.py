"""Files kept under the SHA-256 of their content: the same file is kept once, and a name cannot escape."""

import asyncio
import contextlib
import hashlib
import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import IO, TypeVar
from uuid import uuid4

import obstore
from obstore.store import LocalStore

PIECE = 1024 * 1024
WRITERS = 16
"""Threads that wait for the disk: what it is asked for at the same moment it writes together."""
FEW = 4
"""What is not worth a second thread."""

Item = TypeVar("Item")


class Blobs:
    """A folder of blobs. Writes are atomic: a blob is there whole or not at all. What was kept outlives a power cut."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._store = LocalStore(str(folder))
        self._writers = ThreadPoolExecutor(WRITERS, "blobs")

    async def put(self, content: bytes) -> str:
        """Keep `content`; returns its SHA-256 in hex. Raises OSError when it cannot be kept."""
        await self.put_all([content])
        return hashlib.sha256(content).hexdigest()

    async def put_all(self, contents: Sequence[bytes]) -> None:
        """Keep many at once, which takes less time than one by one. Raises OSError when that cannot be done."""
        blobs = {hashlib.sha256(one).hexdigest(): one for one in contents}
        await self._shared_out(self._put_some, list(blobs.items()))
        folders = dict.fromkeys(self._folder / digest[:2] for digest in blobs)
        await self._shared_out(_to_disk, [*folders, self._folder])

    async def _shared_out(self, work: Callable[[Sequence[Item]], None], items: Sequence[Item]) -> None:
        """Have several threads do a part of the work each."""
        threads = min(WRITERS, -(-len(items) // FEW))
        loop = asyncio.get_running_loop()
        shares = [items[place::threads] for place in range(threads)]
        await asyncio.gather(*(loop.run_in_executor(self._writers, work, share) for share in shares))

    def _put_some(self, blobs: Sequence[tuple[str, bytes]]) -> None:
        for digest, content in blobs:
            _put(self._folder / _path(digest), [content])

    async def put_file(self, file: IO[bytes]) -> str:
        """Keep what an open file holds, without reading all of it into memory; returns its SHA-256 in hex.

        Raises OSError when it cannot be kept, such as on a full disk.
        """
        return await asyncio.to_thread(self._put_file, file)

    def _put_file(self, file: IO[bytes]) -> str:
        file.seek(0)
        digest = hashlib.sha256()
        while piece := file.read(PIECE):
            digest.update(piece)
        file.seek(0)
        blob = self._folder / _path(digest.hexdigest())
        _put(blob, iter(partial(file.read, PIECE), b""))
        _to_disk([blob.parent, self._folder])
        return digest.hexdigest()

    async def get(self, digest: str) -> bytes:
        """The content of a blob. Raises KeyError when there is none."""
        _check(digest)
        try:
            found = await asyncio.to_thread(obstore.get, self._store, _path(digest))
        except FileNotFoundError as error:
            raise KeyError(digest) from error
        return bytes(await asyncio.to_thread(found.bytes))

    async def forget(self, digests: Sequence[str]) -> None:
        """Delete blobs; those that are not there, too."""
        await asyncio.to_thread(self._forget, digests)

    def _forget(self, digests: Sequence[str]) -> None:
        for digest in digests:
            with contextlib.suppress(FileNotFoundError):
                obstore.delete(self._store, _path(digest))

    async def size(self, digest: str) -> int:
        """How many bytes a blob has. Raises KeyError when there is none."""
        _check(digest)
        try:
            found = await asyncio.to_thread(obstore.head, self._store, _path(digest))
        except FileNotFoundError as error:
            raise KeyError(digest) from error
        return found["size"]


def _to_disk(paths: Sequence[Path]) -> None:
    """Nobody else sees to it when files and folders get to the disk, those that were there before included."""
    for path in paths:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _put(path: Path, pieces: Iterable[bytes]) -> None:
    """A blob on the disk. It comes to its place only when all of it is, so that a power cut leaves no part of one."""
    with contextlib.suppress(FileNotFoundError):
        return _to_disk([path])
    new = path.with_name(f"{path.name}#{uuid4().hex}")
    try:
        _write(new, pieces)
        new.rename(path)
    except BaseException:
        new.unlink(missing_ok=True)
        raise


def _write(path: Path, pieces: Iterable[bytes]) -> None:
    descriptor = _created(path)
    try:
        for piece in pieces:
            left = memoryview(piece)
            while left:
                left = left[os.write(descriptor, left) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _created(path: Path) -> int:
    """A new file, in a folder that may be new, too."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    try:
        return os.open(path, flags, 0o666)
    except FileNotFoundError:
        path.parent.mkdir(exist_ok=True)
        return os.open(path, flags, 0o666)


def _check(digest: str) -> None:
    if len(digest) != 64 or not all(char in "0123456789abcdef" for char in digest):
        raise KeyError(digest)


def _path(digest: str) -> str:
    return f"{digest[:2]}/{digest}"
