"""A ticket's life, told event by event: what router would say on `tickets`."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from gongdan.shared.contracts.envelope import Actor, ActorKind, Envelope, Mode
from gongdan.shared.contracts.messages import Person, Priority
from gongdan.shared.contracts.registry import Event
from gongdan.shared.contracts.tickets import (
    DeadlineSet,
    MessageAdded,
    PriorityChanged,
    StatusCategory,
    StatusChanged,
    TicketAssigned,
    TicketDeleted,
    TicketEvent,
    TicketOpened,
    TicketsMerged,
    TicketSnapshot,
    TicketsUnmerged,
    TimerDropped,
    TimerSet,
)
from gongdan.shared.ids import derived_id, ticket_event_id
from tests.kit.events import NOON

CUSTOMER = Person(email="customer@example.com")


@dataclass
class Story:
    """One ticket. Each method is its next event, `minutes` after noon; the ticket stands as after the last one."""

    name: str = "ticket"
    number: str = "GD-1"
    workspace: str = "support"
    priority: Priority = "normal"
    category: StatusCategory = "new"
    team: str | None = "support"
    assignee: str | None = None
    mode: Mode = Mode.LIVE
    noon: datetime = NOON
    version: int = 0
    told: list[Event] = field(default_factory=list)
    fields: dict[str, Any] = field(default_factory=dict)

    @property
    def id(self) -> UUID:
        """The ticket's id."""
        return derived_id("story", self.name)

    @property
    def correlation_id(self) -> UUID:
        """What all of it goes back to."""
        return derived_id("story-message", self.name)

    @property
    def ticket(self) -> TicketSnapshot:
        """The ticket as it stands."""
        return TicketSnapshot(
            id=self.id,
            number=self.number,
            version=self.version,
            workspace=self.workspace,
            channel="email",
            subject="Printer",
            status=self.category,
            status_category=self.category,
            priority=self.priority,
            team=self.team,
            assignee=self.assignee,
            requester=CUSTOMER,
            fields=self.fields,
            created_at=self.noon,
            updated_at=self.noon,
        )

    def at(self, minutes: float) -> datetime:
        """A moment of this story."""
        return self.noon + timedelta(minutes=minutes)

    def opened(self, minutes: float = 0) -> Event:
        """The ticket came to be."""
        return self._tell(minutes, TicketOpened, {"message_id": self.correlation_id})

    def message(self, minutes: float, direction: str, actor: ActorKind = "agent", **more: object) -> Event:
        """A message joined the ticket; public, by mail and by a person unless said otherwise."""
        fields: dict[str, Any] = {
            "message_id": derived_id("story-message", self.name, self.version),
            "direction": direction,
            "visibility": "public",
            "channel": "email",
            "author": CUSTOMER,
            "text": "…",
            "rule": "test",
        }
        return self._tell(minutes, MessageAdded, fields | more, actor)

    def asked(self, minutes: float) -> Event:
        """The customer wrote."""
        return self.message(minutes, "in", "contact")

    def answered(self, minutes: float) -> Event:
        """An agent answered."""
        return self.message(minutes, "out", "agent")

    def prioritised(self, minutes: float, priority: Priority) -> Event:
        """Another priority."""
        old, self.priority = self.priority, priority
        return self._tell(minutes, PriorityChanged, {"old": old, "new": priority})

    def assigned(self, minutes: float, assignee: str) -> Event:
        """Somebody works on it."""
        self.assignee = assignee
        return self._tell(minutes, TicketAssigned, {"team": self.team, "assignee": assignee, "strategy": "test"})

    def passed_to(self, minutes: float, team: str | None) -> Event:
        """Another team has it."""
        self.team, self.assignee = team, None
        return self._tell(minutes, TicketAssigned, {"team": team, "assignee": None, "strategy": "test"})

    def merged(self, minutes: float) -> Event:
        """It became part of another ticket."""
        return self._tell(minutes, TicketsMerged, {"into": derived_id("story", "other"), "into_number": "GD-2"})

    def unmerged(self, minutes: float) -> Event:
        """It stands on its own again."""
        return self._tell(minutes, TicketsUnmerged, {})

    def deleted(self, minutes: float) -> Event:
        """It is no longer kept."""
        return self._tell(minutes, TicketDeleted, {"reason": "spam"})

    def promised(self, minutes: float, due: float | None, metric: str = "resolution") -> Event:
        """Somebody set a deadline by hand, so many minutes after noon; None takes it back."""
        due_at = None if due is None else self.at(due)
        return self._tell(minutes, DeadlineSet, {"metric": metric, "due_at": due_at})

    def timer(self, minutes: float, name: str, **fields: object) -> Event:
        """Somebody asks for a timer."""
        return self._tell(minutes, TimerSet, {"name": name, "purpose": "other"} | fields)

    def no_timer(self, minutes: float, name: str) -> Event:
        """A timer is no longer wanted."""
        return self._tell(minutes, TimerDropped, {"name": name})

    def moved(self, minutes: float, category: StatusCategory) -> Event:
        """Another status."""
        old, self.category = self.category, category
        fields = {"old": old, "new": category, "old_category": old, "new_category": category}
        return self._tell(minutes, StatusChanged, fields)

    def _tell(
        self, minutes: float, kind: type[TicketEvent], fields: dict[str, Any], actor: ActorKind = "agent"
    ) -> Event:
        self.version += 1
        event = Event(
            self._envelope(kind.__name__, self.at(minutes), actor),
            kind(ticket=self.ticket, **fields),
            str(self.id),
        )
        self.told.append(event)
        return event

    def _envelope(self, kind: str, at: datetime, actor: ActorKind) -> Envelope:
        return Envelope(
            id=ticket_event_id(self.id, self.version),
            type=kind,
            source="gongdan.router",
            subject=self.number,
            occurred_at=at,
            recorded_at=at,
            actor=Actor(actor, "somebody"),
            correlation_id=self.correlation_id,
            mode=self.mode,
            sequence=self.version,
        )


def delayed(event: Event, by: timedelta) -> Event:
    """The same event, learned of later than it happened."""
    return replace(event, envelope=replace(event.envelope, recorded_at=event.envelope.recorded_at + by))
