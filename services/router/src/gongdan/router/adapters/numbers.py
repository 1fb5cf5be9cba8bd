"""Human numbers in PostgreSQL: one counter per prefix, moved on in a transaction of its own.

Limit: a batch that is rolled back after others took numbers leaves a gap; a number is never given twice.
"""

from dataclasses import dataclass

from gongdan.router.adapters import statements
from gongdan.shared.db.session import Database


@dataclass(frozen=True, slots=True)
class PostgresNumbers:
    """Counters that replicas share."""

    db: Database

    async def take(self, prefix: str, count: int) -> int:
        """The first of `count` consecutive numbers that are nobody else's. Raises RetryLater on passing faults."""
        (row,) = await self.db.at_once(statements.TAKE_NUMBERS, {"prefix": prefix, "count": count})
        last: int = row.last
        return last - count + 1

    async def give_back(self, prefix: str, first: int, count: int) -> None:
        """Return numbers; without effect when others were taken since. Raises RetryLater on passing faults."""
        last = first + count - 1
        await self.db.at_once(statements.GIVE_NUMBERS_BACK, {"prefix": prefix, "last": last, "count": count})
