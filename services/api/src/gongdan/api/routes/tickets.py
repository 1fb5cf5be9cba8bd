"""Tickets: many, one, what happened to it, and why."""

from typing import Annotated

from fastapi import APIRouter, Query

from gongdan.api.domain.queries import TicketQuery, TimelineQuery
from gongdan.api.domain.views import TicketDetail, TicketPage, TimelinePage
from gongdan.api.domain.why import Why, explain, wanted_messages
from gongdan.api.ports import Messages, Tickets, Timelines
from gongdan.api.routes.faults import SIGN_IN, SIGN_IN_OR_MISSING, not_found

MOST_EXPLAINED = 1_000


def routes(tickets: Tickets, timelines: Timelines, messages: Messages) -> APIRouter:
    """`/v1/tickets` and below."""
    router = APIRouter(prefix="/v1/tickets", tags=["tickets"], responses=SIGN_IN)

    async def the(number: str) -> TicketDetail:
        found = await tickets.find(number)
        if found is None:
            raise not_found("ticket", "number", number, "check the number, such as GD-1024")
        return found

    @router.get("")
    async def page(query: Annotated[TicketQuery, Query()]) -> TicketPage:
        """Tickets that fit all filters."""
        return await tickets.page(query)

    @router.get("/{number}", responses=SIGN_IN_OR_MISSING)
    async def ticket(number: str) -> TicketDetail:
        """One ticket with its clocks and deliveries."""
        return await the(number)

    @router.get("/{number}/timeline", responses=SIGN_IN_OR_MISSING)
    async def timeline(number: str, query: Annotated[TimelineQuery, Query()]) -> TimelinePage:
        """Its messages and events."""
        return await timelines.page((await the(number)).id, query)

    @router.get("/{number}/why", responses=SIGN_IN_OR_MISSING)
    async def why(number: str) -> Why:
        """Each change with who made it, what decided it, what led to it and what followed."""
        found = await the(number)
        events = await timelines.latest(found.id, MOST_EXPLAINED + 1)
        shown = events[-MOST_EXPLAINED:]
        origins = await messages.many(wanted_messages(shown))
        return explain(found.number, shown, origins, len(events) > len(shown))

    return router
