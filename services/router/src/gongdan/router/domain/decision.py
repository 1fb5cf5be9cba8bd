"""What can come of a request: it is applied, rejected or ignored. A closed set, returned and never thrown."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from gongdan.shared.contracts.envelope import Actor, DecidedBy
from gongdan.shared.contracts.messages import CommandReceived, MessageReceived
from gongdan.shared.contracts.outcomes import How
from gongdan.shared.contracts.tickets import TicketEvent, TicketSnapshot

ROUTER = Actor("system", "router")

ThreadingRule = Literal[
    "proven_number", "foreign_message_id", "conversation", "subject_token", "same_mail", "possible_follow_up", "new"
]
RejectReason = Literal[
    "unknown-ticket",
    "not-allowed",
    "version-conflict",
    "ticket-closed",
    "illegal-transition",
    "unknown-team",
    "unknown-agent",
    "inactive-agent",
    "nobody-named",
    "empty-text",
    "not-active",
    "not-ahead",
]
IgnoreReason = Literal["own-mail", "bounce-without-ticket", "nothing-to-close", "already-closed"]


@dataclass(frozen=True, slots=True)
class Placement:
    """Which ticket a message belongs to (None: to none yet), and the rule that found it.

    `sibling`: the ticket that the same mail became in another mailbox, or that the subject only names.
    """

    rule: ThreadingRule
    ticket_id: UUID | None = None
    sibling: UUID | None = None


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message at a ticket: by which rule it came there, who sent or logged it, and when that was.

    Rule "Reply": its requester named the ticket, on the portal.
    """

    message: MessageReceived
    rule: ThreadingRule | Literal["Reply"]
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True)
class Order:
    """A command, who gave it, and when that was."""

    received: CommandReceived
    actor: Actor
    at: datetime


Request = Arrival | Order


@dataclass(frozen=True, slots=True)
class Draft:
    """One event to be said. `actor` None means whoever made the request."""

    payload: TicketEvent
    actor: Actor | None = None
    decided_by: tuple[DecidedBy, ...] = ()


@dataclass(frozen=True, slots=True)
class Applied:
    """It takes effect: `drafts` in order lead to `ticket`. No drafts: all was as asked already."""

    how: How
    rule: str
    ticket: TicketSnapshot
    drafts: tuple[Draft, ...]


@dataclass(frozen=True, slots=True)
class Rejected:
    """It cannot be done. `detail` is a sentence with the cure; `field` the part of the request at fault.

    `unseen`: the ticket that is there, but not for whoever asks.
    """

    reason: RejectReason
    detail: str
    field: str | None = None
    ticket: str | None = None
    unseen: str | None = None


@dataclass(frozen=True, slots=True)
class Ignored:
    """Nothing to do, on purpose."""

    reason: IgnoreReason
    detail: str
    ticket: str | None = None


Decision = Applied | Rejected | Ignored


def after(ticket: TicketSnapshot, at: datetime, **changes: object) -> TicketSnapshot:
    """The ticket one version on, with `changes` to its fields. Its time of change never goes back."""
    moved = {"version": ticket.version + 1, "updated_at": max(at, ticket.updated_at)}
    return ticket.model_copy(update=moved | changes)


def applied(how: How, rule: str, ticket: TicketSnapshot, drafts: tuple[Draft, ...]) -> Applied:
    """What leads from `ticket` through `drafts`."""
    return Applied(how, rule, drafts[-1].payload.ticket if drafts else ticket, drafts)
