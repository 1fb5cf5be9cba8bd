"""What router does with a batch of messages and commands, or of what sla-timer says: load, decide each, save, say.

The batch is one unit of work: it takes effect as a whole or not at all. Messages of one batch see what the
messages before them did.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

import structlog

from gongdan.router.domain.answering import answer_of
from gongdan.router.domain.arriving import opens
from gongdan.router.domain.circumstances import Circumstances
from gongdan.router.domain.decision import Applied, Arrival, Decision, Order, Placement, applied
from gongdan.router.domain.escalating import RULE, escalate
from gongdan.router.domain.keys import bounded
from gongdan.router.domain.numbering import NumberPool
from gongdan.router.domain.opening import LINKED
from gongdan.router.domain.policy import Policies, Policy
from gongdan.router.domain.stamp import outcome_event, ticket_event
from gongdan.router.domain.threading import place
from gongdan.router.domain.ticket import decide
from gongdan.router.domain.waiting import wait_over
from gongdan.router.domain.wanted import Wanted, wanted_by
from gongdan.router.domain.working_set import WorkingSet
from gongdan.router.ports import Definitions, Numbers, TicketStore
from gongdan.shared import metrics
from gongdan.shared.access.rights import RightsBook
from gongdan.shared.access.who import Credential
from gongdan.shared.clock import Clock
from gongdan.shared.contracts.doors import (
    MailboxFailed,
    MailboxRecovered,
    QuarantinedFileReleased,
    QuarantineDiscarded,
    QuarantineReleased,
)
from gongdan.shared.contracts.envelope import Actor, Mode
from gongdan.shared.contracts.messages import Access, ActionDenied, CommandReceived, MessageReceived
from gongdan.shared.contracts.registry import Event
from gongdan.shared.contracts.sla import EscalationReached, TimerFired
from gongdan.shared.contracts.tickets import TicketSnapshot
from gongdan.shared.contracts.topics import Topic
from gongdan.shared.db.session import Transaction
from gongdan.shared.definitions.catalog import Catalog
from gongdan.shared.errors import ParkIt, RetryLater

log = structlog.get_logger()

# The types of events of `sla` that router does something about.
ACTED_ON = frozenset({EscalationReached.__name__, TimerFired.__name__})


@dataclass(slots=True)
class Batch:
    """A batch being decided: what is known, the numbers in hand, and what is to be said so far."""

    working: WorkingSet
    catalog: Catalog
    now: datetime
    numbers: NumberPool = field(default_factory=NumberPool)
    said: list[Event] = field(default_factory=list)
    outcomes: Counter[str] = field(default_factory=Counter)

    def place(self, message: MessageReceived) -> tuple[Placement, TicketSnapshot | None]:
        """Where a message belongs, and the ticket that is now: the newest follow-up of one that is finished."""
        placement = place(message, self.working)
        return placement, self.working.latest(placement.ticket_id)

    def linked(self, message: MessageReceived, placement: Placement) -> MessageReceived:
        """The message, telling of the ticket that the one which it opens has to do with."""
        sibling = self.working.tickets.get(placement.sibling) if placement.sibling else None
        if sibling is None:
            return message
        told = LINKED[placement.rule].format(number=sibling.number)
        return message.model_copy(update={"warnings": (*message.warnings, told)})

    def named(self, number: str) -> TicketSnapshot | None:
        """The ticket with this human number."""
        ticket_id = self.working.by_number(bounded(number))
        return self.working.tickets.get(ticket_id) if ticket_id else None


@dataclass(frozen=True, slots=True)
class Answered:
    """A contact's reply: the ticket it names, the command, and the message that it is."""

    ticket: TicketSnapshot
    order: Order
    answer: Arrival


@dataclass(frozen=True, slots=True)
class Handlers:
    """Router's handlers of `inbound` and `sla`. `store` makes a TicketStore for a unit of work."""

    store: Callable[[Transaction], TicketStore]
    numbers: Numbers
    definitions: Definitions
    clock: Clock
    policies: Policies = field(default_factory=Policies)
    rights: RightsBook = field(default_factory=RightsBook)

    async def on_events(self, unit: Transaction, events: Sequence[Event]) -> None:
        """A batch of all that router reads."""
        inbound = [event for event in events if event.topic is Topic.INBOUND]
        if inbound:
            await self.on_inbound(unit, inbound)
        await self.on_sla(unit, [event for event in events if event.topic is Topic.SLA])

    async def on_sla(self, unit: Transaction, events: Sequence[Event]) -> None:
        """Levels of escalation that were reached, timers that fired: do what is due. All else there is for others."""
        due = [(event, data) for event in events if (data := _acted_on(event))]
        if not due:
            return
        store = self.store(unit)
        working = await store.load(Wanted(numbers={data.ticket for _, data in due}))
        batch = Batch(working, self.definitions.current, self.clock.now())
        for event, data in due:
            if isinstance(data, TimerFired):
                self._on_timer(batch, event, data)
            else:
                self._on_escalation(batch, event, data)
        await store.save(working, batch.said)

    def _on_timer(self, batch: Batch, event: Event, fired: TimerFired) -> None:
        ticket = batch.named(fired.ticket)
        if ticket is None:
            return
        policy = self.policies.of(batch.catalog, ticket.workspace)
        drafts = wait_over(ticket, fired, event.envelope.occurred_at, policy)
        if drafts:
            self._take(batch, event, applied("commanded", fired.name, ticket, drafts), event.envelope.id, None)
        else:
            log.info("timer_without_reason", ticket=ticket.number, timer=fired.name)

    def _on_escalation(self, batch: Batch, event: Event, reached: EscalationReached) -> None:
        ticket = batch.named(reached.ticket)
        if ticket is None:
            return
        policy = self.policies.of(batch.catalog, ticket.workspace)
        done = escalate(ticket, reached, event.envelope, policy, batch.working.turns)
        if done.left:
            log.warning("escalation_actions_unknown", ticket=ticket.number, actions=done.left)
        if done.drafts:
            self._take(batch, event, applied("commanded", RULE, ticket, done.drafts), event.envelope.id, None)

    async def on_inbound(self, unit: Transaction, events: Sequence[Event]) -> None:
        """Decide a batch in its order. Raises ParkIt for a record that is neither message nor command."""
        store = self.store(unit)
        working = await store.load(wanted_by(event.data for event in events))
        batch = Batch(working, self.definitions.current, self.clock.now())
        try:
            await self._take_numbers(batch, events)
            for event in events:
                await self._handle(batch, event)
            await store.save(working, batch.said)
        except BaseException:
            batch.numbers.forget()
            raise
        finally:
            await self._return_numbers(batch.numbers)
        for outcome, count in batch.outcomes.items():
            metrics.OUTCOMES.labels(outcome).inc(count)

    async def _handle(self, batch: Batch, event: Event) -> None:
        match event.data:
            case MessageReceived() as message:
                await self._on_message(batch, event, message)
            case CommandReceived() as command:
                await self._on_command(batch, event, command)
            case ActionDenied() | MailboxFailed() | MailboxRecovered():
                pass
            case QuarantineReleased() | QuarantinedFileReleased() | QuarantineDiscarded():
                pass
            case other:
                raise ParkIt("not-inbound", f"{type(other).__name__} is neither a message nor a command")

    async def _on_message(self, batch: Batch, event: Event, message: MessageReceived) -> None:
        if self._is_repeated(batch, message.message_id):
            return
        placement, ticket = batch.place(message)
        policy = self.policies.of(batch.catalog, message.workspace)
        at = event.envelope.occurred_at
        arrival = Arrival(batch.linked(message, placement), placement.rule, event.envelope.actor, at)
        number = await self._number_for(batch, ticket, arrival, policy)
        decision = decide(ticket, arrival, Circumstances(policy, batch.working.turns, number))
        self._settle(batch, event, message.message_id, decision, ticket)
        if isinstance(decision, Applied):
            self._tie(batch, message, decision, policy)

    async def _on_command(self, batch: Batch, event: Event, command: CommandReceived) -> None:
        if self._is_repeated(batch, command.message_id):
            return
        ticket = batch.named(command.ticket)
        policy = self.policies.of(batch.catalog, ticket.workspace) if ticket else Policy("")
        order = Order(command, event.envelope.actor, event.envelope.occurred_at)
        rights = self.rights.of(batch.catalog, _proved(event.envelope.actor, command.access))
        around = Circumstances(policy, batch.working.turns, rights=rights)
        if ticket and (answer := answer_of(ticket, order)):
            await self._on_answer(batch, event, Answered(ticket, order, answer), around)
        else:
            self._settle(batch, event, command.message_id, decide(ticket, order, around), None)

    async def _on_answer(self, batch: Batch, event: Event, said: Answered, around: Circumstances) -> None:
        latest = batch.working.latest(said.ticket.id)
        number = await self._number_for(batch, latest, said.answer, around.policy)
        around = replace(around, number=number, placed_at=latest)
        decision = decide(said.ticket, said.order, around)
        self._settle(batch, event, said.answer.message.message_id, decision, latest)
        if isinstance(decision, Applied):
            self._tie(batch, said.answer.message, decision, around.policy)

    def _tie(self, batch: Batch, message: MessageReceived, done: Applied, policy: Policy) -> None:
        opened = done.how == "opened"
        batch.working.tie(message, done.ticket.id, opened)
        if opened:
            batch.numbers.use(policy.prefix)

    def _is_repeated(self, batch: Batch, message_id: UUID) -> bool:
        repeated = batch.working.applied.get(message_id) is not None
        if repeated:
            log.info("message_repeated", message_id=str(message_id))
        return repeated

    def _settle(
        self, batch: Batch, event: Event, message_id: UUID, decision: Decision, followed: TicketSnapshot | None
    ) -> None:
        if isinstance(decision, Applied):
            self._take(batch, event, decision, message_id, followed)
        batch.said.append(outcome_event(decision, message_id, event.envelope, batch.now))
        batch.outcomes[type(decision).__name__.lower()] += 1

    def _take(
        self, batch: Batch, event: Event, done: Applied, message_id: UUID, followed: TicketSnapshot | None
    ) -> None:
        batch.working.take(done, message_id, followed)
        batch.said.extend(ticket_event(draft, event.envelope, batch.now) for draft in done.drafts)

    async def _take_numbers(self, batch: Batch, events: Sequence[Event]) -> None:
        messages = [
            (one.data, self.policies.of(batch.catalog, one.data.workspace), one.envelope.occurred_at)
            for one in events
            if isinstance(one.data, MessageReceived) and not one.data.closes
        ]
        wanted = Counter(policy.prefix for one, policy, at in messages if opens(batch.place(one)[1], one, policy, at))
        for prefix, count in wanted.items():
            batch.numbers.add(prefix, await self.numbers.take(prefix, count), count)

    async def _number_for(self, batch: Batch, ticket: TicketSnapshot | None, arrival: Arrival, policy: Policy) -> str:
        may_open = opens(ticket, arrival.message, policy, arrival.at)
        return await self._number(batch, policy.prefix) if may_open else ""

    async def _number(self, batch: Batch, prefix: str) -> str:
        number = batch.numbers.peek(prefix)
        if number is None:
            batch.numbers.add(prefix, await self.numbers.take(prefix, 1), 1)
            return await self._number(batch, prefix)
        return number

    async def _return_numbers(self, numbers: NumberPool) -> None:
        # A number that cannot be returned now leaves a gap, which is better than a batch that fails for it.
        with suppress(RetryLater):
            for prefix, first, count in numbers.rest():
                await self.numbers.give_back(prefix, first, count)


def _acted_on(event: Event) -> EscalationReached | TimerFired | None:
    """What router does something about. A timer is checked against its ticket, so it may come in any mode."""
    match event.data:
        case EscalationReached() as reached if reached.then and event.envelope.mode is Mode.LIVE:
            return reached
        case TimerFired() as fired:
            return fired
    return None


def _proved(actor: Actor, access: Access) -> Credential:
    return Credential(actor, access.roles, access.only, access.organisation, access.source, access.by)
