"""What intake needs to put a call together from what a switchboard tells of it."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from gongdan.intake.domain.calls import Call
from gongdan.intake.ports import Incoming, Receipt

Change = Callable[[Call | None, bool], tuple[Call, Incoming | None]]


class Calls(Protocol):
    """Calls whose end may not be known yet."""

    async def change(self, source: str, call_id: str, change: Change, now: datetime) -> Receipt | None:
        """Change one call and keep what is to be said of it, in one transaction, alone on that call.

        `change` gets the call as it is known and whether it was told already. Returns the receipt of what was said.
        Raises RetryLater.
        """
        ...

    async def silent_since(self, at: datetime, limit: int) -> Sequence[tuple[str, str]]:
        """Source and id of calls not told yet of which nothing was heard since, oldest first. Raises RetryLater."""
        ...

    async def forget_before(self, at: datetime) -> None:
        """Forget calls that were told and of which nothing was heard since. Raises RetryLater."""
        ...
