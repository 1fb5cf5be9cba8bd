"""Tickets move on, and policies change: clocks and timers follow."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

import structlog

from gongdan.shared.clock import Clock as Time
from gongdan.shared.contracts.registry import Event
from gongdan.shared.contracts.tickets import TicketEvent, TicketSnapshot
from gongdan.shared.db.session import Transaction
from gongdan.sla_timer.domain.announce import Moment, announce
from gongdan.sla_timer.domain.book import Book, Step, follow, retarget
from gongdan.sla_timer.domain.clock import Clock
from gongdan.sla_timer.domain.due import next_due
from gongdan.sla_timer.domain.facts import Cause, Fact, fact_of, is_past
from gongdan.sla_timer.domain.timers import TimerChanges
from gongdan.sla_timer.ports import BookStore, PolicySource, Stamp, Timed, TimerStore

log = structlog.get_logger()


@dataclass(slots=True)
class _Work:
    """The books of one batch, which clocks have changed in them, and what is to be said about it."""

    books: dict[UUID, Book]
    moment: Moment
    touched: dict[UUID, TicketSnapshot] = field(default_factory=dict)
    clocks: dict[tuple[UUID, str], Clock] = field(default_factory=dict)
    said: list[Event] = field(default_factory=list)

    def take(self, ticket: TicketSnapshot, book: Book, steps: Iterable[Step], cause: Cause) -> None:
        """Put a book in its new state, and say what led there."""
        self.books[ticket.id] = book
        self.touched[ticket.id] = ticket
        for step in steps:
            self.clocks[ticket.id, step.clock.metric] = step.clock
            event = announce(step, book.ticket, cause, self.moment)
            if event:
                self.said.append(event)


@dataclass(frozen=True, slots=True)
class Following:
    """Keeps books true. `late_after`: a breach said later than this after its deadline is marked as late."""

    books: BookStore
    timers: TimerStore
    policies: PolicySource
    clock: Time
    late_after: timedelta

    async def on_tickets(self, unit: Transaction, events: Sequence[Event]) -> None:
        """A batch of ticket events, each ticket's in order: its clocks and timers follow."""
        known = [(event, event.data) for event in events if isinstance(event.data, TicketEvent)]
        ids = {data.ticket.id for _, data in known}
        work = _Work(await self.books.load(unit, ids), Moment(self.clock.now(), self.late_after))
        asked, unclear = TimerChanges(), set[str]()
        for event, data in known:
            unclear.update(self._follow(work, asked, event, data))
        if unclear:
            log.warning("policy_conditions_failed", policies=sorted(unclear))
        books = [(work.books[ticket.id], ticket) for ticket in work.touched.values()]
        await self.books.save(unit, books, self._timed(work), self._stamp(work))
        if asked:
            await self.timers.change(unit, asked, work.moment.now)
        unit.emit(*work.said)

    def _follow(self, work: _Work, asked: TimerChanges, event: Event, data: TicketEvent) -> Collection[str]:
        fact = fact_of(event.envelope, data)
        book = work.books.get(data.ticket.id)
        unclear = () if book is None and is_past(data) else self._clocks(work, book, fact)
        if refused := asked.hear(fact, event.envelope, data, self.policies.calendars):
            log.warning("timer_refused", ticket=data.ticket.number, event_id=str(event.envelope.id), why=refused)
        return unclear

    def _clocks(self, work: _Work, before: Book | None, fact: Fact) -> Collection[str]:
        plan = self.policies.plan_for(fact.ticket)
        book, steps = follow(before, fact, plan, self.policies.calendars)
        work.take(fact.ticket, book, steps, fact.cause)
        return plan.unclear

    async def on_policies(self, unit: Transaction, ids: Collection[UUID]) -> None:
        """The policies have changed: what these tickets are promised may have, too."""
        work = _Work(await self.books.load(unit, ids), Moment(self.clock.now(), self.late_after))
        for ticket in (await self.books.snapshots(unit, ids)).values():
            self._retarget(work, ticket)
        books = [work.books[ticket] for ticket in work.touched]
        await self.books.followed(unit, books, self._timed(work), self._stamp(work))
        unit.emit(*work.said)

    def _retarget(self, work: _Work, ticket: TicketSnapshot) -> None:
        book = work.books[ticket.id]
        cause = Cause(f"policies/{self.policies.revision}", book.cause.correlation_id, mode=book.cause.mode)
        plan = self.policies.plan_for(ticket)
        moved, steps = retarget(book, ticket, plan, work.moment.now, cause, self.policies.calendars)
        work.take(ticket, moved, steps, cause)

    def _stamp(self, work: _Work) -> Stamp:
        return Stamp(work.moment.now, self.policies.revision)

    def _timed(self, work: _Work) -> list[Timed]:
        return [timed(clock, self.policies) for clock in work.clocks.values()]


def timed(clock: Clock, policies: PolicySource) -> Timed:
    """A clock with the time of the first thing that it has to say."""
    due = next_due(clock, policies.calendars)
    return Timed(clock, due.at if due else None)
