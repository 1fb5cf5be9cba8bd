"""Writing what a batch changed. Rows go in order of their keys, so that two replicas do not deadlock.

What must be ours alone is checked by counting: a row that is missing belongs to another replica.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from gongdan.router.adapters import statements
from gongdan.router.domain.working_set import Layered
from gongdan.shared.contracts.tickets import TicketSnapshot
from gongdan.shared.db.session import Transaction
from gongdan.shared.errors import RetryLater


async def all_or_again(unit: Transaction, sql: str, names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Write rows, each of which must take effect. Raises RetryLater when another replica was faster with one."""
    done = await write(unit, sql, names, rows)
    if done != len(rows):
        raise RetryLater(f"another replica changed {len(rows) - done} of {len(rows)} rows at the same time")


async def write(unit: Transaction, sql: str, names: Sequence[str], rows: Sequence[Sequence[Any]]) -> int:
    """Write rows as one array per column; returns how many took effect."""
    if not rows:
        return 0
    columns = zip(*rows, strict=True)
    result = await unit.execute(sql, dict(zip(names, map(list, columns), strict=True)))
    return result.rowcount


async def tickets(unit: Transaction, changed: Layered[UUID, TicketSnapshot]) -> None:
    """Write opened and changed tickets."""
    fresh = sorted(changed.fresh.items(), key=_by_id)
    opened = [_opened(ticket) for key, ticket in fresh if key not in changed.stored]
    await all_or_again(unit, statements.OPEN, ("ids", "numbers", "follow_ups", "versions", "states"), opened)
    moved = [
        (key, changed.stored[key].version, ticket.version, ticket.model_dump_json())
        for key, ticket in fresh
        if key in changed.stored
    ]
    await all_or_again(unit, statements.CHANGE, ("ids", "befores", "versions", "states"), moved)


def _by_id(row: Sequence[Any]) -> int:
    key: UUID = row[0]
    return key.int


def _opened(ticket: TicketSnapshot) -> tuple[Any, ...]:
    return ticket.id, ticket.number, ticket.follow_up_of, ticket.version, ticket.model_dump_json()


async def conversations(unit: Transaction, changed: Layered[str, UUID]) -> None:
    """Write conversations that began, and those that went on to a follow-up."""
    fresh = sorted(changed.fresh.items())
    begun = [(key, ticket_id) for key, ticket_id in fresh if key not in changed.stored]
    await all_or_again(unit, statements.BEGIN_CONVERSATIONS, ("keys", "tickets"), begun)
    moved = [(key, changed.stored[key], ticket_id) for key, ticket_id in fresh if key in changed.stored]
    await all_or_again(unit, statements.MOVE_CONVERSATIONS, ("keys", "befores", "tickets"), moved)


async def applied(unit: Transaction, fresh: Mapping[UUID, UUID]) -> None:
    """Write which messages and commands took effect."""
    await all_or_again(unit, statements.APPLIED, ("messages", "tickets"), sorted(fresh.items(), key=_by_id))


async def message_ids(unit: Transaction, fresh: Mapping[str, UUID]) -> None:
    """Write which mails are part of which tickets; the first ticket of a mail keeps it."""
    await write(unit, statements.MESSAGE_IDS, ("keys", "tickets"), sorted(fresh.items()))


async def participants(unit: Transaction, fresh: Iterable[tuple[UUID, str]]) -> None:
    """Write who takes part."""
    await write(unit, statements.JOIN_PARTICIPANTS, ("tickets", "people"), sorted(fresh, key=_by_id))


async def turns(unit: Transaction, fresh: Mapping[tuple[str, str], str]) -> None:
    """Write who got the last ticket. Between replicas the last writer wins: fair over time, and nobody waits."""
    rows = [(workspace, team, last) for (workspace, team), last in sorted(fresh.items())]
    await write(unit, statements.TAKE_TURNS, ("workspaces", "teams", "lasts"), rows)
