"""A delivery, and what is said about it on `deliveries` as it goes from queued to its end."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from gongdan.notifier.domain.audience import Suppression
from gongdan.shared.contracts.deliveries import (
    DeliveryChannel,
    DeliveryEvent,
    DeliveryFailed,
    DeliveryPurpose,
    DeliveryQueued,
    DeliverySent,
    DeliverySuppressed,
)
from gongdan.shared.contracts.envelope import Actor, DecidedBy, Envelope
from gongdan.shared.contracts.registry import Event
from gongdan.shared.ids import derived_id

State = Literal["queued", "sending", "sent", "failed", "suppressed"]
SOURCE = "gongdan.notifier"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One message to one recipient on one channel. `content` is a Mail or a Hook as JSON, empty if suppressed.

    `cause_id`, `correlation_id` and `traceparent` are those of the event that asked for it; `carried_id` is
    the ticket's message that it carries, `mail_message_id` the Message-ID it goes out under.
    """

    id: UUID
    ticket_id: UUID
    ticket: str
    cause_id: UUID
    correlation_id: UUID
    traceparent: str | None = None
    channel: DeliveryChannel
    purpose: DeliveryPurpose
    recipient: str
    lane: str
    automatic: bool
    carried_id: UUID | None = None
    mail_message_id: str | None = None
    content: bytes = b""
    occurred_at: datetime
    queued_at: datetime
    suppressed: Suppression | None = None
    into: UUID | None = None
    decided_by: tuple[DecidedBy, ...] = ()


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery in hand. `disabled_version`: its endpoint refuses that version of its Channel and older ones."""

    delivery: Delivery
    attempt: int
    disabled_version: int | None = None


def queued(delivery: Delivery) -> Event:
    """What is said when a delivery enters the ledger: queued, or suppressed with the reason."""
    if delivery.suppressed:
        data: DeliveryEvent = DeliverySuppressed(**_common(delivery, 0), reason=delivery.suppressed, into=delivery.into)
    else:
        data = DeliveryQueued(**_common(delivery, 0))
    return _event(delivery, data, delivery.occurred_at, delivery.queued_at, delivery.cause_id)


def sent(claimed: Claimed, at: datetime) -> Event:
    """What is said when the other side has it."""
    return _after(claimed, DeliverySent(**_common(claimed.delivery, claimed.attempt)), at)


def failed(claimed: Claimed, at: datetime, error: str, next_at: datetime | None) -> Event:
    """What is said when an attempt failed; `next_at` None when it was the last."""
    common = _common(claimed.delivery, claimed.attempt)
    return _after(claimed, DeliveryFailed(**common, error=error, next_attempt_at=next_at), at)


def suppressed(claimed: Claimed, at: datetime, reason: Suppression) -> Event:
    """What is said when a queued delivery is not sent after all."""
    return _after(claimed, DeliverySuppressed(**_common(claimed.delivery, claimed.attempt), reason=reason), at)


def _after(claimed: Claimed, data: DeliveryEvent, at: datetime) -> Event:
    return _event(claimed.delivery, data, at, at, _event_id(claimed.delivery.id, 0))


def _event_id(delivery_id: UUID, attempt: int) -> UUID:
    return derived_id("delivery-event", delivery_id, attempt)


def _common(delivery: Delivery, attempt: int) -> dict[str, Any]:
    return {
        "delivery_id": delivery.id,
        "ticket_id": delivery.ticket_id,
        "ticket": delivery.ticket,
        "cause_id": delivery.cause_id,
        "channel": delivery.channel,
        "purpose": delivery.purpose,
        "recipient": delivery.recipient,
        "message_id": delivery.carried_id,
        "mail_message_id": delivery.mail_message_id,
        "attempt": attempt,
    }


def _event(delivery: Delivery, data: DeliveryEvent, occurred_at: datetime, recorded_at: datetime, cause: UUID) -> Event:
    envelope = Envelope(
        id=_event_id(delivery.id, data.attempt),
        type=type(data).__name__,
        source=SOURCE,
        subject=delivery.ticket,
        occurred_at=occurred_at,
        recorded_at=recorded_at,
        actor=Actor("system", "notifier"),
        correlation_id=delivery.correlation_id,
        causation_id=cause,
        decided_by=delivery.decided_by,
        traceparent=delivery.traceparent,
    )
    return Event(envelope, data, str(delivery.ticket_id))
