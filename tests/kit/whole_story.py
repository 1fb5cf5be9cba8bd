"""The events of whole tickets, as intake, router, sla-timer and notifier tell them."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from gongdan.shared.contracts import deliveries, messages, outcomes, sla, tickets
from gongdan.shared.contracts.base import Contract
from gongdan.shared.contracts.envelope import Actor, DecidedBy, Envelope
from gongdan.shared.contracts.messages import Person, Priority
from gongdan.shared.contracts.registry import Event
from gongdan.shared.contracts.tickets import TicketSnapshot
from gongdan.shared.ids import derived_id, ticket_event_id, ticket_id

START = datetime(2026, 3, 2, 12, tzinfo=UTC)
ROUTER = Actor("system", "router")
AGENT = Actor("agent", "li.wei")


@dataclass(frozen=True)
class WholeStory:
    """A ticket GD-`number` that a message opened `number` minutes after START."""

    number: int
    subject: str = "The printer is on fire"
    email: str = "customer@example.com"
    priority: Priority = "normal"
    assignee: str | None = "li.wei"
    channel: messages.Channel = "api"

    @property
    def message_id(self) -> UUID:
        return derived_id("message", "story", self.number)

    @property
    def ticket_id(self) -> UUID:
        return ticket_id(self.message_id)

    @property
    def name(self) -> str:
        return f"GD-{self.number}"

    @property
    def began(self) -> datetime:
        return START + timedelta(minutes=self.number)

    def at(self, seconds: float) -> datetime:
        return self.began + timedelta(seconds=seconds)

    def snapshot(self, version: int, **changes: Any) -> TicketSnapshot:
        """The ticket at a version."""
        ticket = TicketSnapshot(
            id=self.ticket_id,
            number=self.name,
            version=version,
            workspace="support",
            channel="api",
            subject=self.subject,
            status="new",
            status_category="new",
            priority=self.priority,
            category="hardware",
            team="support",
            assignee=self.assignee,
            requester=Person(name="A customer", email=self.email),
            tags=("printer",),
            fields={"floor": 3},
            created_at=self.began,
            updated_at=self.at(version),
        )
        return ticket.model_copy(update=changes)

    def event(self, data: Contract, seconds: float, **envelope: Any) -> Event:
        """An event of this story, `seconds` after it began."""
        name = type(data).__name__
        known = Envelope(
            id=derived_id("story-event", self.number, name, seconds),
            type=name,
            source="gongdan.test",
            subject=self.name,
            occurred_at=self.at(seconds),
            recorded_at=self.at(seconds),
            actor=ROUTER,
            correlation_id=self.message_id,
            causation_id=self.message_id,
        )
        return Event(replace(known, **envelope), data, str(self.ticket_id))

    def on_ticket(self, data: tickets.TicketEvent, **envelope: Any) -> Event:
        """An event of the ticket itself: its version is its place."""
        version = data.ticket.version
        identity = {"id": ticket_event_id(self.ticket_id, version), "sequence": version}
        return self.event(data, version, **(identity | envelope))

    def received(self) -> Event:
        """The message that began it."""
        data = messages.MessageReceived(
            message_id=self.message_id,
            channel=self.channel,
            source="story",
            external_id=str(self.number),
            conversation_key=str(self.number),
            requester=Person(email=self.email),
            subject=self.subject,
            text="It burns.",
        )
        actor = Actor("contact", f"email:{self.email}")
        return self.event(data, 0.5, id=self.message_id, causation_id=None, occurred_at=self.began, actor=actor)

    def opened(self) -> list[Event]:
        """What router says of it: four versions, and the outcome."""
        snapshot = self.snapshot
        decided = {"decided_by": (DecidedBy("RoutingRule", "printers", 3),)}
        trace = tickets.RuleTrace(rule="printers", version=3, matched=True, effects=("set_category hardware",))
        applied = outcomes.MessageApplied(
            message_id=self.message_id,
            ticket_id=self.ticket_id,
            ticket=self.name,
            version=4,
            how="opened",
            rule="new",
        )
        return [
            self.on_ticket(tickets.TicketOpened(ticket=snapshot(1), message_id=self.message_id)),
            self.on_ticket(self.added(2)),
            self.on_ticket(
                tickets.TicketClassified(
                    ticket=snapshot(3), category="hardware", priority=self.priority, trace=(trace,)
                ),
                **decided,
            ),
            self.on_ticket(
                tickets.TicketAssigned(
                    ticket=snapshot(4), team="support", assignee=self.assignee, strategy="round_robin"
                )
            ),
            self.event(applied, 4),
        ]

    def added(self, version: int) -> tickets.MessageAdded:
        """A message of the customer."""
        return tickets.MessageAdded(
            ticket=self.snapshot(version),
            message_id=self.message_id,
            direction="in",
            visibility="public",
            channel="api",
            author=Person(email=self.email),
            text="It burns.",
            rule="opened",
        )

    def resolved(self, version: int = 5) -> Event:
        """The agent is done."""
        after = self.snapshot(version, status="resolved", status_category="resolved")
        data = tickets.StatusChanged(
            ticket=after, old="new", new="resolved", old_category="new", new_category="resolved"
        )
        return self.on_ticket(data, actor=AGENT)

    def told_and_done(self) -> list[Event]:
        """Answered twice, resolved, open again, resolved for good, and closed."""
        done = {"new_category": "resolved", "old_category": "new"}
        return [
            *(self.on_ticket(self.replied(version), actor=AGENT) for version in (5, 6)),
            self.on_ticket(self.moved(7, **done)),
            self.on_ticket(self.moved(8, new_category="open", old_category="resolved")),
            self.on_ticket(self.moved(9, **done)),
            self.on_ticket(self.moved(10, new_category="closed", old_category="resolved")),
        ]

    def replied(self, version: int, **given: Any) -> tickets.MessageAdded:
        """An answer of the agent."""
        answer = {"direction": "out", "author": Person(id="li.wei"), "text": "It is on its way."}
        return self.added(version).model_copy(update=answer | given)

    def moved(self, version: int, **categories: Any) -> tickets.StatusChanged:
        """From one state to another, each named like its category."""
        old, new = categories["old_category"], categories["new_category"]
        after = self.snapshot(version, status=new, status_category=new)
        return tickets.StatusChanged(ticket=after, old=old, new=new, old_category=old, new_category=new)

    def clocks(self) -> list[Event]:
        """A clock that starts with the ticket, warns and breaches; another that is met in time."""
        began = ticket_event_id(self.ticket_id, 1)
        first: dict[str, Any] = {"metric": "first_response", "due_at": self.at(10)}
        last: dict[str, Any] = {"metric": "resolution", "due_at": self.at(3600)}
        started = self.event(self.clock(sla.ClockStarted, **first), 5, causation_id=began)
        warned = self.clock(sla.DeadlineWarned, **first, elapsed_seconds=8.0, threshold="80%")
        breached = self.clock(sla.DeadlineBreached, **first, elapsed_seconds=10.0, state="breached")
        return [
            started,
            self.event(warned, 13, causation_id=started.envelope.id),
            self.event(breached, 15, causation_id=started.envelope.id),
            self.event(self.clock(sla.ClockStarted, **last), 5.5, causation_id=began),
            self.event(self.clock(sla.ClockMet, **last, state="met", late=False), 20, causation_id=began),
        ]

    def clock(self, kind: type[sla.ClockEvent], **given: Any) -> sla.ClockEvent:
        """A clock event with the usual values."""
        usual: dict[str, Any] = {
            "ticket_id": self.ticket_id,
            "ticket": self.name,
            "workspace": "support",
            "cycle": 1,
            "state": "running",
            "policy": "default",
            "policy_version": 1,
            "target_seconds": 10.0,
            "elapsed_seconds": 0.0,
        }
        return kind(**(usual | given))

    def notices(self) -> list[Event]:
        """An acknowledgement that goes out at the second attempt."""
        opened = ticket_event_id(self.ticket_id, 1)
        queued = self.event(self.delivery(deliveries.DeliveryQueued), 6, causation_id=opened)
        failed = self.delivery(deliveries.DeliveryFailed, attempt=1, error="451 try later")
        sent = self.delivery(deliveries.DeliverySent, attempt=2, mail_message_id="a@gongdan.localhost")
        cause = queued.envelope.id
        return [queued, self.event(failed, 7, causation_id=cause), self.event(sent, 8, causation_id=cause)]

    def delivery(self, kind: type[deliveries.DeliveryEvent], **given: Any) -> deliveries.DeliveryEvent:
        """A delivery event with the usual values."""
        usual: dict[str, Any] = {
            "delivery_id": derived_id("delivery", self.number),
            "ticket_id": self.ticket_id,
            "ticket": self.name,
            "cause_id": ticket_event_id(self.ticket_id, 1),
            "channel": "email",
            "purpose": "acknowledgement",
            "recipient": self.email,
        }
        return kind(**(usual | given))

    def all(self) -> list[Event]:
        """Everything, in the order in which it happened."""
        return [self.received(), *self.opened(), *self.clocks(), *self.notices()]
