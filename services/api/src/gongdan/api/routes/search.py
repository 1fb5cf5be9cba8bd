"""Searching tickets."""

from typing import Annotated

from fastapi import APIRouter, Query, Request

from gongdan.api.domain.search_query import SearchQuery
from gongdan.api.domain.views import SearchPage
from gongdan.api.handlers.searching import Searching
from gongdan.api.routes.faults import PROBLEM, SIGN_IN
from gongdan.api.routes.gate import rights_of


def routes(searching: Searching) -> APIRouter:
    """`/v1/search`."""
    router = APIRouter(prefix="/v1/search", tags=["tickets"], responses=SIGN_IN)

    @router.get("", responses={403: PROBLEM, 422: PROBLEM, 503: PROBLEM})
    async def page(query: Annotated[SearchQuery, Query()], request: Request) -> SearchPage:
        """Tickets in which all of it is found, by what you may see of them."""
        return await searching.page(rights_of(request), query)

    return router
