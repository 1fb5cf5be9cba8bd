"""Trying a condition on a ticket, as far as whoever asks may see the ticket. Asks only: nothing is kept."""

import asyncio

from fastapi import APIRouter, Request
from starlette.responses import Response

from gongdan.api.domain.trying import ticket_values
from gongdan.api.handlers.reading import Reading
from gongdan.api.ports import Definitions
from gongdan.api.routes.faults import PROBLEM, SIGN_IN_OR_MISSING, not_found
from gongdan.api.routes.gate import rights_of
from gongdan.shared.access.refusal import insist
from gongdan.shared.access.rights import may_define
from gongdan.shared.definitions.field_types import Fields
from gongdan.shared.definitions.trial import Trial, known, tried
from gongdan.shared.errors import Complaint, FixInput
from gongdan.shared.json import dumps


def routes(reading: Reading, definitions: Definitions) -> APIRouter:
    """`POST /v1/conditions/test`."""
    router = APIRouter(prefix="/v1/conditions", tags=["definitions"], responses=SIGN_IN_OR_MISSING | {422: PROBLEM})

    @router.post("/test")
    async def test(trial: Trial, request: Request) -> Response:
        """What a condition gives on a ticket as it stands, and which of its clauses failed."""
        if trial.ticket is None:
            cure = "name a ticket here; samples are tried at /intake/v1/conditions/test"
            raise FixInput("invalid-input", "no ticket is named", Complaint("ticket", "is missing", cure))
        ticket = await reading.ticket(rights_of(request), trial.ticket)
        if ticket is None:
            raise not_found("ticket", "number", trial.ticket, "check the number, such as GD-1024")
        insist(rights_of(request), "try conditions", may_define(rights_of(request), "RoutingRule", ticket.workspace))
        of_ticket = trial.model_copy(update={"place": "ticket"})
        types = known(of_ticket, Fields(definitions.current), ticket.workspace)
        found = await asyncio.to_thread(tried, of_ticket, types, ticket_values(types, ticket))
        return Response(dumps(found), media_type="application/json")

    return router
