"""The number of the ticket that a form became, for whoever filled it in: they need not sign in, the id is the proof.

Only of forms, whose ids are random unless the sender chose the key. Whether it is a ticket yet and which is all that is
told: what the ticket says is not for strangers.
"""

from datetime import timedelta
from uuid import UUID

from fastapi import APIRouter

from gongdan.api.domain.views import Receipt
from gongdan.api.ports import Messages
from gongdan.api.routes.faults import PROBLEM, not_found

AT_ONCE = timedelta(0)


def routes(messages: Messages) -> APIRouter:
    """`/v1/receipts/{message_id}`."""
    router = APIRouter(tags=["messages"], responses={404: PROBLEM})

    @router.get("/v1/receipts/{message_id}")
    async def receipt(message_id: UUID) -> Receipt:
        """Which ticket a submitted form became. Ask again while it is pending or not known yet."""
        found = await messages.find(message_id, AT_ONCE)
        if found is None or found.channel != "form":
            raise not_found("form", "message_id", message_id, "check the id, or wait: it may still be on its way")
        return Receipt(message_id=message_id, status=found.status, ticket=found.ticket)

    return router
