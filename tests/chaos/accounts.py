"""The accounts after a storm: every message once, every version of every ticket, every notice once."""

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import asyncpg

from gongdan.shared.embedded.stack import Stack

Rows = Sequence[asyncpg.Record]
ENDS = ("intake.messages", "router.tickets", "api.messages", "api.outcomes", "api.tickets")
UNDELIVERED = "SELECT count(*) FROM notifier.deliveries WHERE state NOT IN ('sent', 'suppressed')"


@dataclass(frozen=True, slots=True)
class Accounts:
    """Reads the services' own tables, which nobody does in production."""

    stack: Stack

    async def rows(self, sql: str) -> Rows:
        """Run a query."""
        connection = await asyncpg.connect(self.stack.database_url.replace("+asyncpg", ""))
        try:
            return list(await connection.fetch(sql))
        finally:
            await connection.close()

    async def number(self, sql: str) -> int:
        """A query for one number."""
        return int((await self.rows(sql))[0][0])

    async def settle(self, messages: int, seconds: float = 180) -> None:
        """Wait until all messages are decided and visible, and all deliveries have ended."""
        deadline = time.monotonic() + seconds
        while (left := await self._left(messages)) and time.monotonic() < deadline:
            await asyncio.sleep(0.5)
        assert not left, f"after {seconds} s there is still to be done: {left}"

    async def _left(self, messages: int) -> dict[str, int]:
        """What is still to be done, by name; empty when all is done."""
        try:
            missing = {name: messages - await self.number(f"SELECT count(*) FROM {name}") for name in ENDS}
            undelivered = await self.number(UNDELIVERED)
        except (OSError, asyncpg.PostgresConnectionError, asyncpg.CannotConnectNowError):
            return {"database": 1}
        return {name: count for name, count in {**missing, "undelivered": undelivered}.items() if count > 0}

    async def gapped_tickets(self) -> Rows:
        """Tickets whose versions in the log, or in the timeline, are not 1 … n."""
        return await self.rows(
            """
            SELECT ticket_id FROM router.events GROUP BY ticket_id
            HAVING max(version) <> count(*) OR min(version) <> 1
            """
        )

    async def acknowledgements(self) -> Counter[str]:
        """How many acknowledgement mails each address got."""
        rows = await self.rows(
            "SELECT recipient FROM notifier.deliveries WHERE purpose = 'acknowledgement' AND state = 'sent'"
        )
        return Counter(row["recipient"] for row in rows)
