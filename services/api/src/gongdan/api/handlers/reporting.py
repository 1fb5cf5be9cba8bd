"""Figures about the tickets that somebody may see, and on which they have the action ReadReports.

Where a net says exactly which tickets these are, the database counts by it. Else the tickets that come through are
asked one by one, and the database counts those that stay: the arithmetic is one and the same. What is hidden from
somebody on any ticket that they see is refused as a whole, as the ticket list does with filters and with its order:
left out, or put into a group "hidden", those tickets would be told apart by the very thing that is hidden, and totals
would silently be others than the list's. Limits: at most MOST_ASKED tickets are asked one by one, else the question is
refused, with the cure; so is what takes too long or has too many groups. Figures are never cut off.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from gongdan.api.domain import asking
from gongdan.api.domain.queries import TicketFilters
from gongdan.api.domain.reports.dimensions import FIELD
from gongdan.api.domain.reports.fields import kinds_of
from gongdan.api.domain.reports.periods import zone_of
from gongdan.api.domain.reports.question import PivotQuery, Question, asks_about, named_fields, understood
from gongdan.api.domain.reports.table import Table
from gongdan.api.domain.reports.views import PivotView
from gongdan.api.handlers.places import Places
from gongdan.api.ports import Definitions, Facts, Standing
from gongdan.shared.access.reach import reach, within
from gongdan.shared.access.refusal import need
from gongdan.shared.access.rights import Rights
from gongdan.shared.clock import Clock
from gongdan.shared.definitions.form_fields import FieldKind
from gongdan.shared.errors import Complaint, FixInput

ACTION = "ReadReports"
MOST_ASKED = 200_000
AT_ONCE = 2
PATIENCE = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class Reporting:
    """Answers questions for figures. Raises NotAllowed, FixInput, SlowDown, and RetryLater on passing faults."""

    facts: Facts
    definitions: Definitions
    clock: Clock
    places: Places = field(default_factory=lambda: Places("reports", AT_ONCE, PATIENCE))

    async def pivot(self, rights: Rights, query: PivotQuery) -> PivotView:
        """One table."""
        need(rights, ACTION)
        question = self.question(rights, query)
        async with self.places.one(), self.facts.standing() as standing:
            seen = await seen_by(rights, standing, question.filters)
            return await self.answer(rights, standing, question, seen)

    def question(self, rights: Rights, query: PivotQuery, *, totals: bool = True) -> Question:
        """The question behind a query, by the forms in force, if it may be asked."""
        # First, so that nobody learns whether a form has a field that is hidden from them.
        asking.allow(rights, query, named_fields(query))
        zone = query.time_zone or zone_of(self.definitions.current, query.workspace)
        question = understood(query, self.kinds(query), zone, totals=totals)
        asking.allow(rights, query, asks_about(question))
        return question

    async def answer(
        self, rights: Rights, standing: Standing, question: Question, seen: Sequence[UUID] | None
    ) -> PivotView:
        """The table for a question."""
        table = Table(question)
        table.take(await standing.count(question, reach(rights, ACTION).net, seen))
        return table.view(self.clock.now())

    def kinds(self, query: PivotQuery) -> Mapping[str, FieldKind]:
        """The form fields that a query names, as the forms in force have them. Raises FixInput where they disagree."""
        named = {name.removeprefix(FIELD) for name in named_fields(query).values()}
        return kinds_of(named, self.definitions.current, query.workspace)


async def seen_by(rights: Rights, standing: Standing, filters: TicketFilters) -> Sequence[UUID] | None:
    """The tickets that may be counted of those that fit the filters; None where the net says it.

    Raises FixInput when there are too many to ask one by one.
    """
    found = reach(rights, ACTION)
    if found.exact:
        return None
    seen: list[UUID] = []
    asked = 0
    async for tickets in standing.tickets(filters, found.net):
        asked += len(tickets)
        if asked > MOST_ASKED:
            raise _too_many()
        seen += (ticket.id for ticket in tickets if within(rights, ACTION, ticket))
    return seen


def _too_many() -> FixInput:
    problem = f"your roles' scopes have to be asked for each of more than {MOST_ASKED} tickets"
    cure = "narrow it, for instance with created_since or workspace; or let the scopes compare attributes by == and in"
    return FixInput("too-much", "there is too much to count", Complaint("created_since", problem, cure))
