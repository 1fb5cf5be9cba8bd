"""What one batch knows and changes: everything stored that it may need, and on top what it decided so far.

Messages of one batch see what the messages before them did, though nothing is stored yet.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar
from uuid import UUID

from gongdan.router.domain.decision import Applied, Draft
from gongdan.router.domain.keys import bounded
from gongdan.router.domain.threading import conversation_key, own_mail_key
from gongdan.router.domain.ticket import evolve
from gongdan.router.domain.workflow import FINISHED
from gongdan.shared.contracts.messages import Automatic, MessageReceived
from gongdan.shared.contracts.tickets import TicketAssigned, TicketOpened, TicketSnapshot

K = TypeVar("K")
V = TypeVar("V")
MOST_COPIED = 50


@dataclass(slots=True)
class Layered(Generic[K, V]):
    """A stored mapping with changes on top."""

    stored: Mapping[K, V] = field(default_factory=dict)
    fresh: dict[K, V] = field(default_factory=dict)

    def get(self, key: K) -> V | None:
        """The changed value, else the stored one."""
        found = self.fresh.get(key)
        return self.stored.get(key) if found is None else found

    def set(self, key: K, value: V) -> None:
        """Change a value."""
        self.fresh[key] = value


@dataclass(slots=True)
class WorkingSet:
    """Tickets by id; what leads to them; followers (a ticket to its follow-up); who takes part; whose turn it was.

    `applied` holds the ids of messages that already are part of a ticket.
    """

    tickets: Layered[UUID, TicketSnapshot] = field(default_factory=Layered)
    numbers: Layered[str, UUID] = field(default_factory=Layered)
    mails: Layered[str, UUID] = field(default_factory=Layered)
    conversations: Layered[str, UUID] = field(default_factory=Layered)
    followers: Layered[UUID, UUID] = field(default_factory=Layered)
    participants: Layered[tuple[UUID, str], bool] = field(default_factory=Layered)
    turns: Layered[tuple[str, str], str] = field(default_factory=Layered)
    applied: Layered[UUID, UUID] = field(default_factory=Layered)

    def by_number(self, number: str) -> UUID | None:
        """The ticket with this human number."""
        return self.numbers.get(number)

    def by_mail(self, message_id: str) -> UUID | None:
        """The ticket that this foreign Message-ID is part of."""
        return self.mails.get(message_id)

    def by_conversation(self, key: str) -> UUID | None:
        """The ticket that this conversation led to."""
        return self.conversations.get(key)

    def takes_part(self, ticket_id: UUID, person: str) -> bool:
        """Whether this person (by key) has written to the ticket or was copied."""
        return self.participants.get((ticket_id, person)) is True

    def latest(self, ticket_id: UUID | None) -> TicketSnapshot | None:
        """The ticket, or where it is finished and has been followed up, its newest follow-up."""
        ticket = self.tickets.get(ticket_id) if ticket_id else None
        while ticket and ticket.status_category in FINISHED and (follower := self.followers.get(ticket.id)):
            ticket = self.tickets.get(follower)
        return ticket

    def take(self, done: Applied, message_id: UUID, followed: TicketSnapshot | None) -> None:
        """Let a decision take effect. `followed` is the ticket at which a message was placed that may open another."""
        self.applied.set(message_id, done.ticket.id)
        for draft in done.drafts:
            self._take(draft, followed)

    def _take(self, draft: Draft, followed: TicketSnapshot | None) -> None:
        payload = draft.payload
        ticket = evolve(self.tickets.get(payload.ticket.id), payload)
        self.tickets.set(ticket.id, ticket)
        if isinstance(payload, TicketOpened):
            self.numbers.set(ticket.number, ticket.id)
            if followed and ticket.follow_up_of:
                self.followers.set(followed.id, ticket.id)
        elif isinstance(payload, TicketAssigned) and payload.strategy == "round_robin":
            self._turn(payload)

    def _turn(self, given: TicketAssigned) -> None:
        if given.team and given.assignee:
            self.turns.set((given.ticket.workspace, given.team), given.assignee)

    def tie(self, message: MessageReceived, ticket_id: UUID, opened: bool) -> None:
        """Remember what leads from here on to the ticket that a message became part of."""
        mail = own_mail_key(message)
        if mail and self.mails.get(mail) is None:
            self.mails.set(mail, ticket_id)
        key = conversation_key(message)
        if key and (opened or self.conversations.get(key) is None):
            self.conversations.set(key, ticket_id)
        if message.automatic is Automatic.NO:
            self._join(message, ticket_id)

    def _join(self, message: MessageReceived, ticket_id: UUID) -> None:
        for person in (message.requester, *message.cc[:MOST_COPIED]):
            key = bounded(person.key)
            if key and not self.takes_part(ticket_id, key):
                self.participants.set((ticket_id, key), True)
