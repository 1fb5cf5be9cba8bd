"""The rows of the read models, one type per table. They are named tuples because they travel as columns:
`zip(*rows)` turns a batch into the arrays of one statement.

A row that stands for the latest of something carries its `order`: of two, the greater is kept, whichever
comes first. So the outcome does not depend on the order in which topics are read.
"""

from datetime import datetime
from typing import NamedTuple, NewType
from uuid import UUID

Json = NewType("Json", str)


class MessageRow(NamedTuple):
    """What came in. `command` is set for commands, `channel` for everything else."""

    message_id: UUID
    channel: str | None
    command: str | None
    source: str
    actor: str
    subject: str
    raw_sha256: str | None
    received_at: datetime
    recorded_at: datetime


class OutcomeRow(NamedTuple):
    """What became of it: `status` is applied, rejected or ignored."""

    message_id: UUID
    event_id: UUID
    status: str
    ticket_id: UUID | None
    ticket: str | None
    version: int | None
    how: str | None
    rule: str | None
    reason: str | None
    detail: str | None
    field: str | None
    decided_at: datetime

    @property
    def order(self) -> tuple[datetime, UUID]:
        """The latest decision holds."""
        return self.decided_at, self.event_id


class TicketRow(NamedTuple):
    """A ticket at its newest version."""

    ticket_id: UUID
    number: str
    number_value: int
    version: int
    workspace: str
    channel: str
    subject: str
    status: str
    status_category: str
    priority: str
    priority_rank: int
    category: str | None
    team: str | None
    assignee: str | None
    follow_up_of: str | None
    form: str | None
    tier: str | None
    snoozed_until: datetime | None
    requester: Json
    requester_key: str
    tags: Json
    fields: Json
    created_at: datetime
    updated_at: datetime


class ResolutionRow(NamedTuple):
    """When a ticket was resolved, None once it is open again, as its version says at which that last changed."""

    ticket_id: UUID
    version: int
    resolved_at: datetime | None

    @property
    def order(self) -> tuple[int]:
        """The latest version holds."""
        return (self.version,)


class FirstAnswerRow(NamedTuple):
    """When a person first answered the requester. `earliness` is greater, the lower the ticket's version was."""

    ticket_id: UUID
    earliness: int
    answered_at: datetime

    @property
    def order(self) -> tuple[int]:
        """The earliest answer holds."""
        return (self.earliness,)


class TimelineRow(NamedTuple):
    """One event of a ticket. `place` orders events recorded at the same instant."""

    event_id: UUID
    ticket_id: UUID
    source: str
    type: str
    occurred_at: datetime
    recorded_at: datetime
    place: int
    version: int | None
    actor: str
    correlation_id: UUID
    causation_id: UUID | None
    decided_by: Json
    mode: str
    data: Json


class AttachmentRow(NamedTuple):
    """That a file is part of a ticket's conversation, and whether the requester sees it there."""

    sha256: str
    ticket_id: UUID
    visibility: str


class ClockRow(NamedTuple):
    """One metric and cycle of a ticket as it stands after its latest event."""

    ticket_id: UUID
    metric: str
    cycle: int
    state: str
    policy: str
    policy_version: int
    target_seconds: float
    elapsed_seconds: float
    due_at: datetime | None
    late: bool | None
    recorded_at: datetime
    rank: int
    event_id: UUID

    @property
    def order(self) -> tuple[datetime, int, UUID]:
        """The latest event holds; at the same instant, the one further on in a clock's life."""
        return self.recorded_at, self.rank, self.event_id


class DeliveryRow(NamedTuple):
    """One delivery as it stands after its latest event: `state` is queued, sent, failed or suppressed."""

    delivery_id: UUID
    ticket_id: UUID
    cause_id: UUID
    channel: str
    purpose: str
    recipient: str
    message_id: UUID | None
    mail_message_id: str | None
    state: str
    attempt: int
    detail: str | None
    next_attempt_at: datetime | None
    recorded_at: datetime
    rank: int
    event_id: UUID

    @property
    def order(self) -> tuple[datetime, int, UUID]:
        """The latest event holds; at the same instant, the one further on in a delivery's life."""
        return self.recorded_at, self.rank, self.event_id


class ChangeRow(NamedTuple):
    """That something about a ticket changed, for those who watch."""

    type: str
    ticket: str
    version: int | None


class DefinitionVersionRow(NamedTuple):
    """One version of a definition, which never changes. `document` None: this version deleted it."""

    kind: str
    workspace: str
    name: str
    version: int
    revision: int | None
    document: Json | None
    author: str
    reason: str
    applied_at: datetime
