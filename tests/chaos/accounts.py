"""The accounts after a storm: every message once, every version of every ticket, every notice once."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import asyncpg

from gongdan.shared.embedded.stack import Stack

Rows = Sequence[asyncpg.Record]


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
        async with asyncio.timeout(seconds):
            while not await self._settled(messages):
                await asyncio.sleep(0.5)

    async def _settled(self, messages: int) -> bool:
        try:
            decided = await self.number("SELECT count(*) FROM api.messages WHERE status <> 'pending'")
            opened = await self.number("SELECT count(*) FROM api.tickets")
            pending = await self.number(
                "SELECT count(*) FROM notifier.deliveries WHERE state NOT IN ('sent', 'suppressed')"
            )
        except (OSError, asyncpg.PostgresError):
            return False
        return decided >= messages and opened >= messages and pending == 0

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
