"""The domain of sla-timer at work on stories, without a database: what would be said, and the books after it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from gongdan.shared.contracts.registry import Event
from gongdan.shared.contracts.sla import ClockEvent
from gongdan.shared.contracts.tickets import TicketEvent, TicketSnapshot
from gongdan.shared.definitions.catalog import Catalog
from gongdan.sla_timer.domain.announce import Moment, announce
from gongdan.sla_timer.domain.book import Book, Step, advance, follow, retarget
from gongdan.sla_timer.domain.clock import Clock
from gongdan.sla_timer.domain.due import due_by
from gongdan.sla_timer.domain.facts import Cause, fact_of
from gongdan.sla_timer.domain.hours import Hours, KnownCalendars
from gongdan.sla_timer.domain.policy import Policies, policies_of
from tests.kit.policies import catalog

LATE_AFTER = timedelta(seconds=5)


@dataclass
class Desk:
    """Follows tickets under a catalog; `said` is everything announced, in order."""

    policies: Catalog = field(default_factory=catalog)
    books: dict[UUID, Book] = field(default_factory=dict)
    tickets: dict[UUID, TicketSnapshot] = field(default_factory=dict)
    said: list[Event] = field(default_factory=list)
    calendars: KnownCalendars = field(default_factory=KnownCalendars)

    def __post_init__(self) -> None:
        self._take_up(self.policies)

    def _take_up(self, definitions: Catalog) -> None:
        self.calendars.follow(definitions)
        self._policies: Policies = policies_of(definitions, Hours(definitions, self.calendars))

    def hears(self, *events: Event, now: datetime | None = None) -> list[str]:
        """Follow ticket events; returns the types announced."""
        return [kind for event in events for kind in self._hears(event, now)]

    def _hears(self, event: Event, now: datetime | None) -> list[str]:
        assert isinstance(event.data, TicketEvent)
        fact = fact_of(event.envelope, event.data)
        self.tickets[fact.ticket.id] = fact.ticket
        plan = self._policies.plan_for(event.data.ticket)
        book, steps = follow(self.books.get(event.data.ticket.id), fact, plan, self.calendars)
        return self._take(book, steps, fact.cause, now or event.envelope.occurred_at)

    def turns(self, now: datetime) -> list[str]:
        """Let the wheel turn at `now`; returns the types announced."""
        kinds: list[str] = []
        for book in list(self.books.values()):
            steps = [
                step
                for clock in book.clocks.values()
                for step in advance(clock, due_by(clock, now, self.calendars), self.calendars)
            ]
            clocks = dict(book.clocks) | {step.clock.metric: step.clock for step in steps}
            kinds += self._take(Book(book.ticket, book.cause, clocks), steps, book.cause, now)
        return kinds

    def follows(self, policies: Catalog, now: datetime) -> list[str]:
        """Bring all books under other policies; returns the types announced."""
        self.policies = policies
        self._take_up(policies)
        kinds: list[str] = []
        for book in list(self.books.values()):
            cause = Cause(f"policies/{policies.revision}", book.cause.correlation_id)
            ticket = self.tickets[book.ticket.id]
            plan = self._policies.plan_for(ticket)
            moved, steps = retarget(book, ticket, plan, now, cause, self.calendars)
            kinds += self._take(moved, steps, cause, now)
        return kinds

    def _take(self, book: Book, steps: Iterable[Step], cause: Cause, now: datetime) -> list[str]:
        self.books[book.ticket.id] = book
        moment = Moment(now, LATE_AFTER)
        events = [event for step in steps if (event := announce(step, book.ticket, cause, moment))]
        self.said += events
        return [event.envelope.type for event in events]

    def clock(self, metric: str) -> Clock:
        """The latest clock of a metric of the only ticket."""
        (book,) = self.books.values()
        return book.clocks[metric]

    def last(self, kind: type[ClockEvent], metric: str) -> ClockEvent:
        """The last thing of this kind that was said about a metric."""
        found = [e.data for e in self.said if isinstance(e.data, kind) and e.data.clock == metric]
        assert found, f"no {kind.__name__} of {metric} was said"
        return found[-1]
