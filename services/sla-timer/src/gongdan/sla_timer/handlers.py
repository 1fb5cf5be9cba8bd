"""One coroutine per thing that can happen to clocks: tickets move on, a deadline comes, policies change."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

import structlog

from gongdan.shared import metrics
from gongdan.shared.clock import Clock as Time
from gongdan.shared.contracts.registry import Event
from gongdan.shared.contracts.tickets import TicketEvent
from gongdan.shared.db.session import Transaction
from gongdan.sla_timer.domain.announce import Moment, announce
from gongdan.sla_timer.domain.book import Book, Step, advance, follow, retarget
from gongdan.sla_timer.domain.calendar import AROUND_THE_CLOCK, Calendar
from gongdan.sla_timer.domain.changes import Breached
from gongdan.sla_timer.domain.clock import Clock
from gongdan.sla_timer.domain.due import due_by, next_due
from gongdan.sla_timer.domain.facts import Cause, fact_of
from gongdan.sla_timer.ports import BookStore, PolicySource

log = structlog.get_logger()


@dataclass(slots=True)
class _Work:
    """The books of one batch, what has changed in them, and what is to be said about it."""

    books: dict[UUID, Book]
    moment: Moment
    touched: set[UUID] = field(default_factory=set)
    clocks: dict[UUID, Clock] = field(default_factory=dict)
    said: list[Event] = field(default_factory=list)

    def take(self, book: Book, steps: Iterable[Step], cause: Cause) -> None:
        """Put a book in its new state, and say what led there."""
        self.books[book.ticket.id] = book
        self.touched.add(book.ticket.id)
        for step in steps:
            self.clocks[step.clock.id] = step.clock
            event = announce(step, book.ticket, cause, self.moment)
            self.said += [event] if event else []


@dataclass(frozen=True, slots=True)
class Handlers:
    """What the service does. `late_after`: a breach said later than this after its deadline is marked as late."""

    books: BookStore
    policies: PolicySource
    clock: Time
    late_after: timedelta
    calendar: Calendar = AROUND_THE_CLOCK

    async def on_tickets(self, unit: Transaction, events: Sequence[Event]) -> None:
        """A batch of ticket events, each ticket's in order: its clocks follow."""
        known = [(event, event.data) for event in events if isinstance(event.data, TicketEvent)]
        work = await self._begin(unit, {data.ticket.id for _, data in known})
        unclear: set[str] = set()
        for event, data in known:
            fact = fact_of(event.envelope, data)
            plan = self.policies.plan_for(data.ticket)
            unclear.update(plan.unclear)
            book, steps = follow(work.books.get(data.ticket.id), fact, plan, self.calendar)
            work.take(book, steps, fact.cause)
        if unclear:
            log.warning("policy_conditions_failed", policies=sorted(unclear))
        await self._finish(unit, work)

    async def on_due(self, unit: Transaction, ids: Collection[UUID]) -> None:
        """Something may be due on these tickets: what is, is said; what is not, is timed anew."""
        work = await self._begin(unit, ids)
        for book in list(work.books.values()):
            steps = [step for clock in book.clocks.values() for step in self._due(clock, work.moment)]
            moved = dict(book.clocks) | {step.clock.metric: step.clock for step in steps}
            if not steps:
                work.clocks |= {clock.id: clock for clock in book.clocks.values()}
            work.take(Book(book.ticket, book.cause, moved), steps, book.cause)
        work.touched.clear()
        await self._finish(unit, work)

    async def on_policies(self, unit: Transaction, ids: Collection[UUID]) -> None:
        """The policies have changed: what these tickets are promised may have, too."""
        work = await self._begin(unit, ids)
        for book in list(work.books.values()):
            cause = Cause(f"policies/{self.policies.revision}", book.cause.correlation_id, mode=book.cause.mode)
            plan = self.policies.plan_for(book.ticket)
            moved, steps = retarget(book, plan, work.moment.now, cause, self.calendar)
            work.take(moved, steps, cause)
        await self._finish(unit, work)

    def _due(self, clock: Clock, moment: Moment) -> list[Step]:
        changes = due_by(clock, moment.now, self.calendar)
        for change in changes:
            kind = "breach" if isinstance(change, Breached) else "warning"
            metrics.TIMERS_FIRED.labels(kind).inc()
            metrics.TIMER_LATENESS.observe((moment.now - change.at).total_seconds())
        return advance(clock, changes, self.calendar)

    async def _begin(self, unit: Transaction, ids: Collection[UUID]) -> _Work:
        books = await self.books.load(unit, ids)
        return _Work(books, Moment(self.clock.now(), self.late_after))

    async def _finish(self, unit: Transaction, work: _Work) -> None:
        books = [work.books[ticket] for ticket in work.touched]
        timed = [(clock, next_due(clock, self.calendar)) for clock in work.clocks.values()]
        await self.books.save(unit, books, timed, self.policies.revision)
        unit.emit(*work.said)
