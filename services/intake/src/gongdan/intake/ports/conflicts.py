"""What intake needs to show conflicts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Conflict:
    """A request that had the key of another one and a different body. It was refused; the first one counts."""

    id: int
    message_id: UUID
    channel: str
    source: str
    external_id: str
    body_hash: str
    received_at: datetime


class Conflicts(Protocol):
    """What was refused because its key had been used."""

    async def latest(self, before: int | None, limit: int) -> Sequence[Conflict]:
        """The latest first; `before` is the id of the last one that was seen. Raises RetryLater."""
        ...
