"""What a batch changed, as the columns of one statement. Rows go in order of their keys, so that two replicas do
not deadlock.

What must be ours alone is checked by counting: a row that is missing belongs to another replica.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from gongdan.router.adapters import statements
from gongdan.router.domain.working_set import Layered, WorkingSet
from gongdan.shared.contracts.tickets import TicketSnapshot
from gongdan.shared.db.session import Transaction
from gongdan.shared.errors import RetryLater

Rows = Sequence[Sequence[Any]]

COLUMNS = {
    "opened": ("open_ids", "open_numbers", "open_follow_ups", "open_versions", "open_states"),
    "moved": ("move_ids", "move_befores", "move_versions", "move_states"),
    "logged": ("log_tickets", "log_versions", "log_types", "log_payloads", "log_headers", "log_recorded"),
    "applied": ("applied_messages", "applied_tickets"),
    "begun": ("begin_keys", "begin_tickets"),
    "continued": ("continue_keys", "continue_befores", "continue_tickets"),
    "mails": ("mail_keys", "mail_tickets"),
    "joined": ("join_tickets", "join_people"),
    "turns": ("turn_workspaces", "turn_teams", "turn_lasts"),
}
OURS_ALONE = ("opened", "moved", "logged", "applied", "begun", "continued")


async def save(unit: Transaction, working: WorkingSet, logged: Rows) -> None:
    """Write all of it. Raises RetryLater when another replica was faster somewhere."""
    parts = _parts(working) | {"logged": logged}
    values = {
        name: column
        for part, rows in parts.items()
        for name, column in zip(COLUMNS[part], _columns(rows, len(COLUMNS[part])), strict=True)
    }
    done = await unit.one(statements.SAVE, values)
    for part in OURS_ALONE:
        given, written = len(parts[part]), getattr(done, part)
        if written != given:
            raise RetryLater(f"{part}: another replica changed {given - written} of {given} rows at the same time")


def _columns(rows: Rows, count: int) -> Iterable[list[Any]]:
    return map(list, zip(*rows, strict=True)) if rows else ([] for _ in range(count))


def _parts(working: WorkingSet) -> dict[str, Rows]:
    tickets, conversations = working.tickets, working.conversations
    fresh = sorted(tickets.fresh.items(), key=_by_id)
    ties = sorted(conversations.fresh.items())
    return {
        "opened": [_opened(ticket) for key, ticket in fresh if key not in tickets.stored],
        "moved": _moved(tickets, fresh),
        "applied": sorted(working.applied.fresh.items(), key=_by_id),
        "begun": [(key, ticket_id) for key, ticket_id in ties if key not in conversations.stored],
        "continued": [
            (key, conversations.stored[key], ticket_id) for key, ticket_id in ties if key in conversations.stored
        ],
        # The first ticket of a mail keeps it.
        "mails": sorted(working.mails.fresh.items()),
        "joined": sorted(working.participants.fresh, key=_by_id),
        # Between replicas the last writer wins: fair over time, and nobody waits.
        "turns": _turns(working.turns.fresh),
    }


def _by_id(row: Sequence[Any]) -> int:
    key: UUID = row[0]
    return key.int


def _opened(ticket: TicketSnapshot) -> tuple[Any, ...]:
    return ticket.id, ticket.number, ticket.follow_up_of, ticket.version, ticket.model_dump_json()


def _moved(tickets: Layered[UUID, TicketSnapshot], fresh: Iterable[tuple[UUID, TicketSnapshot]]) -> Rows:
    return [
        (key, tickets.stored[key].version, ticket.version, ticket.model_dump_json())
        for key, ticket in fresh
        if key in tickets.stored
    ]


def _turns(fresh: Mapping[tuple[str, str], str]) -> Rows:
    return [(workspace, team, last) for (workspace, team), last in sorted(fresh.items())]
