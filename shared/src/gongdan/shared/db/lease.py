"""Leases: who may do a thing for a while, when only one may. Time is the database's, so replicas agree."""

from collections.abc import Sequence
from datetime import timedelta

from gongdan.shared.db.session import Transaction


async def acquire(unit: Transaction, name: str, holder: str, term: timedelta) -> bool:
    """Take or prolong a lease. False when somebody else holds it. The caller must stop before `term` is over."""
    row = await unit.one(
        """
        INSERT INTO leases (name, holder, until) VALUES (:name, :holder, now() + :term)
        ON CONFLICT (name) DO UPDATE SET holder = :holder, until = now() + :term
        WHERE leases.holder = :holder OR leases.until < now()
        RETURNING holder
        """,
        {"name": name, "holder": holder, "term": term},
    )
    return row is not None


async def release(unit: Transaction, names: Sequence[str], holder: str) -> None:
    """Give leases back early; those of others are left alone."""
    await unit.execute(
        "DELETE FROM leases WHERE name = ANY(:names) AND holder = :holder",
        {"names": list(names), "holder": holder},
    )
