"""Leases in PostgreSQL, held under this process's name."""

from dataclasses import dataclass
from datetime import timedelta

from gongdan.shared.db import lease
from gongdan.shared.db.session import Database

TERM = timedelta(seconds=60)


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

    async def let_go(self, name: str) -> None:
        """Give it back early. Raises RetryLater."""
        async with self.db.transaction() as unit:
            await lease.release(unit, [name], self.holder)
