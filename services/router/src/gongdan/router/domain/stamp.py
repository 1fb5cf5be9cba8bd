"""Decisions as events: who, when, why, caused by what."""

from datetime import datetime
from uuid import UUID

from gongdan.router.domain.decision import Applied, Decision, Draft, Ignored, Rejected
from gongdan.shared.contracts.base import Contract
from gongdan.shared.contracts.envelope import Envelope
from gongdan.shared.contracts.outcomes import MessageApplied, MessageIgnored, MessageRejected
from gongdan.shared.contracts.registry import Event
from gongdan.shared.ids import derived_id, ticket_event_id

SOURCE = "gongdan.router"


def ticket_event(draft: Draft, cause: Envelope, now: datetime) -> Event:
    """A draft as an event of its ticket; its id and place in the order come from the ticket's version."""
    ticket = draft.payload.ticket
    envelope = Envelope(
        id=ticket_event_id(ticket.id, ticket.version),
        type=type(draft.payload).__name__,
        source=SOURCE,
        subject=ticket.number,
        occurred_at=cause.occurred_at,
        recorded_at=now,
        actor=draft.actor or cause.actor,
        correlation_id=cause.correlation_id,
        causation_id=cause.id,
        decided_by=draft.decided_by,
        mode=cause.mode,
        sequence=ticket.version,
        traceparent=cause.traceparent,
    )
    return Event(envelope, draft.payload, str(ticket.id))


def outcome_event(decision: Decision, message_id: UUID, cause: Envelope, now: datetime) -> Event:
    """What became of the message or command that an inbound event carried."""
    data = _outcome(decision, message_id)
    envelope = Envelope(
        id=derived_id("outcome", message_id),
        type=type(data).__name__,
        source=SOURCE,
        subject=str(message_id),
        occurred_at=cause.occurred_at,
        recorded_at=now,
        actor=cause.actor,
        correlation_id=cause.correlation_id,
        causation_id=cause.id,
        mode=cause.mode,
        traceparent=cause.traceparent,
    )
    return Event(envelope, data, str(message_id))


def _outcome(decision: Decision, message_id: UUID) -> Contract:
    match decision:
        case Applied(how, rule, ticket):
            return MessageApplied(
                message_id=message_id,
                ticket_id=ticket.id,
                ticket=ticket.number,
                version=ticket.version,
                how=how,
                rule=rule,
            )
        case Rejected(reason, detail, field, ticket, unseen):
            return MessageRejected(
                message_id=message_id, ticket=ticket, reason=reason, detail=detail, field=field, unseen=unseen
            )
        case Ignored(reason, detail, ticket):
            return MessageIgnored(message_id=message_id, ticket=ticket, reason=reason, detail=detail)
