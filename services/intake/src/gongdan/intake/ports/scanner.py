"""What intake needs to know whether a file is infected."""

from typing import IO, Protocol


class Scanner(Protocol):
    """Looks for malware."""

    async def find(self, file: IO[bytes]) -> str | None:
        """What the file is infected with, None when nothing was found. Raises RetryLater while nobody can say."""
        ...
