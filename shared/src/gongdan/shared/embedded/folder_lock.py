"""One installation per data folder: a lock that ends with its process, however that ends."""

import fcntl
import os
from typing import Self

from gongdan.shared.embedded.errors import FixSetup
from gongdan.shared.embedded.layout import DataDir


class FolderLock:
    """Holds `gongdan.pid` locked from `acquire` to `release`; the file shows who holds it."""

    def __init__(self, data: DataDir) -> None:
        self._data = data
        self._descriptor: int | None = None

    def acquire(self) -> None:
        """Take the lock. Raises FixSetup when another process has it."""
        descriptor = os.open(self._data.lock, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(descriptor, 32).decode().strip() or "unknown"
            os.close(descriptor)
            raise FixSetup(
                f"Gongdan already runs on {self._data.root} (process {holder})",
                "stop it, or set GONGDAN_DATA_DIR and GONGDAN_PORT_OFFSET to run a second one beside it",
            ) from None
        os.ftruncate(descriptor, 0)
        os.write(descriptor, f"{os.getpid()}\n".encode())
        self._descriptor = descriptor

    def release(self) -> None:
        """Give the lock back. Harmless when it is not held."""
        if self._descriptor is not None:
            os.ftruncate(self._descriptor, 0)
            os.close(self._descriptor)
            self._descriptor = None

    def __enter__(self) -> Self:
        """Acquire."""
        self.acquire()
        return self

    def __exit__(self, *error: object) -> None:
        """Release."""
        self.release()
