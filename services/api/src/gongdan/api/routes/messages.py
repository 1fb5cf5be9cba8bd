"""What became of a message: the address that intake gives to whoever sent it."""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request

from gongdan.api.domain.views import Message
from gongdan.api.handlers.reading import Reading
from gongdan.api.routes.faults import SIGN_IN_OR_MISSING, not_found
from gongdan.api.routes.gate import rights_of

Wait = Annotated[
    float,
    Query(ge=0, le=60, allow_inf_nan=False, description="seconds to wait at most until it is decided"),
]


def routes(reading: Reading) -> APIRouter:
    """`/v1/messages/{message_id}`."""
    router = APIRouter(tags=["messages"], responses=SIGN_IN_OR_MISSING)

    @router.get("/v1/messages/{message_id}")
    async def message(message_id: UUID, request: Request, wait: Wait = 0.0) -> Message:
        """A message or command: pending, or applied, rejected or ignored and why."""
        found = await reading.message(rights_of(request), message_id, timedelta(seconds=wait))
        if found is None:
            raise not_found("message", "message_id", message_id, "check the id, or wait: it may still be on its way")
        return found

    return router
