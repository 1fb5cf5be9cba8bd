"""Messages and commands as events: who, when, and under which key they go to Kafka."""

from dataclasses import dataclass
from datetime import datetime

from gongdan.shared.contracts.envelope import Actor, Envelope
from gongdan.shared.contracts.messages import CommandReceived, MessageReceived
from gongdan.shared.contracts.registry import Event

SOURCE = "gongdan.intake"


@dataclass(frozen=True, slots=True)
class Arrival:
    """How something reached us. `occurred_at` is when it happened in the world; `key` the Idempotency-Key."""

    occurred_at: datetime
    recorded_at: datetime
    key: str | None = None
    traceparent: str | None = None


def received(message: MessageReceived, arrival: Arrival, actor: Actor | None = None) -> Event:
    """The event of a message. The actor is the requester, unless somebody else is named."""
    envelope = Envelope(
        id=message.message_id,
        type="MessageReceived",
        source=SOURCE,
        subject=str(message.message_id),
        occurred_at=arrival.occurred_at,
        recorded_at=arrival.recorded_at,
        actor=actor or Actor("contact", message.requester.key),
        correlation_id=message.message_id,
        traceparent=arrival.traceparent,
    )
    return Event(envelope, message, message.conversation_key)


def commanded(command: CommandReceived, actor: Actor, arrival: Arrival) -> Event:
    """The event of a command, in the order of its ticket."""
    envelope = Envelope(
        id=command.message_id,
        type="CommandReceived",
        source=SOURCE,
        subject=command.ticket,
        occurred_at=arrival.occurred_at,
        recorded_at=arrival.recorded_at,
        actor=actor,
        correlation_id=command.message_id,
        traceparent=arrival.traceparent,
    )
    return Event(envelope, command, command.ticket)
