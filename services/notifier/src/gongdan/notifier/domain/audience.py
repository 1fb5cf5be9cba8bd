"""Who hears of an event: one table from event to wants, each with the reason where it is not to be sent.

A *want* is not yet a delivery: it has no words. Limits: people are told by mail only, systems by webhook only.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal
from uuid import UUID

from gongdan.notifier.domain.about import About, about
from gongdan.notifier.domain.addresses import Own, is_usable, never_answered
from gongdan.notifier.domain.live import LiveEvent
from gongdan.notifier.domain.recipients import recipients
from gongdan.shared.contracts.deliveries import TO_REQUESTER, DeliveryChannel, DeliveryPurpose
from gongdan.shared.contracts.envelope import DecidedBy
from gongdan.shared.contracts.messages import Automatic
from gongdan.shared.contracts.sla import DeadlineBreached, DeadlineWarned, EscalationReached
from gongdan.shared.contracts.tickets import MessageAdded, TicketAssigned, TicketOpened, TicketReminded, TicketSnapshot
from gongdan.shared.definitions.agent import Agent
from gongdan.shared.definitions.catalog import Catalog
from gongdan.shared.definitions.channel import Channel
from gongdan.shared.definitions.registry import Definition
from gongdan.shared.definitions.team import Team
from gongdan.shared.ids import derived_id

Suppression = Literal[
    "automatic-message",  # a machine wrote it: answering could start a loop
    "never-answer",  # a machine reads that address
    "own-address",  # it would come back to us
    "no-address",  # nothing to send to
    "unusable-address",  # not an address that mail can go to
    "too-many",  # the limits for automatic mail
    "endpoint-disabled",  # the endpoint said 410 Gone to this version of its Channel
    "not-sendable",  # nothing can be sent to this kind of Channel yet
    "folded",  # another delivery says it, together with others
]

MAIL_LANE = "email"
UNANSWERED_CHANNELS = ("call", "webhook")


@dataclass(frozen=True, slots=True)
class Want:
    """Somebody is to hear of a live event. `lane` is the queue of its destination.

    `automatic`: no person wrote it. `suppressed` says why it is not to be sent after all. `folds` are those that it
    says instead; `into` is the delivery that says this one.
    """

    cause: LiveEvent
    about: About
    channel: DeliveryChannel
    purpose: DeliveryPurpose
    recipient: str
    lane: str = MAIL_LANE
    automatic: bool = True
    decided_by: tuple[DecidedBy, ...] = ()
    suppressed: Suppression | None = None
    folds: tuple["Want", ...] = ()
    into: UUID | None = None

    @property
    def id(self) -> UUID:
        """The delivery's id: the same event tells the same recipient the same thing once."""
        return derived_id("delivery", self.cause.envelope.id, self.recipient, self.channel, self.purpose)


def audience(event: LiveEvent, catalog: Catalog, own: Own) -> list[Want]:
    """Everybody who is to hear of an event: people first, then endpoints by name."""
    subject = about(event.data)
    if subject is None:
        return []
    people = (_checked(want, own) for want in _people(event, subject, catalog))
    found = [*people, *_endpoints(event, subject, catalog)]
    return list({want.id: want for want in reversed(found)}.values())[::-1]


def _people(event: LiveEvent, subject: About, catalog: Catalog) -> Iterator[Want]:
    match event.data:
        case TicketOpened() as opened:
            yield from _acknowledgement(event, subject, opened)
        case MessageAdded(direction="out", visibility="public") as added:
            yield from _reply(event, subject, added)
        case TicketAssigned() as assigned if assigned.assignee not in (None, assigned.previous_assignee):
            if (event.envelope.actor.kind, event.envelope.actor.id) != ("agent", assigned.assignee):
                yield from _agent(event, subject, catalog, "assignment", assigned.assignee)
        case TicketReminded() as reminded:
            yield from _reminded(event, subject, catalog, reminded)
        case DeadlineWarned() | DeadlineBreached() as due:
            purpose: DeliveryPurpose = "warning" if isinstance(due, DeadlineWarned) else "breach"
            yield from _owner(event, subject, catalog, purpose, due)
        case EscalationReached() as reached:
            yield from _escalated(event, subject, catalog, reached)


def _acknowledgement(event: LiveEvent, subject: About, opened: TicketOpened) -> Iterator[Want]:
    email = opened.ticket.requester.email
    if email and opened.ticket.channel not in UNANSWERED_CHANNELS:
        reason: Suppression | None = None if opened.automatic is Automatic.NO else "automatic-message"
        yield Want(event, subject, "email", "acknowledgement", email.lower(), suppressed=reason)


def _reply(event: LiveEvent, subject: About, added: MessageAdded) -> Iterator[Want]:
    if added.mail and added.mail.message_id:
        return  # it went out by mail before we heard of it
    machine = event.envelope.actor.kind != "agent" or added.automatic is not Automatic.NO
    yield from _requester(event, subject, added.ticket, "reply", machine)


def _requester(
    event: LiveEvent, subject: About, ticket: TicketSnapshot, purpose: DeliveryPurpose, automatic: bool
) -> Iterator[Want]:
    """Whoever asked; on record as not told where there is no address."""
    requester = ticket.requester
    if requester.email:
        yield Want(event, subject, "email", purpose, requester.email.lower(), automatic=automatic)
    else:
        yield Want(event, subject, "email", purpose, requester.key, automatic=automatic, suppressed="no-address")


def _reminded(event: LiveEvent, subject: About, catalog: Catalog, reminded: TicketReminded) -> Iterator[Want]:
    if reminded.whom == "requester":
        yield from _requester(event, subject, reminded.ticket, "reminder", automatic=True)
    else:
        yield from _owner(event, subject, catalog, "follow_up", reminded.ticket)


def _owner(
    event: LiveEvent,
    subject: About,
    catalog: Catalog,
    purpose: DeliveryPurpose,
    due: DeadlineWarned | DeadlineBreached | TicketSnapshot,
) -> Iterator[Want]:
    """Whoever is to see to it: the assignee, else the team's lead."""
    team = catalog.find(Team, due.team, subject.workspace) if due.team else None
    name = due.assignee or (team[1].lead if team else None)
    yield from _agent(event, subject, catalog, purpose, name)


def _escalated(event: LiveEvent, subject: About, catalog: Catalog, reached: EscalationReached) -> Iterator[Want]:
    """Whom a level of escalation names. A channel that is no webhook is on record as not told."""
    for found in recipients(reached, catalog, event.envelope.recorded_at):
        by = (_by(found.agent),) if found.agent else ()
        if found.channel:
            yield from _channel(event, subject, catalog, found.channel)
        else:
            yield Want(event, subject, "email", "escalation", found.address, decided_by=by)


def _channel(event: LiveEvent, subject: About, catalog: Catalog, name: str) -> Iterator[Want]:
    found = catalog.find(Channel, name, subject.workspace)
    if found is None:
        return
    item, spec = found
    reason: Suppression | None = None if spec.kind == "webhook" else "not-sendable"
    yield Want(event, subject, "webhook", "event", name, _lane(item), decided_by=(_by(item),), suppressed=reason)


def _lane(channel: Definition) -> str:
    return f"webhook:{channel.workspace or ''}/{channel.name}"


def _agent(
    event: LiveEvent, subject: About, catalog: Catalog, purpose: DeliveryPurpose, name: str | None
) -> Iterator[Want]:
    found = catalog.find(Agent, name, subject.workspace) if name else None
    if found and found[1].email:
        yield Want(event, subject, "email", purpose, found[1].email.lower(), decided_by=(_by(found[0]),))


def _checked(want: Want, own: Own) -> Want:
    """The want, suppressed where its address forbids it. What a person wrote goes to machines as well."""
    address = want.recipient
    reason: Suppression | None = None
    if want.channel != "email":
        return want
    if not is_usable(address):
        reason = "unusable-address"
    elif own.is_mailbox(address) or (want.purpose == "acknowledgement" and own.owns(address)):
        reason = "own-address"
    elif want.automatic and want.purpose in TO_REQUESTER and never_answered(address):
        reason = "never-answer"
    return replace(want, suppressed=want.suppressed or reason)


def _endpoints(event: LiveEvent, subject: About, catalog: Catalog) -> Iterator[Want]:
    by_name = {item.name: (item, spec) for item, spec in catalog.all(Channel, subject.workspace)}
    for name, (item, spec) in by_name.items():
        if spec.kind == "webhook" and event.envelope.type in spec.events:
            yield Want(event, subject, "webhook", "event", name, _lane(item), decided_by=(_by(item),))


def _by(definition: Definition) -> DecidedBy:
    return DecidedBy(definition.kind, definition.name, definition.version)
