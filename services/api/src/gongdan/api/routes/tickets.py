"""Tickets: many, one, what happened to it, and why. What may not be seen is as if it were not there."""

from typing import Annotated, TypeVar

from fastapi import APIRouter, Query, Request

from gongdan.api.domain.queries import TicketQuery, TimelineQuery
from gongdan.api.domain.views import TicketDetail, TicketPage, TimelinePage
from gongdan.api.domain.why import Why
from gongdan.api.handlers.reading import Reading
from gongdan.api.routes.faults import SIGN_IN, SIGN_IN_OR_MISSING, not_found
from gongdan.api.routes.gate import rights_of

Found = TypeVar("Found")


def routes(reading: Reading) -> APIRouter:
    """`/v1/tickets` and below."""
    router = APIRouter(prefix="/v1/tickets", tags=["tickets"], responses=SIGN_IN)

    @router.get("")
    async def page(query: Annotated[TicketQuery, Query()], request: Request) -> TicketPage:
        """Tickets that fit all filters."""
        return await reading.page(rights_of(request), query)

    @router.get("/{number}", responses=SIGN_IN_OR_MISSING)
    async def ticket(number: str, request: Request) -> TicketDetail:
        """One ticket with its clocks and deliveries."""
        return _there(await reading.ticket(rights_of(request), number), number)

    @router.get("/{number}/timeline", responses=SIGN_IN_OR_MISSING)
    async def timeline(number: str, query: Annotated[TimelineQuery, Query()], request: Request) -> TimelinePage:
        """Its messages and events."""
        return _there(await reading.timeline(rights_of(request), number, query), number)

    @router.get("/{number}/why", responses=SIGN_IN_OR_MISSING)
    async def why(number: str, request: Request) -> Why:
        """Each change with who made it, what decided it, what led to it and what followed."""
        return _there(await reading.why(rights_of(request), number), number)

    return router


def _there(found: Found | None, number: str) -> Found:
    """What was found. Raises FixInput (404) when that is nothing."""
    if found is None:
        raise not_found("ticket", "number", number, "check the number, such as GD-1024")
    return found
