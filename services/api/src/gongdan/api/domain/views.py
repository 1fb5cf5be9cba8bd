"""What callers see: the shapes of all answers. Times are ISO 8601 with offset, spans are in the unit they name."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, JsonValue

from gongdan.shared.contracts.audit import AuditRecorded
from gongdan.shared.contracts.envelope import ActorKind
from gongdan.shared.contracts.messages import Channel, Person, Priority
from gongdan.shared.contracts.outcomes import How
from gongdan.shared.contracts.sla import ClockState
from gongdan.shared.contracts.tickets import StatusCategory

MessageStatus = Literal["pending", "applied", "rejected", "ignored"]
DeliveryState = Literal["queued", "sent", "failed", "suppressed"]


class View(BaseModel):
    """The base of all answers."""

    model_config = ConfigDict(frozen=True)


class Stages(View):
    """How long each stage took, in milliseconds; None for what is not over yet.

    accepted: from the moment it happened until intake kept it; decided: from then until router decided;
    visible: from then until it could be read here; total: from kept to visible.
    """

    accepted_ms: float | None = None
    decided_ms: float | None = None
    visible_ms: float | None = None
    total_ms: float | None = None


class Message(View):
    """What became of a message or a command. `channel` is None for commands, `command` for messages."""

    message_id: UUID
    status: MessageStatus
    channel: Channel | None = None
    command: str | None = None
    source: str | None = None
    actor: str | None = None
    subject: str | None = None
    raw_sha256: str | None = None
    ticket: str | None = None
    version: int | None = None
    how: How | None = None
    rule: str | None = None
    reason: str | None = None
    detail: str | None = None
    field: str | None = None
    received_at: datetime | None = None
    recorded_at: datetime | None = None
    decided_at: datetime | None = None
    visible_at: datetime | None = None
    stages: Stages = Stages()


class Receipt(View):
    """What whoever filled in a form is told without signing in. `ticket` is None until there is one."""

    message_id: UUID
    status: MessageStatus
    ticket: str | None = None


class Clock(View):
    """An SLA clock. `due_at` is None while paused; `late` says of a met clock whether it was after its deadline."""

    metric: str
    cycle: int
    state: ClockState
    policy: str
    policy_version: int
    target_seconds: float
    elapsed_seconds: float
    due_at: datetime | None
    late: bool | None


class Delivery(View):
    """One message to one recipient. `detail` is the error or the reason why it was not sent."""

    delivery_id: UUID
    cause_id: UUID
    channel: str
    purpose: str
    recipient: str
    message_id: UUID | None
    state: DeliveryState
    attempt: int
    detail: str | None
    next_attempt_at: datetime | None
    recorded_at: datetime


class Ticket(View):
    """A ticket as it stands, with the latest cycle of each of its clocks.

    `snoozed_until`: it is on no active list before. What is hidden from whoever asks is null or empty, and of `fields`
    left out. Id, number, version, workspace and times are never hidden.
    """

    id: UUID
    number: str
    version: int
    workspace: str
    channel: Channel | None
    subject: str | None
    status: str | None
    status_category: StatusCategory | None
    priority: Priority | None
    category: str | None
    team: str | None
    assignee: str | None
    follow_up_of: str | None
    form: str | None = None
    tier: str | None = None
    snoozed_until: datetime | None = None
    requester: Person | None
    tags: list[str]
    fields: dict[str, JsonValue]
    created_at: datetime
    updated_at: datetime
    clocks: list[Clock] = []


class TicketDetail(Ticket):
    """A ticket with its deliveries: how many in each state, and the latest of them."""

    delivery_counts: dict[DeliveryState, int] = {}
    deliveries: list[Delivery] = []


class TicketPage(View):
    """Some tickets. `next` is the cursor of the following page, None at the end."""

    items: list[Ticket]
    next: str | None


class Piece(View):
    """Some characters of a text. `hit`: they are what was looked for."""

    text: str
    hit: bool = False


class Snippet(View):
    """Part of a text that was found, as pieces to put one after another.

    `field` governs the text: number, subject, requester, messages, notes, or `fields.x`; of messages and notes
    `event_id` is the event of the timeline that they came with.
    """

    field: str
    event_id: UUID | None = None
    pieces: list[Piece]


class Hit(View):
    """A ticket that was found, with what shows why."""

    ticket: Ticket
    snippets: list[Snippet]


class Total(View):
    """How many tickets there are. `about`: some may turn out not to fit when they are looked at."""

    count: int
    kind: Literal["exactly", "about"]


class SearchPage(View):
    """Some hits. `next` is the cursor of the following page, None at the end; `total` is known on the first page only.

    It is not told to those for whom it would also count tickets that they may not see.
    """

    items: list[Hit]
    next: str | None
    total: Total | None = None


class Decision(View):
    """The version of a definition that took part in a decision."""

    kind: str
    name: str
    version: int


class TimelineEvent(View):
    """Something that happened to a ticket. `version` is the ticket's, for its own events."""

    id: UUID
    source: Literal["tickets", "sla", "deliveries"]
    type: str
    occurred_at: datetime
    recorded_at: datetime
    version: int | None
    actor: str
    correlation_id: UUID
    causation_id: UUID | None
    decided_by: list[Decision]
    mode: Literal["live", "replay", "import"]
    data: dict[str, JsonValue]


class TimelinePage(View):
    """Some events. `next` is the cursor of the following page, None at the end."""

    items: list[TimelineEvent]
    next: str | None


class DefinitionView(View):
    """A definition in force."""

    kind: str
    workspace: str | None
    name: str
    version: int
    document: dict[str, JsonValue]


class DefinitionList(View):
    """All definitions of a kind, at one revision of the whole."""

    revision: int
    items: list[DefinitionView]


class DefinitionVersion(View):
    """One version of a definition: who made it, when and why. `document` None: this version deleted it."""

    version: int
    revision: int | None
    deleted: bool
    author: str
    reason: str
    applied_at: datetime
    document: dict[str, JsonValue] | None


class DefinitionHistory(View):
    """Versions, newest first. `next`: pass it as `before` for the page after this one."""

    items: list[DefinitionVersion]
    next: int | None


class Me(View):
    """Who is asking. `unlimited`: by the administrator's token. `by`: who acts as them, if anybody."""

    kind: ActorKind
    id: str
    roles: list[str] = []
    unlimited: bool = False
    by: str | None = None


class SessionView(View):
    """A session in force. `way` is how it began; `current`: the one that asks."""

    id: UUID
    actor: str
    way: str
    issued_at: datetime
    ends_at: datetime
    last_used_at: datetime | None
    current: bool


class KeyView(View):
    """An API key in force. `last_used_at` is when it last read something here."""

    id: UUID
    name: str
    roles: list[str]
    actions: list[str] | None
    source: str | None
    issued_by: str
    issued_at: datetime
    ends_at: datetime
    last_used_at: datetime | None


class NewKey(View):
    """A key just made, with the only copy of its secret."""

    id: UUID
    name: str
    secret: str
    ends_at: datetime


class SecondFactor(View):
    """The secret of a second factor, also as the address that authenticators read from a QR code."""

    secret: str
    uri: str


class AuditPage(View):
    """Some entries. `next` is the cursor of the following page, None at the end."""

    items: list[AuditRecorded]
    next: int | None


class FeedEvent(View):
    """What the live stream says: that something changed, never what. `version` None: the ticket itself did not."""

    type: str
    id: int
    ticket: str | None = None
    version: int | None = None
