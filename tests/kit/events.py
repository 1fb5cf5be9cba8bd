"""Ticket events to send around."""

from datetime import UTC, datetime
from uuid import UUID

from gongdan.shared.contracts.envelope import Actor, Envelope
from gongdan.shared.contracts.messages import Person
from gongdan.shared.contracts.registry import Event
from gongdan.shared.contracts.tickets import PriorityChanged, TicketSnapshot
from gongdan.shared.ids import derived_id, ticket_event_id

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def ticket_event(ticket: str, version: int) -> Event:
    """The event that brings a ticket to a version."""
    ticket_id = derived_id("test-ticket", ticket)
    return Event(
        _envelope(ticket_id, version),
        PriorityChanged(ticket=_snapshot(ticket_id, version), old="low", new="high"),
        ticket,
    )


def _envelope(ticket_id: UUID, version: int) -> Envelope:
    return Envelope(
        id=ticket_event_id(ticket_id, version),
        type="PriorityChanged",
        source="router",
        subject="GD-1",
        occurred_at=NOON,
        recorded_at=NOON,
        actor=Actor("system", "test"),
        correlation_id=ticket_id,
        sequence=version,
    )


def _snapshot(ticket_id: UUID, version: int) -> TicketSnapshot:
    return TicketSnapshot(
        id=ticket_id,
        number="GD-1",
        version=version,
        workspace="support",
        channel="api",
        subject="Printer",
        status="new",
        status_category="new",
        priority="high",
        requester=Person(email="customer@example.com"),
        created_at=NOON,
        updated_at=NOON,
    )
