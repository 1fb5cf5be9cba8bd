"""The definitions in force, as they were applied."""

from typing import Annotated

from fastapi import APIRouter, Query

from gongdan.api.domain.views import DefinitionList, DefinitionView
from gongdan.api.ports import Definitions
from gongdan.api.routes.faults import SIGN_IN_OR_MISSING, not_found
from gongdan.shared.definitions.registry import KINDS, Definition

Workspace = Annotated[str | None, Query(description="whose; without it, of any workspace or none")]


def routes(definitions: Definitions) -> APIRouter:
    """`/v1/definitions/{kind}` and below."""
    router = APIRouter(prefix="/v1/definitions", tags=["definitions"], responses=SIGN_IN_OR_MISSING)

    def of(kind: str, workspace: str | None) -> list[Definition]:
        if kind not in KINDS:
            raise not_found("kind", "kind", kind, f"one of: {', '.join(sorted(KINDS))}")
        wanted = (None, workspace) if workspace else None
        found = [item for key, item in definitions.current.items.items() if key[0] == kind]
        mine = [item for item in found if wanted is None or item.workspace in wanted]
        return sorted(mine, key=lambda item: (item.name, item.workspace or ""))

    @router.get("/{kind}")
    async def many(kind: str, workspace: Workspace = None) -> DefinitionList:
        """All definitions of a kind."""
        found = [_view(item) for item in of(kind, workspace)]
        return DefinitionList(revision=definitions.current.revision, items=found)

    @router.get("/{kind}/{name}")
    async def one(kind: str, name: str, workspace: Workspace = None) -> DefinitionView:
        """One definition; the workspace's own before the one that all share."""
        found = [item for item in of(kind, workspace) if item.name == name]
        if not found:
            raise not_found(kind, "name", name, f"see /v1/definitions/{kind} for those there are")
        return _view(next((item for item in found if item.workspace == workspace), found[0]))

    return router


def _view(item: Definition) -> DefinitionView:
    return DefinitionView(
        kind=item.kind,
        workspace=item.workspace,
        name=item.name,
        version=item.version,
        document=item.document,
    )
