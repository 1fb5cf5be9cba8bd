"""The audit: who did what, filtered by actor, kind and time; with the hashes that prove it whole."""

from typing import Annotated

from fastapi import APIRouter, Query, Request

from gongdan.api.domain.audit import AuditQuery, recorded
from gongdan.api.domain.views import AuditPage
from gongdan.api.ports import Audit
from gongdan.api.routes.faults import SIGN_IN
from gongdan.api.routes.gate import rights_of
from gongdan.shared.access.refusal import need


def routes(audit: Audit) -> APIRouter:
    """`/v1/audit`."""
    router = APIRouter(tags=["audit"], responses=SIGN_IN)

    @router.get("/v1/audit")
    async def entries(query: Annotated[AuditQuery, Query()], request: Request) -> AuditPage:
        """Entries that fit all filters."""
        need(rights_of(request), "ReadAudit")
        found = await audit.page(query)
        shown = found[: query.limit]
        return AuditPage(
            items=[recorded(one) for one in shown], next=shown[-1].seq if len(found) > len(shown) else None
        )

    return router
