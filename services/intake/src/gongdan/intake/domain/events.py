"""Messages and commands as events: who, when, and under which key they go to Kafka."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from gongdan.shared.contracts.envelope import Actor, Envelope
from gongdan.shared.contracts.messages import CommandReceived, MessageReceived
from gongdan.shared.contracts.registry import Event
from gongdan.shared.errors import Complaint, FixInput

SOURCE = "gongdan.intake"
SKEW = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Arrival:
    """When something happened in the world, and when and how it reached us."""

    occurred_at: datetime
    recorded_at: datetime
    traceparent: str | None = None


def arrival(now: datetime, traceparent: str | None = None, occurred_at: datetime | None = None) -> Arrival:
    """An arrival now. Raises FixInput (422) when it is said to have happened in the future."""
    if occurred_at is not None and occurred_at > now + SKEW:
        complaint = Complaint("occurred_at", "lies in the future", f"send a time up to {now.isoformat()}")
        raise FixInput("invalid-input", "the request does not fit its schema", complaint)
    return Arrival(min(occurred_at or now, now), now, traceparent)


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
