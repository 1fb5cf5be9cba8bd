"""What an event of a ticket means to clocks: when, how the ticket stands after it, who spoke to whom."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal, NamedTuple, cast
from uuid import UUID

from gongdan.shared.contracts.envelope import Actor, Envelope, Mode
from gongdan.shared.contracts.messages import Automatic
from gongdan.shared.contracts.tickets import (
    DeadlineSet,
    MessageAdded,
    StatusCategory,
    StatusChanged,
    TicketDeleted,
    TicketEvent,
    TicketOpened,
    TicketsMerged,
    TicketSnapshot,
    TicketsUnmerged,
)

Gone = Literal["merged", "deleted"]
PEOPLE = ("agent", "contact")
DONE: frozenset[StatusCategory] = frozenset({"resolved", "closed"})
# Events are told apart by their very type: asking Pydantic's models takes some microseconds each time.
GONE: Mapping[type[TicketEvent], Gone] = {TicketsMerged: "merged", TicketDeleted: "deleted"}
ENTERING = frozenset((TicketOpened, StatusChanged))


class Cause(NamedTuple):
    """What a change comes from. `event_id` None: not an event of the ticket. `key` tells causes apart."""

    key: str
    correlation_id: UUID
    event_id: UUID | None = None
    mode: Mode = Mode.LIVE


class Ticket(NamedTuple):
    """As much of a ticket as clocks remember between its events.

    `asks`: its customer wrote after it was done, and has not been answered. `gone`: it was merged or deleted.
    """

    id: UUID
    number: str
    workspace: str
    category: StatusCategory
    team: str | None = None
    assignee: str | None = None
    asks: bool = False
    gone: Gone | None = None


class Fact(NamedTuple):
    """What an event of a ticket means to its clocks. `opened_at` is when the ticket began.

    `answered`: a person of ours spoke to the customer. `asked`: the customer spoke to us. `gone`: there is no such
    ticket any more; `back`: there is again. `deadline`: somebody set a metric's deadline by hand, or took that back.
    `tokens` are what milestones wait for: the event's type, and the state and its category where it entered one.
    """

    at: datetime
    opened_at: datetime
    ticket: TicketSnapshot
    cause: Cause
    answered: bool = False
    asked: bool = False
    gone: Gone | None = None
    back: bool = False
    deadline: tuple[str, datetime | None] | None = None
    tokens: frozenset[str] = frozenset()


def remembered(fact: Fact, before: Ticket | None) -> Ticket:
    """What is remembered of a ticket after a fact."""
    now = fact.ticket
    asks = not fact.answered and now.status_category in DONE and (fact.asked or (before is not None and before.asks))
    return Ticket(now.id, now.number, now.workspace, now.status_category, now.team, now.assignee, asks, fact.gone)


def fact_of(envelope: Envelope, data: TicketEvent) -> Fact:
    """The fact in an event. Nothing occurs after it was recorded: a time in the future counts as then."""
    at = min(envelope.occurred_at, envelope.recorded_at)
    kind = type(data)
    return Fact(
        at=at,
        opened_at=at if kind is TicketOpened else min(data.ticket.created_at, at),
        ticket=data.ticket,
        cause=Cause(str(envelope.id), envelope.correlation_id, envelope.id, envelope.mode),
        answered=kind is MessageAdded and is_answer(cast("MessageAdded", data), envelope.actor),
        asked=kind is MessageAdded and is_question(cast("MessageAdded", data)),
        gone=GONE.get(kind),
        back=kind is TicketsUnmerged,
        deadline=_deadline(cast("DeadlineSet", data)) if kind is DeadlineSet else None,
        tokens=_tokens(kind, data.ticket),
    )


def is_past(data: TicketEvent) -> bool:
    """Whether this is about a ticket that is closed already: where it is not known any more, nothing is timed anew."""
    return data.ticket.status_category == "closed" and type(data) is not TicketOpened


def _deadline(data: DeadlineSet) -> tuple[str, datetime | None]:
    return data.metric, data.due_at


def _tokens(kind: type[TicketEvent], ticket: TicketSnapshot) -> frozenset[str]:
    if kind in ENTERING:
        return frozenset((kind.__name__, f"status:{ticket.status}", f"category:{ticket.status_category}"))
    return frozenset((kind.__name__,))


def is_answer(message: MessageAdded, actor: Actor) -> bool:
    """Whether a person of ours spoke to the customer: in public, or in a call that was logged."""
    if message.direction != "out" or message.automatic is not Automatic.NO:
        return False
    return message.channel == "call" or (message.visibility == "public" and actor.kind in PEOPLE)


def is_question(message: MessageAdded) -> bool:
    """Whether the customer spoke to us, and not their machine."""
    return message.direction == "in" and message.visibility == "public" and message.automatic is Automatic.NO
