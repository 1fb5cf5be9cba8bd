"""What conditions can look at, and trying one on a ticket, as far as whoever asks may see it. Nothing is kept."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from gongdan.api.domain.trying import ticket_values
from gongdan.api.domain.views import View
from gongdan.api.handlers.reading import Reading
from gongdan.api.ports import Definitions
from gongdan.api.routes.faults import PROBLEM, SIGN_IN_OR_MISSING, not_found
from gongdan.api.routes.gate import rights_of
from gongdan.shared.access.refusal import insist
from gongdan.shared.access.rights import may_define
from gongdan.shared.definitions import expressions
from gongdan.shared.definitions.field_types import Fields
from gongdan.shared.definitions.tree_check import FAMILIES, operators_of
from gongdan.shared.definitions.trial import Trial, known, tried
from gongdan.shared.definitions.variables import Place
from gongdan.shared.errors import Complaint, FixInput
from gongdan.shared.json import dumps

Workspace = Annotated[str | None, Query(max_length=63, description="whose forms; without it, those of all")]


class Known(View):
    """Variables by name, with their types; operators by type."""

    variables: dict[str, str]
    operators: dict[str, list[str]]


def routes(reading: Reading, definitions: Definitions) -> APIRouter:
    """`/v1/conditions/test` and `/v1/conditions/variables`."""
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

    @router.get("/variables")
    async def variables(request: Request, place: Place = "message", workspace: Workspace = None) -> Known:
        """What a condition can look at in a place, each with its type, and the operators of trees for each type."""
        rights = rights_of(request)
        insist(rights, "try conditions", may_define(rights, "RoutingRule", workspace))
        found = expressions.variables(place, Fields(definitions.current).of(workspace).variables)
        return Known(variables=dict(found), operators={kind: list(operators_of(kind)) for kind in FAMILIES})

    return router
