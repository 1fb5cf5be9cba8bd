"""What router says on `tickets`. Every event carries the ticket as it stands after it.

The snapshot makes each event enough for its readers: nobody has to ask back, and a reader that joins late
or starts over needs no history to show the present.
"""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import JsonValue

from gongdan.shared.contracts.base import Contract
from gongdan.shared.contracts.messages import Attachment, Automatic, Bounce, Channel, MailIds, Person, Priority

StatusCategory = Literal["new", "open", "waiting", "resolved", "closed"]
Visibility = Literal["public", "internal"]


class TicketSnapshot(Contract):
    """A ticket at one version. `follow_up_of` is the number of the closed ticket that this one continues.

    `form` is the Form that it was opened with; `tier` that of the requester's organisation at that time.

    `snoozed_until`: it is on no active list before. `timers`: those that router asked for and still waits for, by name,
    each with the version of the ticket at which it did.
    """

    id: UUID
    number: str
    version: int
    workspace: str
    channel: Channel
    subject: str
    status: str
    status_category: StatusCategory
    priority: Priority
    category: str | None = None
    team: str | None = None
    assignee: str | None = None
    requester: Person
    tags: tuple[str, ...] = ()
    fields: dict[str, JsonValue] = {}
    follow_up_of: str | None = None
    form: str | None = None
    tier: str | None = None
    snoozed_until: datetime | None = None
    timers: dict[str, int] = {}
    created_at: datetime
    updated_at: datetime


class TicketEvent(Contract):
    """The part every ticket event has. `rule` names what in router decided it; definitions are in `decided_by`."""

    ticket: TicketSnapshot
    rule: str = ""


class TicketOpened(TicketEvent):
    """A ticket came to be. `message_id` is the message that opened it; its text follows as MessageAdded.

    `automatic` and `mail` are that message's, for whoever acknowledges it.
    """

    message_id: UUID
    automatic: Automatic = Automatic.NO
    mail: MailIds | None = None


class MessageAdded(TicketEvent):
    """A message joined the ticket. Outgoing public ones are to be sent to the requester by notifier."""

    message_id: UUID
    direction: Literal["in", "out"]
    visibility: Visibility
    channel: Channel
    author: Person
    subject: str = ""
    text: str
    reply_text: str = ""
    html: str | None = None
    attachments: tuple[Attachment, ...] = ()
    automatic: Automatic = Automatic.NO
    mail: MailIds | None = None
    cc: tuple[Person, ...] = ()
    warnings: tuple[str, ...] = ()
    bounce: Bounce | None = None


class RuleTrace(Contract):
    """One rule that was asked: whether it matched, and what it then did."""

    rule: str
    version: int
    matched: bool
    error: str | None = None
    effects: tuple[str, ...] = ()


class TicketClassified(TicketEvent):
    """Category and priority as the rule chain set them, with every rule that was asked."""

    category: str | None
    priority: Priority
    trace: tuple[RuleTrace, ...] = ()


class TicketAssigned(TicketEvent):
    """Who works on it now, and by which strategy that was found."""

    team: str | None
    assignee: str | None
    previous_assignee: str | None = None
    strategy: str


class PriorityChanged(TicketEvent):
    """From one priority to another."""

    old: Priority
    new: Priority


class StatusChanged(TicketEvent):
    """From one state to another, with the categories that clocks look at."""

    old: str
    new: str
    old_category: StatusCategory
    new_category: StatusCategory
    comment: str | None = None


class TicketsMerged(TicketEvent):
    """This ticket became part of another, `into`, and is nobody's work any more."""

    into: UUID
    into_number: str


class TicketsUnmerged(TicketEvent):
    """This ticket stands on its own again."""


class TicketDeleted(TicketEvent):
    """This ticket is no longer kept: it was spam, or its data had to go."""

    reason: str = ""


class DeadlineSet(TicketEvent):
    """Somebody set the deadline of a metric by hand. Pauses and other policies do not move it; None takes it back."""

    metric: str = "resolution"
    due_at: datetime | None


class TicketSnoozed(TicketEvent):
    """The ticket is off the active list until then, unless its requester writes before."""

    until: datetime
    previous: datetime | None = None


class TicketWoken(TicketEvent):
    """The ticket is back on the active list; it was to come back at `until`. `rule` tells why it came."""

    until: datetime


class TicketReminded(TicketEvent):
    """The ticket waited long enough to remind somebody of it, for the `nth` time in a row. `after`: how long it waited,
    as the Workspace says it."""

    whom: Literal["requester", "assignee"]
    nth: int
    after: str


class ProcessRequested(TicketEvent):
    """A rule asked for a Process, in the version in force then, to be started on this ticket. It has not begun."""

    process: str
    process_version: int


TimerPurpose = Literal["snooze", "auto_close", "follow_up", "archive", "automation", "process", "other"]


class TimerSet(TicketEvent):
    """A timer is asked for: TimerFired will say when its time has come. `name` is unique within the ticket; the same
    name again replaces what was asked before.

    It comes due at `due_at`, or `after` (a span as definitions write it: `4h`, `2 working days`) from this event on,
    counted by the Calendar named `calendar`, else round the clock; working days by that or the workspace's. One that is
    to fire `only_in` some categories of states is dropped when the ticket leaves them. `data` comes back as it is.
    """

    name: str
    purpose: TimerPurpose
    due_at: datetime | None = None
    after: str | None = None
    calendar: str | None = None
    only_in: tuple[StatusCategory, ...] = ()
    data: dict[str, JsonValue] = {}


class TimerDropped(TicketEvent):
    """A timer is no longer wanted."""

    name: str
