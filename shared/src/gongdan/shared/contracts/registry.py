"""Every event type with its payload model and its topic: one table, so that a typo cannot become an event."""

from dataclasses import dataclass

from gongdan.shared.contracts import access, audit, definitions, deliveries, doors, messages, outcomes, sla, tickets
from gongdan.shared.contracts.base import Contract
from gongdan.shared.contracts.envelope import Envelope
from gongdan.shared.contracts.topics import Topic

PAYLOADS: dict[Topic, tuple[type[Contract], ...]] = {
    Topic.INBOUND: (
        messages.MessageReceived,
        messages.CommandReceived,
        messages.ActionDenied,
        doors.MailboxFailed,
        doors.MailboxRecovered,
        doors.QuarantineReleased,
        doors.QuarantinedFileReleased,
        doors.QuarantineDiscarded,
    ),
    Topic.OUTCOMES: (outcomes.MessageApplied, outcomes.MessageRejected, outcomes.MessageIgnored),
    Topic.TICKETS: (
        tickets.TicketOpened,
        tickets.MessageAdded,
        tickets.TicketClassified,
        tickets.TicketAssigned,
        tickets.PriorityChanged,
        tickets.StatusChanged,
        tickets.TicketsMerged,
        tickets.TicketsUnmerged,
        tickets.TicketDeleted,
        tickets.DeadlineSet,
        tickets.TicketSnoozed,
        tickets.TicketWoken,
        tickets.TicketReminded,
        tickets.ProcessRequested,
        tickets.TimerSet,
        tickets.TimerDropped,
    ),
    Topic.SLA: (
        sla.ClockStarted,
        sla.ClockPaused,
        sla.ClockResumed,
        sla.ClockRetargeted,
        sla.ClockMet,
        sla.ClockCancelled,
        sla.DeadlineWarned,
        sla.DeadlineBreached,
        sla.EscalationReached,
        sla.TimerFired,
    ),
    Topic.DELIVERIES: (
        deliveries.DeliveryQueued,
        deliveries.DeliverySent,
        deliveries.DeliveryFailed,
        deliveries.DeliverySuppressed,
    ),
    Topic.DEFINITIONS: (
        definitions.DefinitionApplied,
        definitions.DefinitionDeleted,
        definitions.DefinitionsComplete,
    ),
    Topic.ACCESS: (access.CredentialIssued, access.CredentialRevoked),
    Topic.AUDIT: (audit.AuditRecorded,),
}

MODEL_OF: dict[str, type[Contract]] = {model.__name__: model for models in PAYLOADS.values() for model in models}
TOPIC_OF: dict[str, Topic] = {model.__name__: topic for topic, models in PAYLOADS.items() for model in models}


@dataclass(frozen=True, slots=True)
class Event:
    """An envelope with its payload, as handlers get it and emit it. `key` is the Kafka record key."""

    envelope: Envelope
    data: Contract
    key: str

    @property
    def topic(self) -> Topic:
        """The topic this type of event belongs to."""
        return TOPIC_OF[self.envelope.type]


def read_payload(event_type: str, value: bytes) -> Contract | None:
    """The payload of a known event type, None of an unknown one (a newer writer's).

    Raises pydantic.ValidationError, which is a ValueError, when the value breaks the contract.
    """
    model = MODEL_OF.get(event_type)
    # As model_validate_json, which takes half a microsecond to say so.
    found: Contract | None = model.__pydantic_validator__.validate_json(value) if model else None
    return found
