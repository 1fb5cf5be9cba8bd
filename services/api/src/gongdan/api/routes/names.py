"""What people call what tickets name, for whoever shows tickets."""

from typing import Annotated

from fastapi import APIRouter, Query, Request

from gongdan.api.domain import names
from gongdan.api.domain.views import View
from gongdan.api.ports import Definitions
from gongdan.api.routes.faults import SIGN_IN
from gongdan.api.routes.gate import rights_of


class NamesView(View):
    """Titles, `{zh, en}`, by name. Empty where the attribute is hidden from you."""

    assignee: dict[str, dict[str, str]] = {}
    category: dict[str, dict[str, str]] = {}
    team: dict[str, dict[str, str]] = {}


def routes(definitions: Definitions) -> APIRouter:
    """`/v1/names`."""
    router = APIRouter(prefix="/v1/names", tags=["definitions"], responses=SIGN_IN)

    @router.get("")
    async def every_name(
        request: Request, workspace: Annotated[str, Query(max_length=63, description="whose tickets")]
    ) -> NamesView:
        """What people call the teams, categories and agents that a ticket of the workspace may name."""
        rights = rights_of(request)
        found = names.names(definitions.current, workspace, lambda one: names.tells(rights, workspace, one))
        return NamesView.model_validate(found)

    return router
