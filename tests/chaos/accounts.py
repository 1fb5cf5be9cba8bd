"""The accounts after a storm: every message once, every version of every ticket, every notice once."""

import asyncio
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.parser import BytesHeaderParser

import asyncpg

from gongdan.shared.embedded.stack import Stack

Rows = Sequence[asyncpg.Record]
TOTALS = {
    "intake.messages": "SELECT count(*) FROM intake.messages",
    "router.tickets": "SELECT count(*) FROM router.tickets",
    "api.messages": "SELECT count(*) FROM api.messages",
    "api.outcomes": "SELECT count(*) FROM api.outcomes WHERE status = 'applied'",
    "api.tickets": "SELECT count(*) FROM api.tickets",
}
HELD_OR_PARKED = {
    "api.early": "SELECT count(*) FROM api.early",
    "sla_timer.early": "SELECT count(*) FROM sla_timer.early",
    "notifier.early": "SELECT count(*) FROM notifier.early",
    "api.parked": "SELECT count(*) FROM api.outbox WHERE aggregatetype LIKE '%.parked.%'",
    "router.parked": "SELECT count(*) FROM router.outbox WHERE aggregatetype LIKE '%.parked.%'",
    "sla_timer.parked": "SELECT count(*) FROM sla_timer.outbox WHERE aggregatetype LIKE '%.parked.%'",
    "notifier.parked": "SELECT count(*) FROM notifier.outbox WHERE aggregatetype LIKE '%.parked.%'",
}
NOTICES = "SELECT count(*) FROM notifier.deliveries"
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

    async def numbers(self, queries: Mapping[str, str]) -> dict[str, int]:
        """What queries for one number each come to, all at the same moment, by name."""
        [found] = await self.rows("SELECT " + ", ".join(f'({sql}) AS "{name}"' for name, sql in queries.items()))
        return dict(found.items())

    async def settle(self, messages: int, notices: int, seconds: float = 300) -> None:
        """Wait until all messages are decided and visible, and all notices are delivered."""
        deadline = time.monotonic() + seconds
        while (left := await self._left(messages, notices)) and time.monotonic() < deadline:
            await asyncio.sleep(0.5)
        assert not left, f"after {seconds} s there is still to be done: {left}"

    async def _left(self, messages: int, notices: int) -> dict[str, int]:
        """What is still to be done, by name; empty when all is done."""
        try:
            found = await self.numbers(TOTALS | {"notices": NOTICES, "undelivered": UNDELIVERED})
        except (OSError, asyncpg.PostgresConnectionError, asyncpg.CannotConnectNowError):
            return {"database": 1}
        wanted = dict.fromkeys(TOTALS, messages) | {"notices": notices}
        missing = {name: count - found[name] for name, count in wanted.items()}
        left = missing | {"undelivered": found["undelivered"]}
        return {name: count for name, count in left.items() if count > 0}

    async def totals(self) -> dict[str, int]:
        """How many messages each stage has, of which each message makes one ticket."""
        return await self.numbers(TOTALS)

    async def held_or_parked(self) -> int:
        """Records that wait for an earlier version, or were set aside, in any service."""
        return sum((await self.numbers(HELD_OR_PARKED)).values())

    def mails_per_id(self) -> Counter[str]:
        """How often each Message-ID is in the mailbox of caught mail."""
        paths = (self.stack.data.mail / "new").iterdir()
        return Counter(BytesHeaderParser().parsebytes(path.read_bytes())["Message-ID"] for path in paths)

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
