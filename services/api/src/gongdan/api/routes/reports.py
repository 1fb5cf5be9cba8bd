"""Reports and dashboards: any table of figures, and those that definitions have.

No Report is named `pivot`, `export` or `columns`: these are routes of their own.
"""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from gongdan.api.domain.reports.question import PivotQuery
from gongdan.api.domain.reports.views import DashboardView, PivotView, ReportView
from gongdan.api.handlers.boards import Boards
from gongdan.api.handlers.reporting import Reporting
from gongdan.api.routes.faults import PROBLEM, SIGN_IN, SIGN_IN_OR_MISSING
from gongdan.api.routes.gate import rights_of

REFUSED: dict[int | str, dict[str, Any]] = {403: PROBLEM, 422: PROBLEM}
Workspace = Annotated[str | None, Query(max_length=63, description="whose it is; left out: the only one there is")]


def routes(reporting: Reporting, boards: Boards) -> APIRouter:
    """`/v1/reports` and `/v1/dashboards`."""
    router = APIRouter(prefix="/v1", tags=["reports"], responses=SIGN_IN | REFUSED)

    @router.get("/reports/pivot")
    async def pivot(query: Annotated[PivotQuery, Query()], request: Request) -> PivotView:
        """Figures about the tickets that fit all filters, in rows and columns, with their totals."""
        return await reporting.pivot(rights_of(request), query)

    @router.get("/reports/{name}", responses=SIGN_IN_OR_MISSING)
    async def report(name: str, request: Request, workspace: Workspace = None) -> ReportView:
        """What a Report shows now."""
        return await boards.report(rights_of(request), name, workspace)

    @router.get("/dashboards/{name}", responses=SIGN_IN_OR_MISSING)
    async def dashboard(name: str, request: Request, workspace: Workspace = None) -> DashboardView:
        """What each card of a Dashboard shows now."""
        return await boards.dashboard(rights_of(request), name, workspace)

    return router
