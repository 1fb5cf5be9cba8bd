"""Leases in PostgreSQL, held under this process's name."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from gongdan.shared.db import lease
from gongdan.shared.db.session import Database, Transaction
from gongdan.shared.errors import RetryLater

TERM = timedelta(seconds=30)
PRESENT = "replica/"
GONE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class PostgresLease:
    """`holder` names this process among the replicas. Whoever holds a lease asks again well before `term` is over."""

    db: Database
    holder: str
    term: timedelta = TERM

    async def hold(self, name: str) -> bool:
        """Take or prolong a lease; False while another replica has it. Raises RetryLater."""
        async with self.db.transaction() as unit:
            return await lease.acquire(unit, name, self.holder, self.term)

    async def prolong_in(self, unit: Transaction, name: str) -> None:
        """Prolong a lease as a part of what it allows. Raises RetryLater when it was lost: nothing may be kept then."""
        held = await unit.one(
            """
            UPDATE leases SET until = now() + :term
            WHERE name = :name AND holder = :holder AND until > now() RETURNING name
            """,
            {"name": name, "holder": self.holder, "term": self.term},
        )
        if held is None:
            raise RetryLater(f"the lease {name} was lost; another replica goes on")

    async def let_go(self, name: str) -> None:
        """Give it back early. Raises RetryLater."""
        async with self.db.transaction() as unit:
            await lease.release(unit, [name], self.holder)

    async def replicas(self) -> Sequence[str]:
        """Say that this replica is there; returns the names of all that are. Raises RetryLater."""
        async with self.db.transaction() as unit:
            await lease.acquire(unit, PRESENT + self.holder, self.holder, self.term)
            await unit.execute(
                "DELETE FROM leases WHERE name LIKE :present AND until < now() - CAST(:long AS interval)",
                {"present": f"{PRESENT}%", "long": GONE},
            )
            rows = await unit.all(
                "SELECT holder FROM leases WHERE name LIKE :present AND until > now()", {"present": f"{PRESENT}%"}
            )
        return [row.holder for row in rows]

    async def leave(self) -> None:
        """Say that this replica is gone. Raises RetryLater."""
        await self.let_go(PRESENT + self.holder)
