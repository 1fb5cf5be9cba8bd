"""What notifier says on `deliveries`: the life of one message to one recipient on one channel."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from gongdan.shared.contracts.base import Contract

DeliveryChannel = Literal["email", "webhook"]
DeliveryPurpose = Literal[
    "acknowledgement",
    "reply",
    "reminder",
    "assignment",
    "follow_up",
    "warning",
    "breach",
    "event",
    "escalation",
    "late_summary",
]
# What goes to the requester; all else that is mailed goes to those who work.
TO_REQUESTER: frozenset[DeliveryPurpose] = frozenset({"acknowledgement", "reply", "reminder"})


class DeliveryEvent(Contract):
    """One delivery after the event. `cause_id` is the event that asked for it.

    `message_id` is set where the delivery carries a ticket's message; `mail_message_id` is the Message-ID it
    went out under.
    """

    delivery_id: UUID
    ticket_id: UUID
    ticket: str
    cause_id: UUID
    channel: DeliveryChannel
    purpose: DeliveryPurpose
    recipient: str
    message_id: UUID | None = None
    mail_message_id: str | None = None
    attempt: int = 0


class DeliveryQueued(DeliveryEvent):
    """Accepted into the ledger, to be sent soon."""


class DeliverySent(DeliveryEvent):
    """The other side took it."""


class DeliveryFailed(DeliveryEvent):
    """An attempt failed. `next_attempt_at` None means that it will not be tried again."""

    error: str
    next_attempt_at: datetime | None = None


class DeliverySuppressed(DeliveryEvent):
    """Not sent, on purpose. `into`: the delivery that says it together with others instead."""

    reason: str
    into: UUID | None = None
