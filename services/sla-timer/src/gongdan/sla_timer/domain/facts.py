"""What an event of a ticket means to clocks: when, how the ticket stands after it, who spoke to whom."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from gongdan.shared.contracts.envelope import Actor, Envelope, Mode
from gongdan.shared.contracts.messages import Automatic
from gongdan.shared.contracts.tickets import MessageAdded, TicketEvent, TicketOpened, TicketSnapshot

PEOPLE = ("agent", "contact")


@dataclass(frozen=True, slots=True)
class Cause:
    """What a change comes from. `event_id` None: not an event of the ticket. `key` tells causes apart."""

    key: str
    correlation_id: UUID
    event_id: UUID | None = None
    mode: Mode = Mode.LIVE


@dataclass(frozen=True, slots=True)
class Fact:
    """What an event of a ticket means to its clocks. `opened_at` is when the ticket began.

    `answered`: a person of ours spoke to the customer. `asked`: the customer spoke to us.
    """

    at: datetime
    opened_at: datetime
    ticket: TicketSnapshot
    cause: Cause
    answered: bool = False
    asked: bool = False


def fact_of(envelope: Envelope, data: TicketEvent) -> Fact:
    """The fact in an event. Nothing occurs after it was recorded: a time in the future counts as then."""
    at = min(envelope.occurred_at, envelope.recorded_at)
    return Fact(
        at=at,
        opened_at=at if isinstance(data, TicketOpened) else min(data.ticket.created_at, at),
        ticket=data.ticket,
        cause=Cause(str(envelope.id), envelope.correlation_id, envelope.id, envelope.mode),
        answered=isinstance(data, MessageAdded) and is_answer(data, envelope.actor),
        asked=isinstance(data, MessageAdded) and is_question(data),
    )


def is_answer(message: MessageAdded, actor: Actor) -> bool:
    """Whether a person of ours spoke to the customer: in public, or in a call that was logged."""
    if message.direction != "out" or message.automatic is not Automatic.NO:
        return False
    return message.channel == "call" or (message.visibility == "public" and actor.kind in PEOPLE)


def is_question(message: MessageAdded) -> bool:
    """Whether the customer spoke to us, and not their machine."""
    return message.direction == "in" and message.visibility == "public" and message.automatic is Automatic.NO
