"""The log of every ticket: its events in full, from which tickets can be rebuilt and topics written again."""

from collections.abc import AsyncIterator, Sequence
from typing import Any
from uuid import UUID

from gongdan.router.adapters import statements
from gongdan.shared.contracts.envelope import from_headers
from gongdan.shared.contracts.registry import Event, read_payload
from gongdan.shared.contracts.tickets import TicketEvent
from gongdan.shared.db.outbox import OutboxRow, headers_from_json
from gongdan.shared.db.session import Transaction


def rows_of(events: Sequence[Event], said: Sequence[OutboxRow]) -> list[tuple[Any, ...]]:
    """The events of tickets as rows of their logs, exactly as they are said."""
    return [
        (
            event.data.ticket.id,
            event.data.ticket.version,
            row.type,
            (row.payload or b"").decode(),
            row.headers,
            event.envelope.recorded_at,
        )
        for event, row in zip(events, said, strict=True)
        if isinstance(event.data, TicketEvent)
    ]


async def history(unit: Transaction, ticket_id: UUID) -> AsyncIterator[Event]:
    """A ticket's events in order of their versions, as they were said; read as they are asked for."""
    async for row in unit.stream(statements.HISTORY, {"ticket": ticket_id}):
        data = read_payload(row.type, row.payload.encode())
        if data is None:
            raise LookupError(f"event type {row.type} is in the log but not in the contracts")
        yield Event(from_headers(headers_from_json(row.headers)), data, str(ticket_id))
