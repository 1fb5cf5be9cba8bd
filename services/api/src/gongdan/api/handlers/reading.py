"""Reading tickets and all that belongs to them, as far as the reader may see them.

A database searches by a net that lets through all that may be seen, and maybe more; what comes through is asked again
one by one. So pages are read on until they are full. Limit: a reader whose scope no net can express, and who sees
few of many tickets, gets a page that is not full, with a cursor that goes on from where it stopped.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from gongdan.api.domain import asking
from gongdan.api.domain.queries import (
    TicketQuery,
    TimelineQuery,
    cursor_after,
    ticket_cursor,
    write_cursor,
)
from gongdan.api.domain.showing import file_is_shown, shown_event, shown_message, shown_ticket
from gongdan.api.domain.views import Message, Ticket, TicketDetail, TicketPage, TimelineEvent, TimelinePage
from gongdan.api.domain.why import Why, explain, wanted_messages
from gongdan.api.ports import Denials, Messages, Tickets, Timelines
from gongdan.shared.access.refusal import denied
from gongdan.shared.access.rights import Rights, redact

MOST_READ = 2_000
MOST_ROUNDS = 20
MOST_EXPLAINED = 1_000


@dataclass(frozen=True, slots=True)
class Reading:
    """What is hidden is as if it were not there: None, or left out. Raises RetryLater on passing faults."""

    tickets: Tickets
    timelines: Timelines
    messages: Messages
    denials: Denials

    async def page(self, rights: Rights, query: TicketQuery) -> TicketPage:
        """One page. Raises FixInput for a cursor of another question, NotAllowed for a question that would tell."""
        asking.allow(rights, query)
        cursor = ticket_cursor(query)
        shown: list[Ticket] = []
        read = 0
        while True:
            rows = await self.tickets.some(query, rights.net, cursor)
            for place, row in enumerate(rows[: query.limit], 1):
                seen, cursor, read = redact(rights, row), cursor_after(query, row), read + 1
                shown += [seen] if seen else []
                if len(shown) == query.limit or read == MOST_READ:
                    return TicketPage(items=shown, next=write_cursor(cursor) if place < len(rows) else None)
            if len(rows) <= query.limit:
                return TicketPage(items=shown, next=None)

    async def ticket(self, rights: Rights, number: str) -> TicketDetail | None:
        """One ticket."""
        found = await self._seen(rights, number)
        seen = redact(rights, found) if found else None
        return shown_ticket(rights.sight(found).fields, seen) if found and seen else None

    async def timeline(self, rights: Rights, number: str, query: TimelineQuery) -> TimelinePage | None:
        """A page of what happened to a ticket."""
        ticket = await self._seen(rights, number)
        if ticket is None:
            return None
        rules = rights.sight(ticket).fields
        shown: list[TimelineEvent] = []
        for _ in range(MOST_ROUNDS):
            left = query.limit - len(shown)
            page = await self.timelines.page(ticket.id, query.model_copy(update={"limit": left}))
            shown += [event for one in page.items if (event := shown_event(rules, one))]
            query = query.model_copy(update={"cursor": page.next})
            if page.next is None or len(shown) == query.limit:
                break
        return TimelinePage(items=shown, next=query.cursor)

    async def why(self, rights: Rights, number: str) -> Why | None:
        """Why a ticket is as it is, as far as its history may be seen."""
        ticket = await self._seen(rights, number)
        if ticket is None:
            return None
        rules = rights.sight(ticket).fields
        events = await self.timelines.latest(ticket.id, MOST_EXPLAINED + 1)
        shown = [seen for event in events[-MOST_EXPLAINED:] if (seen := shown_event(rules, event))]
        origins = await self.messages.many(wanted_messages(shown))
        told = [found for message in origins if (found := shown_message(rules, message))]
        return explain(ticket.number, shown, told, len(events) > MOST_EXPLAINED)

    async def message(self, rights: Rights, message_id: UUID, at_most: timedelta) -> Message | None:
        """What became of a message: for who sent it, for who may see its ticket, else for who sees every ticket."""
        found = await self.messages.find(message_id, at_most)
        if found is None or self._is_sender(rights, found):
            return found
        ticket = await self.tickets.find(found.ticket) if found.ticket else None
        if ticket is None:
            shown = found if rights.sees_everywhere("messages") else None
        else:
            shown = shown_message(rights.sight(ticket).fields, found)
        if shown is None:
            self._unseen(rights, "a message", str(message_id))
        return shown

    async def _seen(self, rights: Rights, number: str) -> TicketDetail | None:
        """The whole ticket, for whoever may know that it is there."""
        found = await self.tickets.find(number)
        if found is None or rights.sight(found).seen:
            return found
        self._unseen(rights, "a ticket", found.number)
        return None

    def _unseen(self, rights: Rights, what: str, name: str) -> None:
        """Nobody is told that it is there; the audit is told that somebody asked."""
        self.denials.note(denied(rights, f"read {what}", "hidden from all of your roles", name))

    def _is_sender(self, rights: Rights, message: Message) -> bool:
        actor = rights.who.actor
        name = actor.id if actor.kind == "agent" else str(actor)
        return message.actor == str(actor) or (message.channel == "api" and message.source == name)

    async def may_have_file(self, rights: Rights, sha256: str) -> bool:
        """Whether a file is part of some conversation that may be seen."""
        if rights.who.unlimited:
            return True
        found = await self.tickets.with_file(sha256)
        if any(file_is_shown(rights.sight(ticket).fields, visibility) for ticket, visibility in found):
            return True
        if found:
            self._unseen(rights, "a file", sha256)
        return False

    async def visible(self, rights: Rights, numbers: Sequence[str]) -> dict[str, bool]:
        """Of the tickets with these numbers those that may be seen; True where nothing of them is hidden."""
        tickets = await self.tickets.numbered(numbers)
        sights = {ticket.number: rights.sight(ticket).fields for ticket in tickets}
        return {number: rules.all_shown for number, rules in sights.items() if rules.any_shown}
