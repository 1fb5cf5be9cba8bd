"""Events, definitions and a desk for the tests of notifier, with sensible defaults."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from gongdan.notifier.adapters import templates
from gongdan.notifier.domain.addresses import Own
from gongdan.notifier.domain.audience import Want, audience
from gongdan.notifier.domain.compose import Desk, compose
from gongdan.notifier.domain.delivery import Claimed, Delivery
from gongdan.notifier.domain.live import LiveEvent
from gongdan.notifier.domain.thread import Thread
from gongdan.shared.contracts.base import Contract
from gongdan.shared.contracts.envelope import Actor, Envelope, Mode
from gongdan.shared.contracts.messages import Person
from gongdan.shared.contracts.registry import Event
from gongdan.shared.contracts.sla import DeadlineBreached, DeadlineWarned
from gongdan.shared.contracts.tickets import MessageAdded, TicketAssigned, TicketOpened, TicketReminded, TicketSnapshot
from gongdan.shared.definitions.catalog import Catalog, catalog_of
from gongdan.shared.definitions.registry import Definition, check
from gongdan.shared.ids import derived_id
from gongdan.shared.mail_ids import OwnMailIds

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
TICKET = derived_id("test-ticket", "GD-1")
AGENT = Actor("agent", "first")
ROUTER = Actor("system", "router")
IDS = OwnMailIds(b"a key for tests", "gongdan.example")
OWN = Own("gongdan.example", frozenset({"support@gongdan.example", "help@example.com"}))
CUSTOMER = Person(name="A Customer", email="customer@example.com")


def snapshot(**changes: object) -> TicketSnapshot:
    """Ticket GD-1, new, by mail, from the customer."""
    usual: dict[str, Any] = {
        "id": TICKET,
        "number": "GD-1",
        "version": 1,
        "workspace": "support",
        "channel": "email",
        "subject": "The printer is on fire",
        "status": "new",
        "status_category": "new",
        "priority": "high",
        "requester": CUSTOMER,
        "created_at": NOON,
        "updated_at": NOON,
    }
    return TicketSnapshot.model_validate(usual | changes)


def ticket_of(changes: dict[str, object]) -> TicketSnapshot:
    """The snapshot with the changes that stand under `ticket`, which are taken out."""
    ticket = changes.pop("ticket", {})
    assert isinstance(ticket, dict)
    return snapshot(**ticket)


def event(data: Contract, actor: Actor = ROUTER, mode: Mode = Mode.LIVE, name: str = "e") -> Event:
    """An event with this payload; `name` makes it another one."""
    envelope = Envelope(
        id=derived_id("test-event", type(data).__name__, name),
        type=type(data).__name__,
        source="test",
        subject="GD-1",
        occurred_at=NOON,
        recorded_at=NOON,
        actor=actor,
        correlation_id=derived_id("test-message", name),
        mode=mode,
    )
    return Event(envelope, data, str(TICKET))


def opened(**changes: object) -> TicketOpened:
    """A mail opened the ticket. `ticket` is a dict of changes to the snapshot."""
    usual = {"ticket": ticket_of(changes), "message_id": message_id("m1")}
    return TicketOpened.model_validate(usual | changes)


def replied(**changes: object) -> MessageAdded:
    """An agent's public answer."""
    usual: dict[str, Any] = {
        "ticket": ticket_of(changes),
        "message_id": message_id("r1"),
        "direction": "out",
        "visibility": "public",
        "channel": "api",
        "author": Person(id="first"),
        "text": "Please unplug it.",
        "rule": "command",
    }
    return MessageAdded.model_validate(usual | changes)


def assigned(**changes: object) -> TicketAssigned:
    """The roster gave the ticket to the first agent."""
    usual: dict[str, Any] = {"team": "support", "assignee": "first", "strategy": "round_robin", "rule": "roster"}
    return TicketAssigned.model_validate({"ticket": snapshot()} | usual | changes)


def reminded(whom: str, **ticket: object) -> TicketReminded:
    """A ticket waited long enough to remind somebody of it."""
    return TicketReminded.model_validate({"ticket": snapshot(**ticket), "whom": whom, "nth": 1, "after": "3d"})


def clock(**changes: object) -> dict[str, Any]:
    """The fields of an SLA event."""
    usual: dict[str, Any] = {
        "ticket_id": TICKET,
        "ticket": "GD-1",
        "workspace": "support",
        "metric": "resolution",
        "cycle": 1,
        "state": "running",
        "policy": "default",
        "policy_version": 1,
        "target_seconds": 3600,
        "elapsed_seconds": 2880,
        "due_at": NOON + timedelta(minutes=12),
        "assignee": "first",
    }
    return usual | changes


def warned(**changes: object) -> DeadlineWarned:
    """80 % of the time is used."""
    return DeadlineWarned.model_validate(clock(threshold="80%", **changes))


def breached(**changes: object) -> DeadlineBreached:
    """The deadline passed."""
    return DeadlineBreached.model_validate(clock(state="breached", **changes))


def message_id(name: str) -> UUID:
    """The id of the message of that name."""
    return derived_id("test-message", name)


def definition(kind: str, name: str, version: int = 1, workspace: str | None = None, **spec: object) -> Definition:
    """A definition in force."""
    meta = {"name": name, "workspace": workspace}
    return check({"kind": kind, "metadata": meta, "spec": spec}, version)


def channel(
    name: str = "partner",
    version: int = 1,
    workspace: str | None = None,
    *,
    url: str = "https://partner.example/hook",
    events: Sequence[str] = ("DeadlineBreached",),
    allow_private: bool = False,
) -> Definition:
    """A webhook endpoint for breaches."""
    spec = {"url": url, "secretRef": "env:HOOK_SECRET", "events": list(events), "allow_private": allow_private}
    return check({"kind": "Channel", "metadata": {"name": name, "workspace": workspace}, "spec": spec}, version)


def catalog(*more: Definition, locale: str = "en") -> Catalog:
    """The support workspace with a first and a second agent, and what is given."""
    return catalog_of(
        1,
        (
            definition("Workspace", "support", default_locale=locale),
            definition("Team", "support", members=["first"], lead="second"),
            definition("Agent", "first", display="First", email="first@gongdan.example"),
            definition("Agent", "second", display="Second", email="second@gongdan.example"),
            definition("Agent", "silent", display="No mail"),
            *more,
        ),
    )


def desk(*more: Definition, locale: str = "en") -> Desk:
    """What deliveries are written with."""
    texts = templates.load()
    return Desk(catalog(*more, locale=locale), texts, IDS, "support@gongdan.example", "https://gongdan.example")


def wants(data: Contract, actor: Actor = ROUTER, *more: Definition) -> list[Want]:
    """Who is to hear of it."""
    return audience(LiveEvent(event(data, actor)), catalog(*more), OWN)


def delivery(data: Contract, thread: Thread | None = None, *, locale: str = "en", actor: Actor = AGENT) -> Delivery:
    """The delivery to the first who is to hear of it."""
    return compose(wants(data, actor)[0], thread or Thread(TICKET, "The printer is on fire"), desk(locale=locale), NOON)


def claimed(data: Contract | None = None, attempt: int = 1) -> Claimed:
    """A delivery in hand."""
    return Claimed(delivery(data or opened()), attempt)
