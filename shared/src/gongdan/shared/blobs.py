"""Files kept under the SHA-256 of their content: the same file is kept once, and a name cannot escape."""

import asyncio
import contextlib
import hashlib
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import IO

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError
from obstore.store import LocalStore

PIECE = 1024 * 1024


class Blobs:
    """A folder of blobs. Writes are atomic: a blob is there whole or not at all. What was kept outlives a power cut."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._store = LocalStore(str(folder))

    async def put(self, content: bytes) -> str:
        """Keep `content`; returns its SHA-256 in hex."""
        digest = hashlib.sha256(content).hexdigest()
        await asyncio.to_thread(self._put_all, {digest: content})
        return digest

    async def put_all(self, contents: Sequence[bytes]) -> None:
        """Keep many at once, which takes less time than one by one."""
        await asyncio.to_thread(self._put_all, {hashlib.sha256(one).hexdigest(): one for one in contents})

    def _put_all(self, contents: Mapping[str, bytes]) -> None:
        for digest, content in contents.items():
            with contextlib.suppress(AlreadyExistsError):
                obstore.put(self._store, _path(digest), content, mode="create")
        self._to_disk(contents)

    def _to_disk(self, digests: Iterable[str]) -> None:
        """The store leaves it to the system when what it wrote gets to the disk, now or a moment ago."""
        blobs = [self._folder / _path(digest) for digest in digests]
        for path in dict.fromkeys([*blobs, *(blob.parent for blob in blobs), self._folder]):
            descriptor = os.open(path, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)

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
        path = _path(digest.hexdigest())
        try:
            obstore.head(self._store, path)
        except FileNotFoundError:
            try:
                obstore.put(self._store, path, file, chunk_size=PIECE, max_concurrency=1)
            except BaseError as error:
                raise OSError(str(error)) from error
        self._to_disk([digest.hexdigest()])
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


def _check(digest: str) -> None:
    if len(digest) != 64 or not all(char in "0123456789abcdef" for char in digest):
        raise KeyError(digest)


def _path(digest: str) -> str:
    return f"{digest[:2]}/{digest}"
