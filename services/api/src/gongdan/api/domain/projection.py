"""Events become rows. The same events give the same rows in any order, any grouping, and however often they come."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar
from uuid import UUID

from gongdan.api.domain import definition_versions, inbound, moments, snapshots, timeline
from gongdan.api.domain.definition_versions import VersionKey
from gongdan.api.domain.rows import (
    AttachmentRow,
    ChangeRow,
    ClockRow,
    DefinitionVersionRow,
    DeliveryRow,
    FirstAnswerRow,
    MessageRow,
    OutcomeRow,
    ResolutionRow,
    TicketRow,
    TimelineRow,
)
from gongdan.shared.contracts.definitions import DefinitionApplied, DefinitionDeleted
from gongdan.shared.contracts.deliveries import DeliveryEvent
from gongdan.shared.contracts.messages import CommandReceived, MessageReceived
from gongdan.shared.contracts.outcomes import MessageApplied, MessageIgnored, MessageRejected
from gongdan.shared.contracts.registry import Event
from gongdan.shared.contracts.sla import ClockEvent, TimerFired
from gongdan.shared.contracts.tickets import MessageAdded, TicketEvent, TicketSnapshot

ClockKey = tuple[UUID, str, int]


class Ordered(Protocol):
    """A row of which only the greatest is kept."""

    @property
    def order(self) -> tuple[Any, ...]:
        """What rows of one key are compared by."""
        ...


Key = TypeVar("Key")
Row = TypeVar("Row", bound=Ordered)


@dataclass(frozen=True, slots=True)
class Rows:
    """What a batch of events means, each row once under its key."""

    messages: dict[UUID, MessageRow] = field(default_factory=dict)
    outcomes: dict[UUID, OutcomeRow] = field(default_factory=dict)
    tickets: dict[UUID, TicketRow] = field(default_factory=dict)
    resolutions: dict[UUID, ResolutionRow] = field(default_factory=dict)
    first_answers: dict[UUID, FirstAnswerRow] = field(default_factory=dict)
    timeline: dict[UUID, TimelineRow] = field(default_factory=dict)
    clocks: dict[ClockKey, ClockRow] = field(default_factory=dict)
    deliveries: dict[UUID, DeliveryRow] = field(default_factory=dict)
    changes: dict[UUID, ChangeRow] = field(default_factory=dict)
    definition_versions: dict[VersionKey, DefinitionVersionRow] = field(default_factory=dict)
    attachments: dict[AttachmentRow, AttachmentRow] = field(default_factory=dict)


def project(events: Sequence[Event]) -> Rows:
    """The rows of a batch."""
    rows = Rows()
    newest: dict[UUID, TicketSnapshot] = {}
    for event in events:
        if isinstance(event.data, TicketEvent):
            _take_ticket(rows, newest, event, event.data)
        else:
            _take_other(rows, event)
    rows.tickets.update({key: snapshots.ticket_row(snapshot) for key, snapshot in newest.items()})
    return rows


def _take_ticket(rows: Rows, newest: dict[UUID, TicketSnapshot], event: Event, data: TicketEvent) -> None:
    ticket = data.ticket
    known = newest.get(ticket.id)
    if known is None or known.version < ticket.version:
        newest[ticket.id] = ticket
    rows.timeline[event.envelope.id] = timeline.timeline_row(event, ticket.id)
    rows.changes[event.envelope.id] = ChangeRow(event.envelope.type, ticket.number, ticket.version)
    _take_moments(rows, event, data)
    if isinstance(data, MessageAdded):
        files = (AttachmentRow(file.sha256, ticket.id, data.visibility) for file in data.attachments)
        rows.attachments.update({file: file for file in files})


def _take_moments(rows: Rows, event: Event, data: TicketEvent) -> None:
    if resolution := moments.resolution_row(event.envelope, data):
        _keep(rows.resolutions, resolution.ticket_id, resolution)
    if answer := moments.answer_row(event.envelope, data):
        _keep(rows.first_answers, answer.ticket_id, answer)


def _take_other(rows: Rows, event: Event) -> None:
    match event.data:
        case DefinitionApplied() as applied:
            _define(rows, definition_versions.applied_row(applied))
        case DefinitionDeleted() as deleted:
            _define(rows, definition_versions.deleted_row(deleted))
        case _:
            _take_about_tickets(rows, event)


def _define(rows: Rows, row: DefinitionVersionRow) -> None:
    rows.definition_versions.setdefault(definition_versions.key_of(row), row)


def _take_about_tickets(rows: Rows, event: Event) -> None:
    match event.data:
        case MessageReceived() as message:
            rows.messages.setdefault(message.message_id, inbound.message_row(event.envelope, message))
        case CommandReceived() as command:
            rows.messages.setdefault(command.message_id, inbound.command_row(event.envelope, command))
        case MessageApplied() | MessageRejected() | MessageIgnored() as outcome:
            _keep(rows.outcomes, outcome.message_id, inbound.outcome_row(event.envelope, outcome))
        case ClockEvent() as clock:
            key = (clock.ticket_id, clock.metric, clock.cycle)
            _keep(rows.clocks, key, snapshots.clock_row(event.envelope, clock))
            _happened(rows, event, clock.ticket_id, clock.ticket)
        case DeliveryEvent() as delivery:
            _keep(rows.deliveries, delivery.delivery_id, snapshots.delivery_row(event.envelope, delivery))
            _happened(rows, event, delivery.ticket_id, delivery.ticket)
        case TimerFired() as timer:
            _happened(rows, event, timer.ticket_id, timer.ticket)


def _keep(known: dict[Key, Row], key: Key, row: Row) -> None:
    before = known.get(key)
    if before is None or before.order < row.order:
        known[key] = row


def _happened(rows: Rows, event: Event, ticket_id: UUID, number: str) -> None:
    rows.timeline[event.envelope.id] = timeline.timeline_row(event, ticket_id)
    rows.changes[event.envelope.id] = ChangeRow(event.envelope.type, number, None)
