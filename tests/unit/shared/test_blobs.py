"""What was kept is on the disk, whole, under the digest of its content."""

import hashlib
import io
import os
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from gongdan.shared.blobs import Blobs

CONTENT = b"the printer's log"
DIGEST = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """What was told to the disk, files and directories by their numbers."""
    found: list[int] = []
    really = os.fsync

    def fsync(descriptor: int) -> None:
        found.append(os.fstat(descriptor).st_ino)
        really(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    return found


async def keep_bytes(blobs: Blobs) -> None:
    """By content."""
    assert await blobs.put(CONTENT) == DIGEST


async def keep_many(blobs: Blobs) -> None:
    """With others."""
    await blobs.put_all([CONTENT, CONTENT, b"another"])


async def keep_file(blobs: Blobs) -> None:
    """From a file."""
    assert await blobs.put_file(io.BytesIO(CONTENT)) == DIGEST


@pytest.mark.parametrize("keep", [keep_bytes, keep_many, keep_file])
@pytest.mark.parametrize("known", [False, True], ids=["new", "known"])
async def test_a_blob_and_the_way_to_it_are_on_the_disk_before_it_is_said_to_be_kept(
    keep: object, known: bool, tmp_path: Path, synced: list[int]
) -> None:
    blobs = Blobs(tmp_path / "blobs")
    assert callable(keep)
    if known:
        await keep(blobs)
        synced.clear()
    await keep(blobs)
    folder = tmp_path / "blobs" / DIGEST[:2]
    assert {each.stat().st_ino for each in (folder / DIGEST, folder, folder.parent)} <= {*synced}
    assert await blobs.get(DIGEST) == CONTENT
    assert await blobs.size(DIGEST) == len(CONTENT)


@pytest.mark.parametrize("keep", [keep_bytes, keep_many, keep_file])
async def test_what_does_not_get_to_the_disk_is_not_there(
    keep: Callable[[Blobs], Awaitable[None]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError("no space left")

    blobs = Blobs(tmp_path / "blobs")
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="no space left"):
            await keep(blobs)
    assert [each for each in (tmp_path / "blobs").rglob("*") if each.is_file()] == []
    await keep(blobs)
    assert await blobs.get(DIGEST) == CONTENT


async def test_what_was_forgotten_and_what_is_no_digest_is_not_there(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path / "blobs")
    await blobs.put(CONTENT)
    await blobs.forget([DIGEST, DIGEST])
    for name in (DIGEST, "../../etc/passwd"):
        with pytest.raises(KeyError):
            await blobs.get(name)
