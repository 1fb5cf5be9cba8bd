"""What intake needs from other people's servers."""

from typing import Protocol


class Fetch(Protocol):
    """Gets small files from the public internet."""

    async def get(self, url: str) -> bytes:
        """The content. Raises RetryLater when it cannot be had, also where the address leads into private networks."""
        ...
